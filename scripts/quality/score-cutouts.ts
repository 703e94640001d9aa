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

/** Outlines are drawn finer than they are told in: at 512 itself a pixel's corner decides, and every cut looks the same. */
const OUTLINE_SIDE = 1536;
const TOLD_SIDE = 512;

async function binary(image: Sharp, width: number, height: number): Promise<Mask> {
  const { data, info } = await image
    .resize(width, height, { fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
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

/** Points by cells of the picture, so that the nearest is found without asking all of them. */
const CELL = 16;

function meanDistance(from: readonly Point[], to: readonly Point[]): number {
  const cells = new Map<number, Point[]>();
  const keyOf = (column: number, row: number): number => row * 4096 + column;
  for (const point of to) {
    const key = keyOf(Math.floor(point[0] / CELL), Math.floor(point[1] / CELL));
    const cell = cells.get(key);
    if (cell) cell.push(point);
    else cells.set(key, [point]);
  }
  const nearest = ([x, y]: Point): number => {
    const [column, row] = [Math.floor(x / CELL), Math.floor(y / CELL)];
    let best = Number.POSITIVE_INFINITY;
    // What lies in a ring of cells is at least (ring - 1) cells away.
    for (let ring = 0; (ring - 1) * CELL < best && ring * CELL <= 2 * OUTLINE_SIDE; ring++) {
      for (let v = row - ring; v <= row + ring; v++) {
        const step = Math.abs(v - row) === ring ? 1 : Math.max(1, 2 * ring);
        for (let u = column - ring; u <= column + ring; u += step) {
          for (const [a, b] of cells.get(keyOf(u, v)) ?? []) best = Math.min(best, Math.hypot(x - a, y - b));
        }
      }
    }
    return best;
  };
  return from.reduce((sum, point) => sum + nearest(point), 0) / from.length;
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
  const meanPx = (meanDistance(ours, theirs) + meanDistance(theirs, ours)) / 2;
  const boundaryPx = (meanPx * TOLD_SIDE) / OUTLINE_SIDE;
  return { name, iou: both / either, boundaryPx, seconds };
}

/** The photos of a folder that have a mask (`x.jpg`, `x.mask.png`), by name. */
export const maskedPhotos = (photos: string): string[] =>
  readdirSync(photos)
    .filter((name) => name.endsWith('.mask.png'))
    .map((file) => file.slice(0, -'.mask.png'.length));

/** Scores one channel of alpha, as large as the photo, against the photo's mask. */
export function scoreAlpha(
  photos: string,
  name: string,
  { alpha, width, height }: { alpha: Buffer; width: number; height: number },
  seconds: number,
): Promise<CutoutScore> {
  const ours = () => sharp(alpha, { raw: { width, height, channels: 1 } });
  return score(name, ours, () => sharp(join(photos, `${name}.mask.png`)).extractChannel(0), seconds);
}

/** Cuts out every photo of the folder that has a mask, and compares. */
export function scoreCutouts(photos: string): Promise<CutoutScore[]> {
  return withCutout(async (cutout) => {
    const scores: CutoutScore[] = [];
    for (const name of maskedPhotos(photos)) {
      const pixels = await decodePhoto(await readFile(join(photos, `${name}.jpg`)));
      const startMs = performance.now();
      const { rgba, width, height } = await cutout.cutOut(pixels);
      const seconds = (performance.now() - startMs) / 1000;
      scores.push(await scoreAlpha(photos, name, { alpha: alphaOf(rgba), width, height }, seconds));
    }
    return scores;
  });
}

export function alphaOf(rgba: Buffer): Buffer {
  const alpha = Buffer.allocUnsafe(rgba.length / 4);
  for (let i = 0; i < alpha.length; i++) alpha[i] = rgba[i * 4 + 3]!;
  return alpha;
}
