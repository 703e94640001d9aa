import { availableParallelism } from 'node:os';
import { runProofJob } from '../run-proof-job.ts';
import { sayCounterexample } from '../simulation/say-counterexample.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

const SEQUENCES = 1_000_000;
/** Seeds of the soak: the tests begin at 1 and at 1,000,001. */
const FIRST_SEED = 10_000_000;
/** A core is kept busy by two processes and their databases: each waits for its database half of the time. */
const PROCESSES = 2 * availableParallelism();
const CHUNK = 5000;
const CHUNK_SECONDS = 1800;

/** A million sequences, in chunks that each have a process and a database of their own. */
export async function soakSimulation(request: SoakRequest): Promise<SoakOutcome> {
  const { scale, before, isOver, say, keep } = request;
  const wanted = Math.ceil(SEQUENCES * scale);
  const beganMs = performance.now();
  let done = before?.counts['sequences'] ?? 0;
  let next = FIRST_SEED + done;
  const violations: string[] = [];
  const told = (): SoakOutcome => ({
    counts: { sequences: done },
    seeds: [FIRST_SEED, Math.max(FIRST_SEED, FIRST_SEED + done - 1)],
    seconds: (before?.seconds ?? 0) + (performance.now() - beganMs) / 1000,
    notes: [],
    violations,
  });
  // Chunks are counted in the order of their seeds, so that what is recorded has no holes.
  const finished = new Map<number, number>();
  const worker = async (_: unknown, core: number): Promise<void> => {
    while (!isOver() && violations.length === 0 && next < FIRST_SEED + wanted) {
      const from = next;
      const count = Math.min(CHUNK, FIRST_SEED + wanted - from);
      next += count;
      const chunk = await runProofJob({ kind: 'simulation', from, count, seconds: CHUNK_SECONDS }, { core });
      if (chunk.counterexample) violations.push(sayCounterexample(chunk.counterexample));
      else finished.set(from, chunk.sequences);
      for (let at = FIRST_SEED + done; finished.has(at); at = FIRST_SEED + done) done += finished.get(at) ?? 0;
      say(`simulation: ${done} of ${wanted} sequences`);
      if (violations.length === 0) await keep(told());
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }).map(worker));
  return told();
}
