import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { emptyTables } from '../product-server.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Arena, Scenario } from './arena.ts';
import { SCENARIOS } from './scenarios.ts';

export interface Bursts {
  readonly bursts: number;
  /** Times that the server had to undo one of two that waited for each other; each was done again. */
  readonly deadlocks: number;
  readonly violations: readonly string[];
}

/** Bursts after which the tables are audited as a whole and emptied. */
const BATCH = 30;

/** Runs one scenario after another until `isOver`, and stops at the first broken rule. */
export async function runBursts(arena: Arena, from: number, isOver: (bursts: number) => boolean): Promise<Bursts> {
  const names = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];
  const before = await deadlocks(arena);
  let bursts = 0;
  let violations: string[] = [];
  await emptyTables(arena.plain);
  while (violations.length === 0 && !isOver(bursts)) {
    const seed = from + bursts;
    const name = names[seed % names.length] as (typeof names)[number];
    violations = (await attempt(SCENARIOS[name], arena, seed)).map((what) => `${name}, seed ${seed}: ${what}`);
    bursts += 1;
    if (bursts % BATCH === 0 || isOver(bursts) || violations.length > 0) {
      const audited = await auditLedger(arena.db, 0);
      violations.push(
        ...audited.map(({ rule, what, row }) => `${rule} ${what}: ${JSON.stringify(row)} (seeds to ${seed})`),
      );
      await emptyTables(arena.plain);
    }
  }
  return { bursts, deadlocks: (await deadlocks(arena)) - before, violations };
}

async function attempt(scenario: Scenario, arena: Arena, seed: number): Promise<string[]> {
  try {
    return await scenario(arena, seededRandom(seed));
  } catch (error) {
    return [`failed: ${String((error as Error).stack ?? error)}`];
  }
}

/** MariaDB counts them; MySQL only in its performance schema, which is off here. */
async function deadlocks(arena: Arena): Promise<number> {
  const [row] = await arena.db.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
  return Number(row?.Value ?? 0);
}
