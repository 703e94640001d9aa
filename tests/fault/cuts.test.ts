import { describe, expect, it } from 'vitest';
import { listFunctions } from '../../scripts/build/list-functions.ts';
import { runCuts } from '../../scripts/soak/cuts/run-cuts.ts';
import type { Rewrite } from '../../scripts/soak/instances/build-test-functions.ts';
import { missingScenarios } from '../../scripts/soak/instances/scenarios.ts';
import { stripTypes } from '../../scripts/soak/instances/strip-types.ts';
import { changed, dropUnique, procedureText, replaceProcedure } from '../../scripts/soak/mutants/planted-fault.ts';

const request = { seed: 1, each: 40, say: () => undefined };

describe('a connection that is cut', () => {
  it('at any statement of any function loses nothing and doubles nothing', async () => {
    const { counts, skipped, violations, recoveriesMs } = await runCuts(request);
    expect([violations, skipped]).toEqual([[], []]);
    expect(Math.max(...recoveriesMs)).toBeLessThan(2000);
    // Two round trips of the session and two of a statement are the least that a function makes.
    expect(counts['afterSend']).toBeGreaterThan(22 * 4);
    expect((counts['midRequest'] ?? 0) + (counts['midReply'] ?? 0)).toBeGreaterThan(counts['afterSend'] ?? 0);
  });

  it('is tried with every function there is', () => {
    expect(missingScenarios(listFunctions())).toEqual([]);
    expect(missingScenarios(['newly-made'])).toEqual(['newly-made: no scenario']);
  });
});

describe('is seen:', () => {
  const planted =
    (file: string, from: string, to: string): Rewrite =>
    (path, source) =>
      stripTypes(path === file ? changed(source, from, to) : source);
  const seen = async (only: string, options: Parameters<typeof runCuts>[1]) => {
    const { violations } = await runCuts({ ...request, each: 0 }, { ...options, only: [only] });
    return violations.join('\n') || 'nothing was seen';
  };

  it('a statement that is sent again when its answer was lost', async () => {
    const rewrite = planted('shared/db/database.ts', "treatment === 'stale';", "treatment !== 'thrown';");
    expect(await seen('refresh-session', { rewrite })).toMatch(/afterSend of execute \d: .*SESSION_REVOKED/);
  });

  it('a statement whose answer was lost and that is called done', async () => {
    const rewrite = planted(
      'shared/http/failure.ts',
      'if (error instanceof DatabaseUnavailable) {',
      "if (error instanceof DatabaseUnavailable) {\n    return new ApiError('NOT_FOUND');",
    );
    expect(await seen('get-task', { rewrite })).toMatch(/of prepare \d: the answer at last was .*NOT_FOUND/);
  });

  it('a key that is not looked for', async () => {
    const text = changed(
      procedureText('create_task_v4'),
      'idempotency_key = p_idempotency_key',
      "idempotency_key = ''",
    );
    const found = await seen('create-task', {
      change: async (connection) => {
        await replaceProcedure(connection, 'create_task_v4', text);
        await dropUnique(connection, 'tasks', 'UNIQUE KEY by_key (merchant_id, idempotency_key)');
      },
    });
    expect(found).toMatch(/afterSend of execute \d: I3 one key made one task/);
  });
});
