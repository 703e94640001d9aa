import { explainedSurvivors } from '../mutants/explained-survivors.ts';
import type { Effort, Trial } from '../mutants/kill-mutants.ts';
import { makeMutants } from '../mutants/make-mutants.ts';
import { runProofJob } from '../run-proof-job.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

/** Most mutants are noticed within a second; what survives this much survives more. */
const EFFORT: Effort = { sequences: 1200, bursts: 480 };
const PROCESSES = 2;
/** A process of its own for so many: what one mutant leaves behind cannot last. */
const CHUNK = 8;

/** Every small fault in every procedure that moves credits, states or payments must be noticed, or be explained. */
export async function soakMutants({ scale, say, isOver }: SoakRequest): Promise<SoakOutcome> {
  const mutants = makeMutants();
  const names = mutants.map(({ name }) => name).slice(0, Math.ceil(mutants.length * scale));
  const beganMs = performance.now();
  const trials: Trial[] = [];
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let chunk = waiting.splice(0, CHUNK); chunk.length > 0 && !isOver(); chunk = waiting.splice(0, CHUNK)) {
      const tried = await runProofJob({ kind: 'mutants', names: chunk, effort: EFFORT });
      for (const { name, by } of tried) if (by === 'nothing') say(`not noticed: ${name}`);
      trials.push(...tried);
      say(`sql-mutants: ${trials.length} of ${names.length}`);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  const survivors = trials.filter(({ by }) => by === 'nothing').map(({ name }) => name);
  const killedBy = (suite: string) => trials.filter(({ by }) => by !== 'nothing' && by.suite === suite).length;
  return {
    counts: { mutants: trials.length, noticed: trials.length - survivors.length, explained: survivors.length },
    seeds: [1, EFFORT.sequences],
    seconds: (performance.now() - beganMs) / 1000,
    notes: [
      `${killedBy('simulation')} by the simulation, ${killedBy('bursts')} by bursts, ${killedBy('server')} by the server that would not take them`,
    ],
    violations: explainedSurvivors(survivors, names),
  };
}
