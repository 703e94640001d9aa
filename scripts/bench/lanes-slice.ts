import { percentile, type Sample } from './ratios.ts';

export interface OtherCpu {
  readonly databaseMs: () => number;
  /** Further processes that belong to the contender (a queue's server). */
  readonly othersMs?: () => number;
}

/** Some workers, each of which calls again as soon as it is answered. The client's CPU is this process's. */
export async function lanesSlice(
  lanes: readonly (() => Promise<unknown>)[],
  sliceMs: number,
  { databaseMs, othersMs = () => 0 }: OtherCpu,
): Promise<Sample> {
  const latenciesMs: number[] = [];
  const before = { startMs: performance.now(), cpu: process.cpuUsage(), database: databaseMs(), others: othersMs() };
  const keepCalling = async (call: () => Promise<unknown>): Promise<void> => {
    for (let beganMs = performance.now(); beganMs - before.startMs < sliceMs; ) {
      await call();
      const endedMs = performance.now();
      latenciesMs.push(endedMs - beganMs);
      beganMs = endedMs;
    }
  };
  await Promise.all(lanes.map(keepCalling));
  const wallMs = performance.now() - before.startMs;
  const { user, system } = process.cpuUsage(before.cpu);
  const databaseCpuMs = databaseMs() - before.database;
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    operations: sorted.length,
    wallMs,
    cpuMs: (user + system) / 1000 + databaseCpuMs + othersMs() - before.others,
    databaseCpuMs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}
