import type { Raster } from '../canvas/raster.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a garment has something to show, in its own pixels. */
export interface Details {
  /** The middle of its upper part: a neckline, a waistband. */
  readonly top: Point;
  /** The end of its left side: a cuff, a side seam. */
  readonly side: Point;
  readonly hem: Point;
  readonly middle: Point;
  /** The middle and half side of the liveliest square of nothing but cloth. */
  readonly cloth: Point & { readonly reach: number };
}

export function findDetails(raster: Raster): Details {
  return {
    top: middleOf(raster, 0, 0.1),
    side: leftEnd(raster),
    hem: hemOf(raster),
    middle: middleOf(raster, 0.4, 0.6),
    cloth: findCloth(raster),
  };
}

const isCloth = ({ rgba, width }: Raster, x: number, y: number): boolean => rgba[(y * width + x) * 4 + 3]! > 200;

/** The centre of what can be seen between two heights (shares). */
function middleOf(raster: Raster, from: number, to: number): Point {
  const [start, end] = [Math.floor(raster.height * from), Math.ceil(raster.height * to)];
  let [sum, count] = [0, 0];
  for (let y = start; y < end; y += 2) {
    for (let x = 0; x < raster.width; x += 2) {
      if (!isCloth(raster, x, y)) continue;
      sum += x;
      count++;
    }
  }
  return { x: count > 0 ? sum / count : raster.width / 2, y: (start + end) / 2 };
}

/** The middle of the widest piece of cloth near the lower end: one leg's hem, not the air between two. */
function hemOf(raster: Raster): Point {
  const y = Math.round(raster.height * 0.93);
  let best = { from: 0, length: 0 };
  for (let x = 0, from = 0; x <= raster.width; x++) {
    if (x < raster.width && isCloth(raster, x, y)) continue;
    if (x - from > best.length) best = { from, length: x - from };
    from = x + 1;
  }
  return { x: best.from + best.length / 2, y };
}

/** The lowest of the points that lie furthest left (within 3 % of the width): a sleeve's end rather than its elbow. */
function leftEnd(raster: Raster): Point {
  const reach = Math.max(2, Math.round(raster.width * 0.03));
  for (let y = Math.round(raster.height * 0.96) - 1; y > raster.height * 0.12; y--) {
    for (let x = 0; x < reach; x++) if (isCloth(raster, x, y)) return { x, y };
  }
  return { x: 0, y: raster.height * 0.4 };
}

/** Tries squares from large to small until one lies wholly on cloth; of those of a size, the one with most texture. */
function findCloth(raster: Raster): Details['cloth'] {
  const solid = solidSums(raster);
  const side = Math.min(raster.width, raster.height);
  for (const share of [0.46, 0.4, 0.34, 0.29, 0.24, 0.2, 0.16, 0.12, 0.08]) {
    const size = Math.round(side * share);
    const best = liveliestSquare(raster, solid, size);
    if (best) return { x: best.x + size / 2, y: best.y + size / 2, reach: size / 2 };
  }
  return { x: raster.width / 2, y: raster.height / 2, reach: side * 0.04 };
}

/** Summed areas on a grid of 4 pixels: how many of the points up and left are cloth. */
interface SolidSums {
  readonly columns: number;
  readonly sums: Uint32Array;
}
const GRID = 4;

function solidSums(raster: Raster): SolidSums {
  const columns = Math.floor(raster.width / GRID) + 1;
  const rows = Math.floor(raster.height / GRID) + 1;
  const sums = new Uint32Array(columns * rows);
  for (let y = 1; y < rows; y++) {
    let row = 0;
    for (let x = 1; x < columns; x++) {
      if (isCloth(raster, x * GRID - 2, y * GRID - 2)) row++;
      sums[y * columns + x] = sums[(y - 1) * columns + x]! + row;
    }
  }
  return { columns, sums };
}

function liveliestSquare(raster: Raster, { columns, sums }: SolidSums, size: number): Point | undefined {
  const cells = Math.max(2, Math.round(size / GRID));
  const rows = sums.length / columns;
  let best: Point | undefined;
  let most = -1;
  const stride = Math.max(2, cells >> 4);
  for (let y = Math.floor(rows * 0.22); y + cells < Math.min(rows, rows * 0.9); y += stride) {
    for (let x = 0; x + cells < columns; x += stride) {
      const inside =
        sums[(y + cells) * columns + x + cells]! -
        sums[y * columns + x + cells]! -
        sums[(y + cells) * columns + x]! +
        sums[y * columns + x]!;
      if (inside < cells * cells) continue;
      const texture = textureOf(raster, x * GRID, y * GRID, size);
      if (texture > most) [most, best] = [texture, { x: x * GRID, y: y * GRID }];
    }
  }
  return best;
}

function textureOf({ rgba, width }: Raster, left: number, top: number, size: number): number {
  let sum = 0;
  const step = Math.max(3, Math.floor(size / 48));
  for (let y = top; y < top + size - step; y += step) {
    for (let x = left; x < left + size - step; x += step) {
      const i = (y * width + x) * 4 + 1;
      sum += Math.abs(rgba[i]! - rgba[i + 8]!) + Math.abs(rgba[i]! - rgba[i + width * 8]!);
    }
  }
  return sum;
}
