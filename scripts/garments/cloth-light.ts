import { blurred, type Field, fieldAt, makeField } from './field.ts';
import type { Fold, GarmentPattern } from './garment-pattern.ts';
import { gradientNoise, octaves } from './noise.ts';
import type { RandomStream } from './random-stream.ts';

/** How the light falls on the cloth. */
export interface ClothLight {
  /** 1 on flat cloth, less in shade, more towards the window. */
  light: Field;
  /** How far, in units, the cloth's slope carries a pattern along: smooth, since cloth does not tear at a crease. */
  shiftX: Field;
  shiftY: Field;
  /** Height in units, wrinkles only. */
  wrinkles: Field;
}

/** From the window: upper left, rather low. */
const LIGHT = { x: -0.5, y: -0.56, z: 0.66 };

/**
 * `cover` is 0…1 and `level` 0…1, on one grid; `unit` is pixels per unit. Folds are raised on the cloth, the cloth's
 * edges are rounded, and each piece throws a short shadow on what it lies on.
 */
export function lightCloth(
  pattern: GarmentPattern,
  cover: Field,
  level: Field,
  unit: number,
  random: RandomStream,
): ClothLight {
  const wrinkles = crumple(pattern.crumple, cover, unit, random);
  for (const fold of pattern.folds) raiseFold(wrinkles, fold, unit, random);
  const { width, height, step } = cover;
  const layers = overCover(level, cover, 2.6 * unit);
  const pillow = blurred(cover, 7 * unit);
  const shape = makeField((width - 1) * step, (height - 1) * step, step);
  for (let i = 0; i < shape.data.length; i++) {
    shape.data[i] = wrinkles.data[i]! + layers.data[i]! * 16 + pillow.data[i]! * 9;
  }
  const hollow = blurred(shape, 15 * unit);
  const light = { ...shape, data: new Float32Array(shape.data.length) };
  const slopeX = { ...shape, data: new Float32Array(shape.data.length) };
  const slopeY = { ...shape, data: new Float32Array(shape.data.length) };
  const perUnit = unit / (2 * step);
  const back = Math.max(1, Math.round((5 * unit) / step));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const dx = (shape.data[at + 1]! - shape.data[at - 1]!) * perUnit;
      const dy = (shape.data[at + width]! - shape.data[at - width]!) * perUnit;
      slopeX.data[at] = dx;
      slopeY.data[at] = dy;
      const facing = (LIGHT.z - dx * LIGHT.x - dy * LIGHT.y) / Math.sqrt(1 + dx * dx + dy * dy) / LIGHT.z;
      const open = 1 - Math.min(0.45, Math.max(-0.12, (hollow.data[at]! - shape.data[at]!) * 0.045));
      const towards = Math.max(0, y - back) * width + Math.max(0, x - back);
      const cast = Math.min(0.4, Math.max(0, layers.data[towards]! - layers.data[at]! - 0.03) * 2.2);
      light.data[at] = (0.4 + 0.6 * Math.max(0, facing)) * open * (1 - cast);
    }
  }
  return { light, shiftX: shifted(slopeX, unit), shiftY: shifted(slopeY, unit), wrinkles };
}

function shifted(slope: Field, unit: number): Field {
  const smooth = blurred(slope, 9 * unit);
  return { ...smooth, data: smooth.data.map((value) => Math.max(-5, Math.min(5, value * 9))) };
}

/** The level smoothed over the cloth alone: the ground beside it does not count. */
function overCover(level: Field, cover: Field, radius: number): Field {
  const weighted = { ...level, data: level.data.map((value, i) => value * cover.data[i]!) };
  const sum = blurred(weighted, radius);
  const weight = blurred(cover, radius);
  return { ...sum, data: sum.data.map((value, i) => value / Math.max(0.02, weight.data[i]!)) };
}

