import type { Database } from '../../shared/db/database.ts';
import type { Arena } from './bursts/arena.ts';
import { runBursts } from './bursts/run-bursts.ts';
import type { Replayed, ReplayJob } from './proof-job.ts';
import type { Ground } from './simulation/run-sequence.ts';
import { sayCounterexample } from './simulation/say-counterexample.ts';
import { shrink } from './simulation/shrink.ts';
import { replay } from './simulation/simulate.ts';
import { makeSequence } from './simulation/steps.ts';

/** The seed's sequence on empty tables, or the first after it that breaks a rule, and that one made short. For a simulation's process. */
export async function replaySequence(
  ground: Ground,
  { seed: from, tries, shrinkRuns }: Pick<ReplayJob, 'seed' | 'tries' | 'shrinkRuns'>,
): Promise<Replayed> {
  for (let seed = from; ; seed++) {
    const ran = await replay(ground, makeSequence(seed));
    if (ran.violations.length === 0) {
      if (seed >= from + tries - 1) return ran;
      continue;
    }
    const fails = async (smaller: Parameters<typeof replay>[1]) =>
      (await replay(ground, smaller)).violations.length > 0;
    const smallest = await shrink(makeSequence(seed), fails, shrinkRuns);
    return { ...ran, shortest: sayCounterexample({ seed, ...(await replay(ground, smallest)) }) };
  }
}

/** The seed's burst, again and again until it breaks a rule; which request is first is the machine's to say. */
export async function replayBurst(arena: Arena, { seed, tries }: Pick<ReplayJob, 'seed' | 'tries'>): Promise<Replayed> {
  for (let n = 1; ; n++) {
    const trace: string[] = [];
    const beganMs = performance.now();
    const note = (line: string) => void trace.push(`${(performance.now() - beganMs).toFixed(1)} ms  ${line}`);
    const connections = arena.connections.map((db, at) => toldDatabase(db, `connection ${at + 1}`, note));
    const told: Arena = { ...arena, db: toldDatabase(arena.db, 'the scenario', note), connections };
    const { violations } = await runBursts(told, seed, (bursts) => bursts >= 1);
    if (violations.length > 0 || n >= tries) return { trace, violations };
  }
}

/** Notes each statement when it was sent, and what came back. */
function toldDatabase(db: Database, who: string, note: (line: string) => void): Database {
  const noted = async <Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> => {
    note(`${who}: ${what}`);
    try {
      const answer = await ask();
      note(`${who}: ${what} → ${JSON.stringify(answer).slice(0, 200)}`);
      return answer;
    } catch (error) {
      note(`${who}: ${what} failed: ${String(error)}`);
      throw error;
    }
  };
  const short = (sql: string): string => sql.replace(/\s+/g, ' ').trim().slice(0, 100);
  return {
    query: (sql, params) => noted(short(sql), () => db.query(sql, params)),
    write: (sql, params) => noted(short(sql), () => db.write(sql, params)),
    callProcedure: <Row>(name: string, params: Parameters<Database['callProcedure']>[1]) =>
      noted(name, () => db.callProcedure<Row>(name, params)),
    close: async () => undefined,
  };
}
