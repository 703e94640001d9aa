import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCutout } from '../../../scripts/quality/with-cutout.ts';
import { basicClean } from '../../../shared/media/basic-clean.ts';
import type { CutoutPixels, CutoutProcess } from '../../../shared/media/cutout/cutout-process.ts';
import { decodePhoto, type Pixels } from '../../../shared/media/decode-photo.ts';

const LIMIT_MS = 90_000; // a shared core may be ten times slower than an idle one
const PHOTOS = process.env['YIYING_PHOTOS'] ?? '';
const DRESS = join(PHOTOS, 'd6_red_dress_worn.jpg');

let cutout: CutoutProcess;
let release: () => void;
let built: Promise<void>;
let pair: Pixels;
let jpeg: Buffer;
let plain: CutoutPixels;

/** A blue and a green square of cloth on grey ground: one is the garment, the other lies beside it. */
async function drawPair(): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 400 400"><rect width="400" height="400" fill="#c9c3b8"/>
    <rect x="50" y="60" width="150" height="280" fill="#2b4c8c"/><rect x="230" y="60" width="120" height="280" fill="#2c7a4b"/></svg>`;
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let noise = 1;
  for (let i = 0; i < data.length; i++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    data[i] = Math.max(0, Math.min(255, data[i]! + ((noise >> 16) & 7) - 4));
  }
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

const SIDE = 200;
const BLUE = [60, 100] as const;
const GREEN = [145, 100] as const;
const alphaAt = ({ rgba, width }: CutoutPixels, [x, y]: readonly [number, number]): number =>
  rgba[(y * width + x) * 4 + 3]!;
const cut = (marks: string) => cutout.cutOut(pair, { marks });

beforeAll(async () => {
  jpeg = await drawPair();
  pair = await decodePhoto(jpeg);
  await new Promise<void>((ready) => {
    built = withCutout(async (process) => {
      cutout = process;
      ready();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  plain = await cutout.cutOut(pair);
}, LIMIT_MS);
afterAll(async () => {
  release();
  await built;
});

describe('a cut-out that is made again', { timeout: LIMIT_MS }, () => {
  it('without marks takes both cloths', () => {
    expect([alphaAt(plain, BLUE), alphaAt(plain, GREEN)]).toEqual([255, 255]);
  });

  it('with a box has what is inside, in its place, and nothing else', async () => {
    const marked = await cut('box 80,100,540,900');
    expect([marked.width, marked.height]).toEqual([SIDE, SIDE]);
    expect([alphaAt(marked, BLUE), alphaAt(marked, GREEN)]).toEqual([255, 0]);
    const at = (BLUE[1] * SIDE + BLUE[0]) * 4;
    expect(marked.rgba.subarray(at, at + 3)).toEqual(plain.rgba.subarray(at, at + 3));
  });

  it('with a stroke loses the whole cloth that it touches, and keeps the other to its edge', async () => {
    const marked = await cut('drop 20 725,500');
    expect([alphaAt(marked, BLUE), alphaAt(marked, GREEN)]).toEqual([255, 0]);
    const blue = (cutOf: CutoutPixels): number => {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) for (let x = 0; x < 106; x++) sum += alphaAt(cutOf, [x, y]) > 127 ? 1 : 0;
      return sum;
    };
    expect(Math.abs(blue(marked) / blue(plain) - 1)).toBeLessThan(0.02);
  });

  it('keeps what is marked as garment where a box left it out of sight of the seeds', async () => {
    const marked = await cut('drop 20 725,500;keep 30 300,300 300,700');
    expect(alphaAt(marked, BLUE)).toBe(255);
    const other = await cut('drop 20 300,500;keep 30 725,300 725,700');
    expect([alphaAt(other, BLUE), alphaAt(other, GREEN)]).toEqual([0, 255]);
  });

  it('all marked as ground is no garment', async () => {
    await expect(cut('drop 200 100,200 900,200 900,500 100,500 100,800 900,800')).rejects.toMatchObject({
      code: 'GARMENT_NOT_FOUND',
    });
  });

  it('gives the same bytes for the same marks; the whole photo, enhanced, knows nothing of them', async () => {
    const marks = 'box 80,100,540,900;drop 10 95,200';
    const first = await basicClean(jpeg, cutout, { marks });
    const again = await cut(marks);
    expect(again.rgba.equals((await cut(marks)).rgba)).toBe(true);
    const unmarked = await basicClean(jpeg, cutout);
    expect(first.map(({ bytes }, n) => bytes.equals(unmarked[n]!.bytes))).toEqual([false, false, true]);
  });

  it.runIf(existsSync(DRESS))('takes the shirt under a worn dress away, and leaves the dress', async () => {
    const small = sharp(await readFile(DRESS)).resize(400, 400, { fit: 'inside' });
    const pixels = await decodePhoto(await small.jpeg({ quality: 92 }).toBuffer());
    const at = (made: CutoutPixels, x: number, y: number): number =>
      alphaAt(made, [Math.round((x / 1000) * made.width), Math.round((y / 1000) * made.height)]);
    const before = await cutout.cutOut(pixels);
    const after = await cutout.cutOut(pixels, {
      marks: 'keep 20 220,200 200,500 350,500 600,600 800,400;drop 30 400,200 450,300 500,200;drop 15 500,50 500,100',
    });
    const shirt = [
      [450, 170],
      [550, 220],
      [400, 260],
    ] as const;
    const dress = [
      [250, 300],
      [760, 250],
      [450, 600],
      [700, 700],
    ] as const;
    expect(shirt.map(([x, y]) => at(before, x, y))).toEqual([255, 255, 255]);
    expect(shirt.map(([x, y]) => at(after, x, y))).toEqual([0, 0, 0]);
    expect(dress.map(([x, y]) => at(after, x, y))).toEqual([255, 255, 255, 255]);
  });
});
