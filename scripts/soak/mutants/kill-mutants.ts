import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { openArena } from '../bursts/arena.ts';
import { runBursts } from '../bursts/run-bursts.ts';
import type { ProductServer } from '../product-server.ts';
import { runSequence } from '../simulation/run-sequence.ts';
import { reseed } from '../simulation/seeded-crypto.ts';
import { openGround } from '../simulation/simulate.ts';
import { makeSequence } from '../simulation/steps.ts';
import type { Mutant } from './make-mutants.ts';
import { procedureText, replaceProcedure } from './planted-fault.ts';

/** `by`: what noticed it, and after how many runs. */
export interface Trial {
  readonly name: string;
  readonly by:
    | { readonly suite: 'server' | 'simulation' | 'bursts'; readonly runs: number; readonly what: string }
    | 'nothing';
}

export interface Effort {
  readonly sequences: number;
  readonly bursts: number;
}

/** Rounds of a suite alternate, so that whichever notices a fault soon ends its trial. */
const CONNECTIONS = 12;
const STATEMENT_TIMEOUT_MS = 2500;
const ROUND = { sequences: 300, bursts: 60 };

/** Tries each mutant in the procedure's place, until a suite notices or the effort is spent. For a simulation's process. */
export async function killMutants(
  product: ProductServer,
  mutants: readonly Mutant[],
  effort: Effort,
): Promise<Trial[]> {
  const admin = await product.plain();
  const trials: Trial[] = [];
  for (const mutant of mutants) {
    const refused = await replaceProcedure(admin, mutant.procedure, mutant.text).then(
      () => undefined,
      (error: unknown) => ({ suite: 'server' as const, runs: 0, what: String(error) }),
    );
    trials.push({ name: mutant.name, by: refused ?? (await tryMutant(product, effort)) });
    await endOthers(admin);
    if (refused) {
      await admin.query(procedureText(mutant.procedure));
      continue;
    }
    await replaceProcedure(admin, mutant.procedure, procedureText(mutant.procedure));
  }
  return trials;
}

/** A suite that cannot go on has noticed, too: a loop without end, a transaction that nobody ends. */
async function tryMutant(product: ProductServer, effort: Effort): Promise<Trial['by']> {
  const tries = { simulation: 0, bursts: 0 };
  let suite: keyof typeof tries = 'simulation';
  try {
    const arena = await openArena(product, CONNECTIONS, STATEMENT_TIMEOUT_MS);
    const ground = await openGround(product);
    while (tries.simulation < effort.sequences || tries.bursts < effort.bursts) {
      suite = 'simulation';
      for (let n = 0; n < ROUND.sequences && tries.simulation < effort.sequences; n++) {
        tries.simulation += 1;
        reseed(tries.simulation);
        const [what] = (await runSequence(ground, makeSequence(tries.simulation))).violations;
        if (what !== undefined) return { suite, runs: tries.simulation, what };
      }
      if (tries.bursts >= effort.bursts) continue;
      suite = 'bursts';
      const { violations, bursts } = await runBursts(arena, tries.bursts, (count) => count >= ROUND.bursts);
      tries.bursts += bursts;
      if (violations[0] !== undefined) return { suite, runs: tries.bursts, what: violations[0] };
    }
    return 'nothing';
  } catch (error) {
    return { suite, runs: tries[suite], what: `failed: ${String(error)}` };
  }
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
