import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { decodePhoto } from '../../shared/media/decode-photo.ts';
import { withCutout } from './with-cutout.ts';

export interface CutoutScore {
  readonly name: string;
  /** Intersection over union with the mask, at the mask's size. */
  readonly iou: number;
  /** Mean distance between the two outlines, both ways, at a long side of 512 pixels. */
  readonly boundaryPx: number;
  readonly seconds: number;
}

interface Mask {
  readonly width: number;
  readonly height: number;
  readonly on: Uint8Array;
}

const OUTLINE_SIDE = 512;

async function binary(image: Sharp, width: number, height: number): Promise<Mask> {
  const { data, info } = await image.resize(width, height, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, on: Uint8Array.from(data, (value) => (value > 127 ? 1 : 0)) };
}

type Point = readonly [x: number, y: number];

function outline({ width, height, on }: Mask): Point[] {
  const at = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && on[y * width + x] === 1;
  const found: Point[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (at(x, y) && !(at(x - 1, y) && at(x + 1, y) && at(x, y - 1) && at(x, y + 1))) found.push([x, y]);
    }
  }
  return found;
}

function meanDistance(from: readonly Point[], to: readonly Point[]): number {
  let sum = 0;
  for (const [x, y] of from) {
    let best = Number.POSITIVE_INFINITY;
    for (const [u, v] of to) best = Math.min(best, (x - u) ** 2 + (y - v) ** 2);
    sum += Math.sqrt(best);
  }
  return sum / from.length;
}

async function score(name: string, alpha: () => Sharp, mask: () => Sharp, seconds: number): Promise<CutoutScore> {
  const { width, height } = await mask().metadata();
  const [a, b] = [await binary(mask(), width, height), await binary(alpha(), width, height)];
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.on.length; i++) {
    both += (a.on[i] as number) & (b.on[i] as number);
    either += (a.on[i] as number) | (b.on[i] as number);
  }
  const scale = OUTLINE_SIDE / Math.max(width, height);
  const small = [Math.round(width * scale), Math.round(height * scale)] as const;
  const [ours, theirs] = [outline(await binary(alpha(), ...small)), outline(await binary(mask(), ...small))];
  const boundaryPx = (meanDistance(ours, theirs) + meanDistance(theirs, ours)) / 2;
  return { name, iou: both / either, boundaryPx, seconds };
}

/** Cuts out every photo of the folder that has a mask (`x.jpg`, `x.mask.png`) and compares. */
export function scoreCutouts(photos: string): Promise<CutoutScore[]> {
  return withCutout(async (cutout) => {
    const scores: CutoutScore[] = [];
    for (const file of readdirSync(photos).filter((name) => name.endsWith('.mask.png'))) {
      const name = file.slice(0, -'.mask.png'.length);
      const pixels = await decodePhoto(await readFile(join(photos, `${name}.jpg`)));
      const startMs = performance.now();
      const { rgba, width, height } = await cutout.cutOut(pixels);
      const seconds = (performance.now() - startMs) / 1000;
      const alpha = () => sharp(rgba, { raw: { width, height, channels: 4 } }).extractChannel(3);
      scores.push(await score(name, alpha, () => sharp(join(photos, file)).extractChannel(0), seconds));
    }
    return scores;
  });
}
