import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changed, procedureText, replaceProcedure } from '../../scripts/soak/mutants/planted-fault.ts';
import { openSchedules, type Schedules } from '../../scripts/soak/schedules/run-schedules.ts';

let schedules: Schedules;

beforeAll(async () => {
  schedules = await openSchedules(1);
}, 300_000);
afterAll(() => schedules.close());

const request = { seed: 1, each: 200, say: () => undefined };

describe('tasks that fan out to an engine and back', () => {
  it('end once and in time, with exact credits and nothing left over, whatever befalls: 200 schedules on the local cloud', async () => {
    const { counts, violations } = await schedules.run(request);
    expect(violations).toEqual([]);
    const least = {
      ...{ 'event again': 200, 'event lost': 40, 'event out of order': 400, 'event twice at once': 80 },
      ...{ 'lease over under its worker': 80, 'engine: cut-before': 5, 'engine: cut-after': 20, 'engine: refuse': 30 },
      ...{ 'engine: fail': 20, 'engine: question': 20, 'task succeeded': 150, 'task failed': 20, 'task canceled': 10 },
    };
    const short = Object.entries(least).filter(([what, times]) => (counts[what] ?? 0) < times);
    expect([short, counts]).toEqual([[], counts]);
  });

  async function brokenBy(plant: (database: Connection) => Promise<unknown>, mend: typeof plant): Promise<string> {
    await Promise.all(schedules.databases.map(plant));
    try {
      return (await schedules.run({ ...request, untilBroken: true })).violations.join('\n');
    } finally {
      await Promise.all(schedules.databases.map(mend));
    }
  }

  it.each([
    [
      'a worker whose lease is over',
      'finish_unit_v2',
      /OR v_state <> 'leased' OR v_lease <> p_lease_id/,
      '',
      /failed|no row names/,
    ],
    [
      'results that no row names',
      'finish_unit_v2',
      /FROM JSON_TABLE\(p_outputs,/,
      "FROM JSON_TABLE('[]',",
      /no row names/,
    ],
    [
      'a share that is too much',
      'complete_step_v1',
      /p_task_id, v_share, p_now/,
      'p_task_id, v_share + 1, p_now',
      /took|no row names/,
    ],
  ])('%s: is seen', async (_what, name, from, to, seen) => {
    const text = procedureText(name);
    const planted = changed(text, from, to);
    const broken = await brokenBy(
      (database) => replaceProcedure(database, name, planted),
      (database) => replaceProcedure(database, name, text),
    );
    expect(broken).toMatch(seen);
  });

  it('results whose rows never say that they are gone: are seen', async () => {
    const trigger = 'CREATE TRIGGER keeps BEFORE UPDATE ON task_outputs FOR EACH ROW SET NEW.purged_at = NULL';
    const broken = await brokenBy(
      (database) => database.query(trigger),
      (database) => database.query('DROP TRIGGER keeps'),
    );
    expect(broken).toMatch(/does not say that it is gone/);
  });
});
