import type { Camera } from './camera.ts';
import type { ClothLight } from './cloth-light.ts';
import { blurred, type Field, fieldAt } from './field.ts';
import type { GarmentPattern } from './garment-pattern.ts';
import type { PaintGround } from './ground.ts';
import { type Grain, grainAt, grainBetween } from './noise.ts';
import { coarse, type View } from './photograph.ts';
import { WEAVES } from './weave.ts';

export interface Scene {
  view: View;
  pattern: GarmentPattern;
  cloth: ClothLight;
  camera: Camera;
  ground: PaintGround;
  grain: Grain;
  /** Pixels per unit. */
  unit: number;
  tint: readonly [number, number, number];
}

/** The finished picture: ground, shadows, things, cloth; then what lens and sensor add. RGB. */
export function expose(scene: Scene): Buffer {
  const { view, camera, ground, unit } = scene;
  const { width, height } = view;
  const shade = shadows(view, unit);
  const finish = finisher(scene);
  const paintCloth = clothPainter(scene);
  const out = Buffer.allocUnsafe(width * height * 3);
  const place = new Float32Array(2);
  const colour = new Float32Array(3);
  const cloth = new Float32Array(3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const cover = view.colour[at * 4 + 3]! / 255;
      camera.look(x, y, place);
      const ux = (place[0]! - width / 2) / unit;
      const uy = (place[1]! - height / 2) / unit;
      if (cover < 1) {
        ground(colour, ux, uy);
        const light = 1 - fieldAt(shade, x, y);
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! * (light + (1 - light) * (c === 2 ? 0.1 : 0.03));
        layThing(scene, at, ux, uy, colour);
      }
      if (cover > 0) {
        paintCloth(x, y, at, ux, uy, cloth);
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! * (1 - cover) + cloth[c]! * cover;
      }
      finish(colour, x, y, out, at * 3);
    }
  }
  return out;
}

function layThing({ view, grain }: Scene, at: number, ux: number, uy: number, colour: Float32Array): void {
  const alpha = view.things[at * 4 + 3]! / 255;
  if (alpha === 0) return;
  const worn = 1 + 0.025 * grainBetween(grain.soft, ux, uy) + 0.03 * grainBetween(grain.soft, ux * 0.1, uy * 0.1);
  for (let c = 0; c < 3; c++) {
    colour[c] = colour[c]! * (1 - alpha) + (view.things[at * 4 + c]! * 0.9 * worn + 6) * alpha;
  }
}

/** 0…1: contact shadows close around garment and things, and a wide soft one away from the window. */
function shadows(view: View, unit: number): Field {
  const step = 4;
  const garment = coarse(view.colour, 4, 3, view, step);
  const things = coarse(view.things, 4, 3, view, step);
  const close = blurred(garment, 4 * unit);
  const wide = blurred(garment, 20 * unit);
  const thingClose = blurred(things, 5 * unit);
  const thingWide = blurred(things, 24 * unit);
  const cells = (units: number): number => Math.round((units * unit) / step);
  const data = new Float32Array(garment.data.length);
  const { width, height } = garment;
  const from = (field: Field, x: number, y: number, units: number): number =>
    field.data[Math.max(0, y - cells(units)) * width + Math.max(0, x - cells(units * 0.85))]!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const cast = 0.46 * from(close, x, y, 4) + 0.24 * from(wide, x, y, 14);
      const thing = 0.5 * from(thingClose, x, y, 8) + 0.35 * from(thingWide, x, y, 24);
      data[at] = 1 - (1 - Math.min(0.72, cast)) * (1 - Math.min(0.7, thing));
    }
  }
  return { ...garment, data };
}

type PaintCloth = (x: number, y: number, at: number, ux: number, uy: number, to: Float32Array) => void;

function clothPainter({ view, pattern, cloth, grain, unit }: Scene): PaintCloth {
  // The number after the last piece's: what is sewn or drawn through.
  const sewnOn = { weave: 'plain', grainDegrees: 0 } as const;
  const pieces = [...pattern.pieces, sewnOn].map(({ weave, grainDegrees }) => {
    const turn = (-grainDegrees * Math.PI) / 180;
    return { weave, paint: WEAVES[weave], cos: Math.cos(turn), sin: Math.sin(turn) };
  });
  const { width, colour, level, piece } = view;
  return (x, y, at, ux, uy, to) => {
    for (let c = 0; c < 3; c++) to[c] = colour[at * 4 + c]!;
    const { weave, paint, cos, sin } = pieces[Math.max(0, piece[at]! - 1)]!;
    const px = ux + fieldAt(cloth.shiftX, x, y);
    const py = uy + fieldAt(cloth.shiftY, x, y);
    paint(to, px * cos - py * sin, px * sin + py * cos, unit, grain);
    const above = level[at - width - 1] ?? 0;
    const below = level[at + width + 1] ?? 0;
    // Only between pieces: at the cloth's edge the ground would make it a hard rim.
    const edge = above > 0 && below > 0 ? Math.max(-0.22, Math.min(0.16, (below - above) * 0.0042)) : 0;
    const light = fieldAt(cloth.light, x, y) + edge;
    const worn = weave === 'denim' ? Math.max(0, fieldAt(cloth.wrinkles, x, y) - 4) * 1.3 : 0;
    // Cloth scatters: deep shade keeps its colour, bright slopes pale a little.
    const pale = Math.max(0, light - 1) * 26;
    for (let c = 0; c < 3; c++) to[c] = (to[c]! + worn) * light + pale;
  };
}

/** Uneven light, the lens's dark corners, the room's tint, the sensor's noise, the phone's contrast. */
function finisher({
  view,
  grain,
  tint,
}: Scene): (colour: Float32Array, x: number, y: number, out: Buffer, at: number) => void {
  const { width, height } = view;
  const tone = Uint8Array.from({ length: 1024 }, (_, i) => {
    const t = i / 1023;
    return Math.round(255 * Math.min(1, t + 0.06 * t * (1 - t) * (2.6 * t - 0.9)));
  });
  return (colour, x, y, out, at) => {
    const dx = x / width - 0.5;
    const dy = y / height - 0.5;
    const light = (0.98 - 0.16 * dx - 0.12 * dy) * (1 - 0.42 * (dx * dx + dy * dy));
    // A lens and a small sensor never give a paint's full colour.
    const grey = 0.3 * colour[0]! + 0.59 * colour[1]! + 0.11 * colour[2]!;
    const luma = grainBetween(grain.soft, x * 0.8 + 91, y * 0.8 + 37);
    for (let c = 0; c < 3; c++) {
      const lit = (colour[c]! * 0.84 + grey * 0.16) * light * tint[c]! + 3;
      const noise = (3 * luma + 2.2 * grainAt(grain.soft, (x >> 1) + c * 311, (y >> 1) + c * 173)) * (1.25 - lit / 340);
      out[at + c] = tone[Math.max(0, Math.min(1023, (lit + noise) * 4.0118)) | 0]!;
    }
  };
}
