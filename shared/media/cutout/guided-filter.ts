import { boxMean, type Plane } from './resample.ts';

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

const product = (a: Plane, b: Plane): Plane => ({ ...a, data: a.data.map((value, i) => value * b.data[i]!) });

/**
 * The guided filter with a colour guide (He, Sun, Tang 2010, §3.5): in each window the mask is regressed on colour.
 * The coefficients, not the result, are returned, so that they can be applied to the photo at full size
 * (the fast guided filter, 2015). `smoothness` is the variance of colour below which a window counts as flat.
 */
export function fitAlpha(
  guide: readonly [Plane, Plane, Plane],
  mask: Plane,
  radius: number,
  smoothness: number,
): LinearAlpha {
  const [r, g, b] = guide;
  const mean = guide.map((plane) => boxMean(plane, radius).data);
  const maskMean = boxMean(mask, radius).data;
  const withMask = guide.map((plane) => boxMean(product(plane, mask), radius).data);
  const squares = [product(r, r), product(r, g), product(r, b), product(g, g), product(g, b), product(b, b)].map(
    (plane) => boxMean(plane, radius).data,
  );
  const out = [0, 1, 2, 3].map(() => new Float32Array(mask.data.length));
  for (let i = 0; i < mask.data.length; i++) {
    const m0 = mean[0]![i]!;
    const m1 = mean[1]![i]!;
    const m2 = mean[2]![i]!;
    const p = maskMean[i]!;
    if (p < 1e-6 || p > 1 - 1e-6) {
      out[3]![i] = p;
      continue;
    }
    const rr = squares[0]![i]! - m0 * m0 + smoothness;
    const rg = squares[1]![i]! - m0 * m1;
    const rb = squares[2]![i]! - m0 * m2;
    const gg = squares[3]![i]! - m1 * m1 + smoothness;
    const gb = squares[4]![i]! - m1 * m2;
    const bb = squares[5]![i]! - m2 * m2 + smoothness;
    const c0 = withMask[0]![i]! - m0 * p;
    const c1 = withMask[1]![i]! - m1 * p;
    const c2 = withMask[2]![i]! - m2 * p;
    const i0 = gg * bb - gb * gb;
    const i1 = gb * rb - rg * bb;
    const i2 = rg * gb - gg * rb;
    const determinant = rr * i0 + rg * i1 + rb * i2;
    const a0 = (i0 * c0 + i1 * c1 + i2 * c2) / determinant;
    const a1 = (i1 * c0 + (rr * bb - rb * rb) * c1 + (rb * rg - rr * gb) * c2) / determinant;
    const a2 = (i2 * c0 + (rb * rg - rr * gb) * c1 + (rr * gg - rg * rg) * c2) / determinant;
    out[0]![i] = a0;
    out[1]![i] = a1;
    out[2]![i] = a2;
    out[3]![i] = p - a0 * m0 - a1 * m1 - a2 * m2;
  }
  const averaged = out.map((data) => boxMean({ ...mask, data }, radius));
  return { red: averaged[0]!, green: averaged[1]!, blue: averaged[2]!, offset: averaged[3]! };
}

export function applyAlpha(guide: readonly [Plane, Plane, Plane], fit: LinearAlpha): Plane {
  const data = new Float32Array(guide[0].data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] =
      fit.red.data[i]! * guide[0].data[i]! +
      fit.green.data[i]! * guide[1].data[i]! +
      fit.blue.data[i]! * guide[2].data[i]! +
      fit.offset.data[i]!;
  }
  return { ...guide[0], data };
}
