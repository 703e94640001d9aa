import { findServer } from '../database/find-server.ts';
import { runCrashes } from './crashes/run-crashes.ts';
import { runCuts } from './cuts/run-cuts.ts';
import { replayFault } from './faults/run-database-faults.ts';
import type { Again, Replayed } from './parse-soak-args.ts';
import { runProofJob } from './run-proof-job.ts';
import { openSchedules } from './schedules/run-schedules.ts';

type Say = (line: string) => void;

/** As often as a burst is done anew: its requests are those of its seed, but which comes first is the machine's. */
const BURST_TRIES = 20;

/** One run again, told step by step, and written down nowhere. @returns the rules that it breaks */
export async function runAgain({ part, seed = 1, functionName }: Again, say: Say): Promise<readonly string[]> {
  const only = functionName === undefined ? {} : { only: [functionName] };
  const kinds: Readonly<Record<Replayed, () => Promise<readonly string[]>>> = {
    simulation: async () => {
      const { trace, violations, shortest } = await runProofJob({ kind: 'replay', part: 'simulation', seed, tries: 1 });
      for (const line of trace) say(line);
      if (shortest !== undefined) say(shortest);
      return violations;
    },
    bursts: () => replayBurst(seed, say),
    cuts: async () => {
      // Of a function all cuts; of a seed its one, for which every function is looked at uncut.
      const request = functionName === undefined ? { seed, each: 1 } : { seed, each: 0 };
      const { violations } = await runCuts(
        { ...request, say },
        { ...only, cuts: functionName === undefined ? 'by chance' : 'all', told: true },
      );
      return violations;
    },
    crashes: async () => {
      const { violations } = await runCrashes(
        { seed, each: functionName === undefined ? 1 : Number.POSITIVE_INFINITY, say },
        { ...only, told: true },
      );
      return violations;
    },
    schedules: () => replaySchedule(seed, say),
    'database-faults': () => replayFault(seed, say),
  };
  return kinds[part]();
}

/** On each engine that is here. */
async function replayBurst(seed: number, say: Say): Promise<readonly string[]> {
  for (const engine of ['mariadb', 'mysql9'] as const) {
    const isHere = await findServer(engine, () => undefined).then(
      () => true,
      () => false,
    );
    if (!isHere) {
      say(`${engine} is not installed`);
      continue;
    }
    const job = { kind: 'replay', part: 'bursts', engine, seed, tries: BURST_TRIES } as const;
    const { trace, violations } = await runProofJob(job);
    say(`on ${engine}${violations.length > 0 ? '' : `, the last of ${BURST_TRIES}`}:`);
    for (const line of trace) say(line);
    if (violations.length > 0) return violations;
  }
  return [];
}

/** Its deeds are those of the seed; who is first of two at once is the machine's. */
async function replaySchedule(seed: number, say: Say): Promise<readonly string[]> {
  const schedules = await openSchedules(1);
  try {
    const { counts, violations } = await schedules.run({ seed, each: 1, say });
    for (const [what, times] of Object.entries(counts)) say(`${times} × ${what}`);
    return violations;
  } finally {
    await schedules.close();
  }
}
