import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { drawSample, sampleGarments } from '../garments/draw-garment.ts';
import type { DemoPhoto } from './demo-merchant.ts';

const TYPES: readonly [type: DemoPhoto['contentType'], starts: (head: Buffer) => boolean][] = [
  ['image/png', (head) => head.subarray(0, 4).equals(Buffer.from('\x89PNG', 'latin1'))],
  ['image/webp', (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'],
];

/** The user's photos, declared as what their first bytes are; what is none of the types goes as JPEG, to be refused. */
export function readPhotos(paths: readonly string[]): Promise<DemoPhoto[]> {
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(path);
      const contentType = TYPES.find(([, starts]) => starts(bytes))?.[0] ?? 'image/jpeg';
      return { name: basename(path), bytes, contentType };
    }),
  );
}

/** Enough to see it work. */
const SAMPLES = 3;

/** Garments drawn here and now: nobody's photo stands in the repository. */
export function drawPhotos(): Promise<DemoPhoto[]> {
  return Promise.all(
    sampleGarments()
      .slice(0, SAMPLES)
      .map(async (sample) => ({
        name: `${sample.name}.jpg`,
        bytes: await drawSample(sample),
        contentType: 'image/jpeg' as const,
      })),
  );
}