/** Soft billows, facets with nearly straight creases between them as in crumpled cloth, and a few small wrinkles. */
function crumple(strength: number, like: Field, unit: number, random: RandomStream): Field {
  const noise = gradientNoise(random);
  const facets = facetNoise(random);
  const coarse = makeField((like.width - 1) * like.step, (like.height - 1) * like.step, like.step * 2, (px, py) => {
    const x = px / unit;
    const y = py / unit;
    const bendX = noise(x / 120, y / 120) * 22;
    const bendY = noise(x / 120 + 40, y / 120 + 9) * 22;
    const billow = octaves(noise, x / 200, y / 260, 2) * 15;
    const calm = Math.max(0, 0.35 + 0.9 * noise(x / 190 + 5, y / 190 + 77));
    const large = facets((x + bendX) / 150, (y + bendY) / 210) * 15;
    const small = facets((x * 0.9 + y * 0.35 + bendY) / 80 + 31, (y - x * 0.3 + bendX) / 125 + 5) * 7 * calm;
    const fine = noise((x + y * 0.4) / 24, (y - x * 0.2) / 60 + 21) * 1.1 * calm;
    return strength * (billow + large + small + fine);
  });
  const smooth = blurred(coarse, 3 * unit);
  return makeField((like.width - 1) * like.step, (like.height - 1) * like.step, like.step, (x, y) =>
    fieldAt(smooth, x, y),
  );
}

/** The distance to the nearest of scattered points, one per unit: cones that meet in creases. About 0…1. */
function facetNoise(random: RandomStream): (x: number, y: number) => number {
  const points = Float32Array.from({ length: 64 * 64 * 2 }, () => 0.1 + 0.8 * random());
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    let nearest = 9;
    for (let i = row - 1; i <= row + 1; i++) {
      for (let j = column - 1; j <= column + 1; j++) {
        const at = ((i & 63) * 64 + (j & 63)) * 2;
        const dx = j + points[at]! - x;
        const dy = i + points[at + 1]! - y;
        nearest = Math.min(nearest, dx * dx + dy * dy);
      }
    }
    return Math.sqrt(nearest + 0.02);
  };
}

/** Steeper on one side than on the other, bent a little, fading out at its end. */
function raiseFold(field: Field, fold: Fold, unit: number, random: RandomStream): void {
  const middleX = ((field.width - 1) * field.step) / 2;
  const middleY = ((field.height - 1) * field.step) / 2;
  const cos = Math.cos((fold.degrees * Math.PI) / 180);
  const sin = Math.sin((fold.degrees * Math.PI) / 180);
  // A short crease is a low one, else it is a dent.
  const height = fold.height * Math.min(1, fold.length / 170);
  const bend = (random() - 0.5) * 0.36 * fold.length;
  const lean = (random() - 0.5) * 1.6;
  const wobble = random() * 6;
  const reach = fold.length / 2 + Math.abs(bend) + fold.width * 3;
  const centreX = fold.x + (cos * fold.length) / 2;
  const centreY = fold.y + (sin * fold.length) / 2;
  const toCell = (value: number, middle: number) => Math.round((value * unit + middle) / field.step);
  const left = Math.max(0, toCell(centreX - reach, middleX));
  const right = Math.min(field.width - 1, toCell(centreX + reach, middleX));
  const top = Math.max(0, toCell(centreY - reach, middleY));
  const bottom = Math.min(field.height - 1, toCell(centreY + reach, middleY));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const dx = (x * field.step - middleX) / unit - fold.x;
      const dy = (y * field.step - middleY) / unit - fold.y;
      const along = (dx * cos + dy * sin) / fold.length;
      if (along <= -0.06 || along >= 1) continue;
      const width = fold.width * (0.75 + 0.9 * along);
      const aside =
        (dy * cos - dx * sin - bend * along * along - Math.sin(along * 5 + wobble) * fold.width * 0.2) / width;
      if (aside < -3 || aside > 3) continue;
      const fade = Math.min(1, (along + 0.06) * 5) * (1 - along) * (1 + along);
      const profile = Math.exp(-aside * aside) * (1 + lean * Math.tanh(aside * 1.6) * 0.6);
      const at = y * field.width + x;
      field.data[at] = field.data[at]! + height * fade * profile;
    }
  }
}
