import { blurred, type Field, fieldAt, makeField } from './field.ts';
import type { Fold, GarmentPattern } from './garment-pattern.ts';
import { gradientNoise, octaves } from './noise.ts';
import type { RandomStream } from './random-stream.ts';

/** How the light falls on the cloth. */
export interface ClothLight {
  /** 1 on flat cloth, less in shade, more towards the window. */
  light: Field;
  /** The cloth's slope: patterns on it shift along. */
  slopeX: Field;
  slopeY: Field;
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
      light.data[at] = (0.36 + 0.64 * Math.max(0, facing)) * open * (1 - cast);
    }
  }
  return { light, slopeX, slopeY, wrinkles };
}

/** The level smoothed over the cloth alone: the ground beside it does not count. */
function overCover(level: Field, cover: Field, radius: number): Field {
  const weighted = { ...level, data: level.data.map((value, i) => value * cover.data[i]!) };
  const sum = blurred(weighted, radius);
  const weight = blurred(cover, radius);
  return { ...sum, data: sum.data.map((value, i) => value / Math.max(0.02, weight.data[i]!)) };
}

/** Soft billows and small sharp wrinkles, drawn out along ways that wander over the cloth. */
function crumple(strength: number, like: Field, unit: number, random: RandomStream): Field {
  const noise = gradientNoise(random);
  const coarse = makeField((like.width - 1) * like.step, (like.height - 1) * like.step, like.step * 2, (px, py) => {
    const x = px / unit;
    const y = py / unit;
    const bendX = noise(x / 190, y / 190) * 46;
    const bendY = noise(x / 190 + 40, y / 190 + 9) * 46;
    const billow = octaves(noise, (x + bendX) / 170, (y + bendY) / 230, 2) * 13;
    const ridge = 1 - Math.abs(noise((x + bendX) / 95 + 7, (y + bendY * 1.6) / 62));
    const fine = 1 - Math.abs(noise((x - bendY) / 40 + 3, (y + bendX) / 52 + 21));
    const calm = 0.5 + 0.5 * noise(x / 210 + 5, y / 210 + 77);
    return strength * (billow + ridge * ridge * ridge * 8 * (0.35 + calm) + fine * fine * 2.2 * calm);
  });
  return makeField((like.width - 1) * like.step, (like.height - 1) * like.step, like.step, (x, y) =>
    fieldAt(coarse, x, y),
  );
}

/** Steeper on one side than on the other, bent a little, fading out at its end. */
function raiseFold(field: Field, fold: Fold, unit: number, random: RandomStream): void {
  const middleX = ((field.width - 1) * field.step) / 2;
  const middleY = ((field.height - 1) * field.step) / 2;
  const cos = Math.cos((fold.degrees * Math.PI) / 180);
  const sin = Math.sin((fold.degrees * Math.PI) / 180);
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
      const width = fold.width * (0.7 + 0.7 * along);
      const aside =
        (dy * cos - dx * sin - bend * along * along - Math.sin(along * 7 + wobble) * fold.width * 0.35) / width;
      if (aside < -3 || aside > 3) continue;
      const fade = Math.min(1, (along + 0.06) * 5) * (1 - along) * (1 + along);
      const profile = Math.exp(-aside * aside) * (1 + lean * Math.tanh(aside * 1.6) * 0.6);
      const at = y * field.width + x;
      field.data[at] = field.data[at]! + fold.height * fade * profile;
    }
  }
}
