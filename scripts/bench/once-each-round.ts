import { median } from './ratios.ts';
import type { BenchSettings, RowResult } from './row.ts';
import { type ProcessorAsked, type ProcessorDone, startProcessor } from './start-processor.ts';

export interface OnceRequest {
  readonly row: string;
  readonly against: string;
  readonly asked: Omit<ProcessorAsked, 'mediaFolder' | 'limitMs'>;
  /** What is to be reached. */
  readonly seconds: number;
  readonly mib: number;
}

/** A processor's time and memory, each round in a fresh process: its start is not counted, its first loading is. */
export async function onceEachRound(
  { rounds }: BenchSettings,
  mediaFolder: string,
  { row, against, asked, ...bounds }: OnceRequest,
): Promise<RowResult> {
  const runs: (ProcessorDone & { mib: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    const process = startProcessor(mediaFolder);
    try {
      const done = await process.run(asked);
      runs.push({ ...done, mib: process.peakMib() });
    } finally {
      await process.stop();
    }
  }
  const seconds = median(runs.map(({ tookMs }) => tookMs)) / 1000;
  const mib = median(runs.map((run) => run.mib));
  return {
    ...{ row, against, wall: null, cpu: null },
    checks: [
      { what: 'seconds', value: seconds, rule: '≤', bound: bounds.seconds },
      { what: 'RSS MiB', value: mib, rule: '≤', bound: bounds.mib },
    ],
    figures: [`${runs[0]?.files.length} files: ${seconds.toFixed(1)} s, ${Math.round(mib)} MiB`],
  };
}
