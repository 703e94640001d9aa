import type { RandomStream } from './random-stream.ts';

/** Smooth noise, about -1…1, one bump per unit. */
export type Noise = (x: number, y: number) => number;

/** Perlin's gradient noise over a shuffled table of directions. */
export function gradientNoise(random: RandomStream): Noise {
  const order = new Uint8Array(512);
  for (let i = 0; i < 256; i++) order[i] = i;
  for (let i = 255; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    const kept = order[i]!;
    order[i] = order[other]!;
    order[other] = kept;
  }
  order.copyWithin(256, 0, 256);
  const gx = Float32Array.from({ length: 256 }, (_, i) => 1.5 * Math.cos((i / 256) * 2 * Math.PI));
  const gy = Float32Array.from({ length: 256 }, (_, i) => 1.5 * Math.sin((i / 256) * 2 * Math.PI));
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const u = x - left;
    const v = y - top;
    const a = order[left & 255]! + (top & 255);
    const b = order[(left + 1) & 255]! + (top & 255);
    const aa = order[a & 511]!;
    const ab = order[(a + 1) & 511]!;
    const ba = order[b & 511]!;
    const bb = order[(b + 1) & 511]!;
    const su = u * u * u * (u * (u * 6 - 15) + 10);
    const sv = v * v * v * (v * (v * 6 - 15) + 10);
    const upper0 = gx[aa]! * u + gy[aa]! * v;
    const upper1 = gx[ba]! * (u - 1) + gy[ba]! * v;
    const lower0 = gx[ab]! * u + gy[ab]! * (v - 1);
    const lower1 = gx[bb]! * (u - 1) + gy[bb]! * (v - 1);
    const upper = upper0 + su * (upper1 - upper0);
    return upper + sv * (lower0 + su * (lower1 - lower0) - upper);
  };
}

/** Several octaves, each twice as fine and half as strong. */
export function octaves(noise: Noise, x: number, y: number, count: number): number {
  let sum = 0;
  let strength = 1;
  let scale = 1;
  for (let i = 0; i < count; i++) {
    sum += strength * noise(x * scale + i * 17.3, y * scale - i * 9.7);
    strength *= 0.5;
    scale *= 2;
  }
  return sum;
}

const GRAIN_SIDE = 1024;
const GRAIN_MASK = GRAIN_SIDE - 1;

/** A tile of noise for lookups by the million: `white` per pixel, `soft` blurred over about 3 pixels; both -1…1. */
export interface Grain {
  white: Float32Array;
  soft: Float32Array;
}

export function makeGrain(random: RandomStream): Grain {
  const white = new Float32Array(GRAIN_SIDE * GRAIN_SIDE);
  for (let i = 0; i < white.length; i++) white[i] = random() + random() + random() - 1.5;
  const soft = new Float32Array(white.length);
  for (let y = 0; y < GRAIN_SIDE; y++) {
    const above = ((y - 1) & GRAIN_MASK) * GRAIN_SIDE;
    const here = y * GRAIN_SIDE;
    const below = ((y + 1) & GRAIN_MASK) * GRAIN_SIDE;
    for (let x = 0; x < GRAIN_SIDE; x++) {
      const l = (x - 1) & GRAIN_MASK;
      const r = (x + 1) & GRAIN_MASK;
      const cross = white[above + x]! + white[below + x]! + white[here + l]! + white[here + r]!;
      const corners = white[above + l]! + white[above + r]! + white[below + l]! + white[below + r]!;
      soft[here + x] = (white[here + x]! * 4 + cross * 2 + corners) / 7;
    }
  }
  return { white, soft };
}

/** The tile's pixel at whole coordinates, repeated for ever. */
export const grainAt = (tile: Float32Array, x: number, y: number): number =>
  tile[((y & GRAIN_MASK) << 10) | (x & GRAIN_MASK)]!;

/** Between the tile's pixels, repeated for ever. */
export function grainBetween(tile: Float32Array, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = x - left;
  const v = y - top;
  const row0 = (top & GRAIN_MASK) << 10;
  const row1 = ((top + 1) & GRAIN_MASK) << 10;
  const l = left & GRAIN_MASK;
  const r = (left + 1) & GRAIN_MASK;
  const upper = tile[row0 | l]! * (1 - u) + tile[row0 | r]! * u;
  return upper + (tile[row1 | l]! * (1 - u) + tile[row1 | r]! * u - upper) * v;
}
