import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawGarment } from '../../garments/draw-garment.ts';
import { withPlainSelector } from '../../quality/plain/plain-selector.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';
import { startProcessor } from '../start-processor.ts';
import { withMediaFolder } from '../with-media-folder.ts';

const PHOTO = { kind: 'plaid-shirt', seed: 42, width: 3000, height: 4000 } as const;

/** Both from a photo's bytes to a finished PNG, warm; `cpuMs` is not taken, for each waits on a process of its own. */
const sampleOf = (tookMs: number): Sample => ({ operations: 1, wallMs: tookMs, cpuMs: tookMs });

const run = ({ rounds }: BenchSettings): Promise<RowResult[]> =>
  withMediaFolder((folder) =>
    withPlainSelector(folder, async (cutPlainly) => {
      const file = join(folder, 'photo.jpg');
      await writeFile(file, await drawGarment(PHOTO));
      const process = startProcessor(folder);
      try {
        const asked = { processor: 'cutout', inputs: [{ name: 'photo', file }], params: {} };
        const samples = await runRounds(
          [
            { name: 'ours', slice: async () => sampleOf((await process.run(asked)).tookMs) },
            { name: 'plain', slice: async () => sampleOf((await cutPlainly(file)).tookMs) },
          ],
          rounds,
        );
        const { wall } = compareRounds(samples.ours, samples.plain);
        const peakMib = process.peakMib();
        return [
          {
            row: 'cutout',
            against: 'the plain selector on the same photo of 12 MP, to a finished PNG',
            wall,
            cpu: null,
            checks: [
              { what: 'time', value: 1 / wall.median, rule: '≤', bound: 1.6 },
              { what: 'RSS MiB', value: peakMib, rule: '≤', bound: 700 },
            ],
            figures: [
              describeSamples('ours', samples.ours),
              describeSamples('plain', samples.plain),
              `highest memory ${Math.round(peakMib)} MiB`,
            ],
          },
        ];
      } finally {
        await process.stop();
      }
    }),
  );

export const CUTOUT_ROW: BenchRow = { name: 'cutout', title: 'cut-out of a 12 MP photo', run };
