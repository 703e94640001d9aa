import { askTests } from '../mutants/ask-tests.ts';
import { explainedSurvivors } from '../mutants/explained-survivors.ts';
import type { Effort, Trial } from '../mutants/kill-mutants.ts';
import { type Mutant, makeMutants } from '../mutants/make-mutants.ts';
import { procedureText } from '../mutants/planted-fault.ts';
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
      for (const trial of tried) {
        const mutant = mutants.find(({ name }) => name === trial.name);
        const seen = trial.by === 'nothing' && mutant ? await seenByTests(mutant) : trial;
        if (seen.by === 'nothing') say(`not noticed: ${seen.name}`);
        trials.push(seen);
      }
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
      `${killedBy('simulation')} by the simulation, ${killedBy('bursts')} by bursts, ${killedBy('tests')} by the database tests, ${killedBy('server')} by the server that would not take them`,
    ],
    violations: [...explainedSurvivors(survivors, names), ...(await redWithoutFault())],
  };
}

async function seenByTests({ name, procedure, text }: Mutant): Promise<Trial> {
  const what = await askTests({ name: procedure, text });
  return { name, by: what === undefined ? 'nothing' : { suite: 'tests', runs: 1, what } };
}

/** Tests that are red without any fault would notice everything. */
async function redWithoutFault(): Promise<string[]> {
  const asked = ['create_batch_v1', 'settle_order_v2'].map(async (name) => {
    const what = await askTests({ name, text: procedureText(name) });
    return what === undefined ? [] : [`the tests of ${name} fail without a fault: ${what}`];
  });
  return (await Promise.all(asked)).flat();
}
