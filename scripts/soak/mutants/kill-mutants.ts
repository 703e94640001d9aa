import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { type Arena, openArena } from '../bursts/arena.ts';
import { runBursts } from '../bursts/run-bursts.ts';
import { emptyTables, type ProductServer } from '../product-server.ts';
import { runSequence } from '../simulation/run-sequence.ts';
import { reseed } from '../simulation/seeded-crypto.ts';
import { openGround } from '../simulation/simulate.ts';
import { makeSequence } from '../simulation/steps.ts';
import type { Mutant } from './make-mutants.ts';
import { procedureText, replaceProcedure } from './planted-fault.ts';

/** `by`: what noticed it, and after how many runs. */
export interface Trial {
  readonly name: string;
  readonly by: { readonly suite: 'simulation' | 'bursts'; readonly runs: number; readonly what: string } | 'nothing';
}

export interface Effort {
  readonly sequences: number;
  readonly bursts: number;
}

/** Rounds of a suite alternate, so that whichever notices a fault soon ends its trial. */
const ROUND = { sequences: 300, bursts: 48 };

/** Tries each mutant in the procedure's place, until a suite notices or the effort is spent. For a simulation's process. */
export async function killMutants(
  product: ProductServer,
  mutants: readonly Mutant[],
  effort: Effort,
): Promise<Trial[]> {
  const admin = await product.plain();
  const trials: Trial[] = [];
  for (const mutant of mutants) {
    await replaceProcedure(admin, mutant.procedure, mutant.text);
    trials.push({ name: mutant.name, by: await tryMutant(product, effort) });
    await endOthers(admin);
    await replaceProcedure(admin, mutant.procedure, procedureText(mutant.procedure));
  }
  return trials;
}

async function tryMutant(product: ProductServer, effort: Effort): Promise<Trial['by']> {
  const arena = await openArena(product, 12, 2500);
  const ground = await openGround(product);
  const tries = { sequences: 0, bursts: 0 };
  while (tries.sequences < effort.sequences || tries.bursts < effort.bursts) {
    for (let n = 0; n < ROUND.sequences && tries.sequences < effort.sequences; n++) {
      tries.sequences += 1;
      const [what] = await sequence(ground, tries.sequences);
      if (what !== undefined) return { suite: 'simulation', runs: tries.sequences, what };
    }
    if (tries.bursts >= effort.bursts) continue;
    const what = await bursts(arena, tries.bursts);
    tries.bursts += ROUND.bursts;
    if (what !== undefined) return { suite: 'bursts', runs: tries.bursts, what };
    await emptyTables(ground.plain);
  }
  return 'nothing';
}

async function sequence(ground: Awaited<ReturnType<typeof openGround>>, seed: number): Promise<readonly string[]> {
  reseed(seed);
  try {
    return (await runSequence(ground, makeSequence(seed))).violations;
  } catch (error) {
    return [`failed: ${String(error)}`];
  }
}

async function bursts(arena: Arena, from: number): Promise<string | undefined> {
  const { violations } = await runBursts(arena, from, (count) => count >= ROUND.bursts);
  return violations[0];
}

/** Ends whatever a mutant has left behind: a loop without end, a transaction that holds its locks. */
async function endOthers(admin: Connection): Promise<void> {
  for (;;) {
    const [others] = await admin.query(
      "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'",
    );
    if ((others as { id: number }[]).length === 0) return;
    for (const { id } of others as { id: number }[]) await admin.query(`KILL ${id}`).catch(() => undefined);
    await sleep(10);
  }
}
