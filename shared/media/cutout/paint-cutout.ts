import type { LocalColours } from './local-colours.ts';
import { clamp01, type Outline, steepen } from './refine-outline.ts';
import type { Plane } from './resample.ts';

/** Contrast of the alpha that colours give, and of the one that the shape gives (per pixel of enlargement). */
const COLOUR_CONTRAST = 1.6;
const SHAPE_CONTRAST = 1.2;

/**
 * Writes the full-size RGBA: alpha from the outline's fit applied to the photo's own pixels, and colours of the
 * garment alone where a pixel shows both (the ground's share is taken out: I = αF + (1-α)B solved for F).
 */
export function paintCutout(
  rgb: Uint8Array,
  width: number,
  height: number,
  outline: Outline,
  garment: LocalColours,
  ground: LocalColours,
): Buffer {
  const out = Buffer.alloc(width * height * 4);
  const { shape, trust, fit } = outline;
  const scale = Math.max(1, width / shape.width);
  const sampler = bilinear(shape, width, height);
  for (let y = 0; y < height; y++) {
    sampler.row(y);
    for (let x = 0; x < width; x++) {
      const side = sampler.column(x);
      if (side === OUTSIDE) continue;
      const at = y * width + x;
      const inside = side === INSIDE ? 1 : sampler.read(shape);
      if (inside < 0.001) continue;
      if (inside > 0.999) {
        out[at * 4] = rgb[at * 3]!;
        out[at * 4 + 1] = rgb[at * 3 + 1]!;
        out[at * 4 + 2] = rgb[at * 3 + 2]!;
        out[at * 4 + 3] = 255;
        continue;
      }
      const r = rgb[at * 3]! / 255;
      const g = rgb[at * 3 + 1]! / 255;
      const b = rgb[at * 3 + 2]! / 255;
      const t = sampler.read(trust);
      const coloured =
        sampler.read(fit.red) * r + sampler.read(fit.green) * g + sampler.read(fit.blue) * b + sampler.read(fit.offset);
      const alpha =
        t * steepen(coloured, COLOUR_CONTRAST) + (1 - t) * steepen(inside, Math.max(1, scale * SHAPE_CONTRAST));
      if (alpha < 0.004) continue;
      const keep = smooth(alpha);
      put(
        out,
        at,
        unmix(r, alpha, keep, sampler.read(garment[0]), sampler.read(ground[0])),
        unmix(g, alpha, keep, sampler.read(garment[1]), sampler.read(ground[1])),
        unmix(b, alpha, keep, sampler.read(garment[2]), sampler.read(ground[2])),
        alpha,
      );
    }
  }
  return out;
}

/** Of the four pixels of the outline around a place: all are outside, all inside, or the outline is near. */
const OUTSIDE = 0;
const INSIDE = 1;
const NEAR = 2;

/** How far the unmixed colour is believed: at low alpha the division amplifies noise, and the local mean is better. */
const smooth = (alpha: number): number => {
  const t = clamp01((alpha - 0.25) / 0.6);
  return t * t * (3 - 2 * t);
};

const unmix = (seen: number, alpha: number, keep: number, garment: number, ground: number): number =>
  keep * clamp01((seen - (1 - alpha) * ground) / alpha) + (1 - keep) * garment;

function put(out: Buffer, at: number, r: number, g: number, b: number, alpha: number): void {
  out[at * 4] = r * 255 + 0.5;
  out[at * 4 + 1] = g * 255 + 0.5;
  out[at * 4 + 2] = b * 255 + 0.5;
  out[at * 4 + 3] = alpha * 255 + 0.5;
}

/** Reads planes of `shape`'s size at full-size positions; a column's weights are computed once for all rows and planes. */
function bilinear(shape: Plane, width: number, height: number) {
  const { width: fromWidth, height: fromHeight } = shape;
  const sides = new Uint8Array(fromWidth);
  const lefts = new Int32Array(width);
  const shares = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    const u = Math.max(0, Math.min(fromWidth - 1, ((x + 0.5) * fromWidth) / width - 0.5));
    lefts[x] = Math.floor(u);
    shares[x] = u - Math.floor(u);
  }
  let upper = -1;
  let lower = 0;
  let down = 0;
  let left = 0;
  let right = 0;
  let across = 0;
  return {
    row(y: number): void {
      const v = Math.max(0, Math.min(fromHeight - 1, ((y + 0.5) * fromHeight) / height - 0.5));
      const top = Math.floor(v);
      down = v - top;
      if (upper === top * fromWidth) return;
      upper = top * fromWidth;
      lower = Math.min(fromHeight - 1, top + 1) * fromWidth;
      for (let x = 0; x < fromWidth; x++) {
        const next = Math.min(fromWidth - 1, x + 1);
        const sum =
          shape.data[upper + x]! + shape.data[upper + next]! + shape.data[lower + x]! + shape.data[lower + next]!;
        sides[x] = sum === 0 ? OUTSIDE : sum === 4 ? INSIDE : NEAR;
      }
    },
    column(x: number): number {
      left = lefts[x]!;
      right = Math.min(fromWidth - 1, left + 1);
      across = shares[x]!;
      return sides[left]!;
    },
    read(plane: Plane): number {
      const d = plane.data;
      const a = d[upper + left]! + (d[upper + right]! - d[upper + left]!) * across;
      const b = d[lower + left]! + (d[lower + right]! - d[lower + left]!) * across;
      return a + (b - a) * down;
    },
  };
}
