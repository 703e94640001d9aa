import { describe, expect, it } from 'vitest';
import { numberAwaits } from '../../scripts/soak/crashes/number-awaits.ts';
import { runCrashes } from '../../scripts/soak/crashes/run-crashes.ts';
import { changed } from '../../scripts/soak/mutants/planted-fault.ts';

const request = { seed: 1, each: 50, say: () => undefined };

describe('a function that is killed', () => {
  it('at an await leaves nothing half done, doubled or stuck', async () => {
    const { counts, skipped, violations } = await runCrashes(request);
    expect([violations, skipped]).toEqual([[], []]);
    // Secrets, connecting, its session and one statement are the least that moves credits.
    for (const name of ['create-task', 'pay-callback-wechat', 'run-image-step', 'sweep-tasks']) {
      expect([name, counts[name]]).toEqual([name, expect.toSatisfy((kills: number) => kills >= 12)]);
    }
  });

  it('is seen when it does in two statements what belongs into one', async () => {
    const { violations } = await runCrashes(request, {
      only: ['cancel-task'],
      rewrite: async (path, source) =>
        path === 'shared/tasks/cancel-task.ts'
          ? changed(source, 'const row = await db', `${GIVE_FIRST} const row = await db`)
          : source,
    });
    expect(violations.join('\n')).toMatch(/cancel-task, killed at shared\/.* I1 a lot's entries add up/);
  });
});

/** Gives the credit back, and takes it again, around what the procedure does anyway. */
const GIVE_FIRST = `for (const one of [1, -1]) {
  await db.write('UPDATE quota_lots SET remaining = remaining + ? WHERE merchant_id = ? AND remaining + ? <= amount', [one, merchantId, one]);
}`;

describe('crash points', () => {
  it('stand before and after every await, inner ones too, and nowhere else', () => {
    const code =
      "for await (const a of b()) c(await d(await e.f?.(1)[2], 'await x'), /await y/);\nawait new G(`1`).h();";
    const inner = '(__crash("m 2 before"), __crash("m 2 after", await e.f?.(1)[2]))';
    expect(numberAwaits(code, 'm')).toBe(
      `for await (const a of b()) c((__crash("m 1 before"), __crash("m 1 after", await d(${inner}, 'await x'))), /await y/);\n` +
        '(__crash("m 3 before"), __crash("m 3 after", await new G(`1`).h()));',
    );
  });
});
