import { becomeBoxMean, boxMean, type Plane, type PlaneRoom } from './resample.ts';

/** Per pixel: alpha ≈ red·r + green·g + blue·b + offset, with colours 0…1. */
export interface LinearAlpha {
  red: Plane;
  green: Plane;
  blue: Plane;
  offset: Plane;
}

/** Splits interleaved RGB bytes into planes of 0…1. */
export function splitRgb(rgb: Uint8Array, width: number, height: number): [Plane, Plane, Plane] {
  const plane = (channel: number): Plane => {
    const data = new Float32Array(width * height);
    for (let i = 0; i < data.length; i++) data[i] = rgb[i * 3 + channel]! / 255;
    return { width, height, data };
  };
  return [plane(0), plane(1), plane(2)];
}

/** Pixel by pixel. A loop, for `map` calls a function for each of a million. */
export function product(a: Plane, b: Plane, data: Float32Array = new Float32Array(a.data.length)): Plane {
  for (let i = 0; i < data.length; i++) data[i] = a.data[i]! * b.data[i]!;
  return { ...a, data };
}

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

/** Of the guide's colours in each window: what every regression on them at this radius needs. */
export interface GuideStatistics {
  readonly radius: number;
  readonly mean: readonly [Float32Array, Float32Array, Float32Array];
  /** Means of rr, rg, rb, gg, gb, bb. */
  readonly squares: Readonly<Six>;
}

export function guideStatistics(
  [r, g, b]: readonly [Plane, Plane, Plane],
  radius: number,
  room: PlaneRoom,
): GuideStatistics {
  const mean = (plane: Plane): Float32Array => boxMean(plane, radius, room.take()).data;
  const meanProduct = (a: Plane, b: Plane): Float32Array => becomeBoxMean(product(a, b, room.take()), radius).data;
  return {
    radius,
    mean: [mean(r), mean(g), mean(b)],
    squares: [
      ...([meanProduct(r, r), meanProduct(r, g), meanProduct(r, b)] as const),
      ...([meanProduct(g, g), meanProduct(g, b), meanProduct(b, b)] as const),
    ],
  };
}

/**
 * The guided filter with a colour guide (He, Sun, Tang 2010, §3.5): in each window the mask is regressed on colour.
 * The coefficients, not the result, are returned, so that they can be applied to the photo at full size
 * (the fast guided filter, 2015). `smoothness` is the variance of colour below which a window counts as flat.
 * What is returned lies in `room`.
 */
export function fitAlpha(
  [r, g, b]: readonly [Plane, Plane, Plane],
  { radius, mean, squares }: GuideStatistics,
  mask: Plane,
  smoothness: number,
  room: PlaneRoom,
): LinearAlpha {
  const [redMean, greenMean, blueMean] = mean;
  const [rrMean, rgMean, rbMean, ggMean, gbMean, bbMean] = squares;
  const maskMean = boxMean(mask, radius, room.take()).data;
  const redMask = becomeBoxMean(product(r, mask, room.take()), radius).data;
  const greenMask = becomeBoxMean(product(g, mask, room.take()), radius).data;
  const blueMask = becomeBoxMean(product(b, mask, room.take()), radius).data;
  const plane = (): Plane => ({ ...mask, data: room.take().fill(0) });
  const [red, green, blue, offset] = [plane(), plane(), plane(), plane()];
  for (let i = 0; i < mask.data.length; i++) {
    const p = maskMean[i]!;
    if (p < 1e-6 || p > 1 - 1e-6) {
      offset.data[i] = p;
      continue;
    }
    const m0 = redMean[i]!;
    const m1 = greenMean[i]!;
    const m2 = blueMean[i]!;
    const rr = rrMean[i]! - m0 * m0 + smoothness;
    const rg = rgMean[i]! - m0 * m1;
    const rb = rbMean[i]! - m0 * m2;
    const gg = ggMean[i]! - m1 * m1 + smoothness;
    const gb = gbMean[i]! - m1 * m2;
    const bb = bbMean[i]! - m2 * m2 + smoothness;
    const c0 = redMask[i]! - m0 * p;
    const c1 = greenMask[i]! - m1 * p;
    const c2 = blueMask[i]! - m2 * p;
    const i0 = gg * bb - gb * gb;
    const i1 = gb * rb - rg * bb;
    const i2 = rg * gb - gg * rb;
    const determinant = rr * i0 + rg * i1 + rb * i2;
    const a0 = (i0 * c0 + i1 * c1 + i2 * c2) / determinant;
    const a1 = (i1 * c0 + (rr * bb - rb * rb) * c1 + (rb * rg - rr * gb) * c2) / determinant;
    const a2 = (i2 * c0 + (rb * rg - rr * gb) * c1 + (rr * gg - rg * rg) * c2) / determinant;
    red.data[i] = a0;
    green.data[i] = a1;
    blue.data[i] = a2;
    offset.data[i] = p - a0 * m0 - a1 * m1 - a2 * m2;
  }
  return {
    red: becomeBoxMean(red, radius),
    green: becomeBoxMean(green, radius),
    blue: becomeBoxMean(blue, radius),
    offset: becomeBoxMean(offset, radius),
  };
}

export function applyAlpha(guide: readonly [Plane, Plane, Plane], fit: LinearAlpha, room: PlaneRoom): Plane {
  const data = room.take();
  const [r, g, b] = [guide[0].data, guide[1].data, guide[2].data];
  const [red, green, blue, offset] = [fit.red.data, fit.green.data, fit.blue.data, fit.offset.data];
  for (let i = 0; i < data.length; i++) {
    data[i] = red[i]! * r[i]! + green[i]! * g[i]! + blue[i]! * b[i]! + offset[i]!;
  }
  return { ...guide[0], data };
}
