import sharp from 'sharp';
import type { CutoutPixels } from '../../../shared/media/cutout/cutout-process.ts';
import { whitePicture } from '../../../shared/media/white-picture.ts';
import { callSlice } from '../call-slice.ts';
import { compareRounds } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';

const [WIDTH, HEIGHT] = [1600, 2000];
const SHIRT = 'M38 22 L62 22 L88 34 L82 48 L70 43 L71 84 L29 84 L30 43 L18 48 L12 34 Z';

/** A shirt on transparency with a weave, as a cut-out comes out of a phone's photo. */
async function cutShirt(): Promise<CutoutPixels> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none"><path d="${SHIRT}" fill="#2b4c8c"/></svg>`;
  const rgba = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  for (let i = 0; i < rgba.length; i += 4) {
    const thread = ((i / 4) % 7) * 3 + (Math.floor(i / 4 / WIDTH) % 5) * 4;
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.min(255, rgba[i + c]! + thread);
  }
  return { width: WIDTH, height: HEIGHT, rgba, seeds: '', score: 1, maxRssMb: 0 };
}

/** The same picture by sharp's own operations, encoded once: without the shops' limits on a file's size. */
async function bareSharp({ rgba, width, height }: CutoutPixels): Promise<Buffer> {
  const trimmed = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .trim()
    .resize(680, 680, { fit: 'inside' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp({ create: { width: 800, height: 800, channels: 3, background: '#ffffff' } })
    .composite([{ input: trimmed }])
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function run({ rounds, sliceMs }: BenchSettings): Promise<RowResult[]> {
  sharp.cache(false);
  const cut = await cutShirt();
  const levels = { gain: 1.05, offset: -4 };
  const samples = await runRounds(
    [
      { name: 'ours', slice: () => callSlice(() => whitePicture(cut, levels), sliceMs) },
      { name: 'peer', slice: () => callSlice(() => bareSharp(cut), sliceMs) },
    ],
    rounds,
  );
  const { wall, cpu } = compareRounds(samples.ours, samples.peer);
  return [
    {
      row: 'white-background',
      against: 'bare sharp pipeline',
      wall,
      cpu,
      checks: [{ what: 'time', value: 1 / wall.median, rule: '≤', bound: 1.2 }],
      figures: [describeSamples('ours', samples.ours), describeSamples('peer', samples.peer)],
    },
  ];
}

export const WHITE_BACKGROUND_ROW: BenchRow = {
  name: 'white-background',
  title: 'white background from a ready cut-out',
  run,
};
