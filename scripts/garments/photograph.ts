import type { Camera } from './camera.ts';
import { type Field, makeField } from './field.ts';
import { gradientNoise } from './noise.ts';
import type { RandomStream } from './random-stream.ts';
import type { GarmentLayers } from './render-layers.ts';

/** The scene as the camera sees it, per pixel of the picture. */
export interface View {
  width: number;
  height: number;
  /** The garment: RGBA, level and piece. */
  colour: Uint8Array;
  level: Uint8Array;
  piece: Uint8Array;
  /** RGBA. */
  things: Uint8Array;
}

/** RGBA, with pixels around the picture's own: a turned camera looks past its corners. */
export interface ThingsLayer {
  rgba: Buffer;
  margin: number;
}

/** Looks at the layers through the camera. The cloth's edge wanders a little: it was cut and sewn, then washed. */
export function photograph(
  layers: GarmentLayers,
  things: ThingsLayer,
  camera: Camera,
  size: { width: number; height: number; unit: number },
  random: RandomStream,
): View {
  const { width, height, unit } = size;
  const count = width * height;
  const view: View = {
    width,
    height,
    colour: new Uint8Array(count * 4),
    level: new Uint8Array(count),
    piece: new Uint8Array(count),
    things: new Uint8Array(count * 4),
  };
  const noise = gradientNoise(random);
  const wander = (turn: number): Field =>
    makeField(width, height, 8, (px, py) => {
      const x = px / unit + turn;
      const y = py / unit - turn;
      return unit * (7 * noise(x / 150, y / 150) + 2.8 * noise(x / 42, y / 42) + 1.3 * noise(x / 17, y / 17));
    });
  const aside = wander(0);
  const along = wander(531);
  const place = new Float32Array(2);
  const row = new Float32Array(width * 2);
  for (let y = 0; y < height; y++) {
    wanderRow(aside, along, y, width, row);
    for (let x = 0; x < width; x++) {
      camera.look(x, y, place);
      const at = y * width + x;
      sampleRgba(
        things.rgba,
        width + 2 * things.margin,
        height + 2 * things.margin,
        place[0]! + things.margin,
        place[1]! + things.margin,
        view.things,
        at * 4,
      );
      const gx = place[0]! + row[x * 2]!;
      const gy = place[1]! + row[x * 2 + 1]!;
      sampleRgba(layers.colour, width, height, gx, gy, view.colour, at * 4);
      if (view.colour[at * 4 + 3] === 0) continue;
      const near = (Math.min(height - 1, Math.round(gy)) * width + Math.min(width - 1, Math.round(gx))) * 4;
      view.level[at] = layers.relief[near]!;
      view.piece[at] = layers.relief[near + 1]!;
    }
  }
  return view;
}

function wanderRow(aside: Field, along: Field, y: number, width: number, to: Float32Array): void {
  const step = aside.step;
  const top = Math.min(aside.height - 2, Math.floor(y / step));
  const v = y / step - top;
  for (let x = 0; x < width; x++) {
    const left = Math.floor(x / step);
    const u = x / step - left;
    const at = top * aside.width + left;
    to[x * 2] = bilinear(aside.data, at, aside.width, u, v);
    to[x * 2 + 1] = bilinear(along.data, at, along.width, u, v);
  }
}

function bilinear(data: Float32Array, at: number, width: number, u: number, v: number): number {
  const upper = data[at]! + (data[at + 1]! - data[at]!) * u;
  const lower = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * u;
  return upper + (lower - upper) * v;
}

/** Straight alpha; colours are weighted by it, so that no black fringe comes in. */
function sampleRgba(
  from: Buffer,
  width: number,
  height: number,
  x: number,
  y: number,
  to: Uint8Array,
  at: number,
): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return;
  const a = (top * width + left) * 4;
  const b = a + 4;
  const c = a + width * 4;
  const d = c + 4;
  const u = x - left;
  const v = y - top;
  const wa = (1 - u) * (1 - v) * from[a + 3]!;
  const wb = u * (1 - v) * from[b + 3]!;
  const wc = (1 - u) * v * from[c + 3]!;
  const wd = u * v * from[d + 3]!;
  const alpha = wa + wb + wc + wd;
  if (alpha < 0.5) return;
  for (let i = 0; i < 3; i++) {
    to[at + i] = (from[a + i]! * wa + from[b + i]! * wb + from[c + i]! * wc + from[d + i]! * wd) / alpha + 0.5;
  }
  to[at + 3] = alpha + 0.5;
}

/** One channel of the view on a coarse grid, 0…1. */
export function coarse(from: Uint8Array, stride: number, offset: number, view: View, step: number): Field {
  const { width, height } = view;
  return makeField(width, height, step, (x, y) => {
    const px = Math.min(width - 1, x);
    const py = Math.min(height - 1, y);
    return from[(py * width + px) * stride + offset]! / 255;
  });
}
