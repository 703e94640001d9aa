import { type Field, fieldAt, makeField } from './field.ts';
import { type Grain, gradientNoise, grainBetween, octaves } from './noise.ts';
import type { RandomStream } from './random-stream.ts';
import { between } from './seeded-random.ts';

export type GroundKind = 'oak' | 'sheet' | 'carpet' | 'tiles' | 'bleached';

/** Writes the ground's colour at a place in units from the picture's middle, three numbers 0…255. */
export type PaintGround = (to: Float32Array, x: number, y: number) => void;

type MakeGround = (random: RandomStream, grain: Grain) => PaintGround;

/** Slow changes over the floor, kept on a grid: 2400 × 2800 units around the middle. */
function slowNoise(
  random: RandomStream,
  stretchX: number,
  stretchY: number,
  count: number,
): (x: number, y: number) => number {
  const noise = gradientNoise(random);
  const field: Field = makeField(2400, 2800, 6, (x, y) => octaves(noise, x / stretchX, y / stretchY, count));
  return (x, y) => fieldAt(field, x + 1200, y + 1400);
}

function set(to: Float32Array, [r, g, b]: readonly number[], factor: number): void {
  to[0] = r! * factor;
  to[1] = g! * factor;
  to[2] = b! * factor;
}

interface Wood {
  plankWidth: number;
  plankLength: number;
  degrees: number;
  colours: readonly (readonly [number, number, number])[];
  contrast: number;
  /** How far the grain strays, in units. */
  wander: number;
}

const planks =
  (wood: Wood): MakeGround =>
  (random, { white, soft }) => {
    const cos = Math.cos((wood.degrees * Math.PI) / 180);
    const sin = Math.sin((wood.degrees * Math.PI) / 180);
    const wander = slowNoise(random, 130, 420, 2);
    const shade = Float32Array.from({ length: 997 }, () => between(random, 0.93, 1.05));
    const shift = Float32Array.from({ length: 997 }, () => between(random, 0, 900));
    return (to, px, py) => {
      const x = px * cos + py * sin + 2000;
      const y = py * cos - px * sin + 2000;
      const row = Math.floor(x / wood.plankWidth);
      const along = y + shift[row % 997]!;
      const plank = (row * 31 + Math.floor(along / wood.plankLength) * 7) % 997;
      const bend = wander(px, py) * wood.wander + shift[plank]!;
      const rings = Math.sin((x + bend) * 0.17 + grainBetween(soft, x * 0.09 + plank, y * 0.006) * 5.5);
      const fibre =
        grainBetween(white, x * 0.8 + bend * 0.3, y * 0.022 + plank) + grainBetween(white, x * 1.7, y * 0.06);
      const pore = Math.max(0, grainBetween(white, x * 1.1 + bend * 0.2, y * 0.045 + 300) - 0.75);
      const inRow = x - row * wood.plankWidth;
      const inPlank = along - Math.floor(along / wood.plankLength) * wood.plankLength;
      const gap = Math.min(inRow, wood.plankWidth - inRow, inPlank, wood.plankLength - inPlank);
      const joint = gap < 1.6 ? 0.42 : gap < 4 ? 0.9 + 0.04 * gap - 0.06 : 1;
      const tone = shade[plank]! * (1 + wood.contrast * (0.06 * rings + 0.07 * fibre - 0.3 * pore)) * joint;
      set(to, wood.colours[plank % wood.colours.length]!, tone);
    };
  };

/** Cotton with thin stripes, lying in soft folds. */
const sheet: MakeGround = (random, { white, soft }) => {
  const folds = slowNoise(random, 330, 210, 2);
  const wrinkles = slowNoise(random, 110, 190, 2);
  return (to, px, py) => {
    const height = folds(px, py);
    const slope = folds(px + 9, py + 9) - height;
    const crease = Math.abs(wrinkles(px - 6, py - 6)) - Math.abs(wrinkles(px, py));
    const x = px + slope * 22 + py * 0.11;
    const weave = grainBetween(white, px * 1.3, py * 0.5) + grainBetween(white, px * 0.5, py * 1.3);
    const light = 1 - slope * 1.1 + crease * 0.3 + 0.018 * weave + 0.02 * grainBetween(soft, px * 0.3, py * 0.3);
    const place = x - Math.floor(x / 74) * 74;
    const stripe =
      Math.min(1, Math.max(0, Math.min(place, 11 - place) + 0.5)) +
      0.8 * Math.min(1, Math.max(0, Math.min(place - 18, 21 - place) + 0.5));
    const share = Math.min(1, stripe) * 0.62;
    to[0] = (202 + (226 - 202) * share) * light;
    to[1] = (186 + (214 - 186) * share) * light;
    to[2] = (180 + (206 - 180) * share) * light;
  };
};

/** Short pile, each tuft lit by itself, trodden in places, with a border's lattice woven in. */
const carpet: MakeGround = (random, { white, soft }) => {
  const trodden = slowNoise(random, 150, 110, 3);
  return (to, x, y) => {
    const tuft = grainBetween(soft, x * 0.42, y * 0.42);
    const lit = tuft - grainBetween(soft, x * 0.42 - 0.9, y * 0.42 - 0.9);
    const fibre = grainBetween(white, x * 1.2 + y * 0.3, y * 0.9);
    const waver = grainBetween(soft, x * 0.2, y * 0.2) * 3;
    const across = Math.abs((((((x + y) / 96) % 1) + 1.5) % 1) - 0.5) * 96 + waver;
    const down = Math.abs((((((x - y) / 96) % 1) + 1.5) % 1) - 0.5) * 96 - waver;
    const lattice = Math.min(across, down) < 5.5 ? 1 : 0;
    const light = 1 + 0.2 * lit + 0.12 * fibre + 0.1 * tuft + 0.1 * trodden(x, y);
    set(to, lattice ? [168, 166, 160] : [114, 120, 126], light);
  };
};

/** Stone tiles with pale joints, a soft gloss and worn specks. */
const tiles: MakeGround = (random, { white, soft }) => {
  const cloud = slowNoise(random, 120, 150, 4);
  const gloss = slowNoise(random, 700, 500, 1);
  return (to, px, py) => {
    const x = px * 0.995 + py * 0.1 + 5000;
    const y = py * 0.995 - px * 0.1 + 5000;
    const column = Math.floor(x / 330);
    const row = Math.floor(y / 330);
    const inX = x - column * 330;
    const inY = y - row * 330;
    const gap = Math.min(inX, 330 - inX, inY, 330 - inY) + grainBetween(soft, x * 0.5, y * 0.5) * 0.5;
    const tint = 1 + 0.04 * grainBetween(white, column * 7.3, row * 5.1);
    const speck = Math.max(0, grainBetween(soft, x * 0.9, y * 0.9) - 0.55);
    const tone =
      tint * (1 + 0.07 * cloud(px, py) + 0.05 * gloss(px, py) + 0.02 * grainBetween(white, x, y) - 0.25 * speck);
    if (gap < 3.4) set(to, [170, 164, 152], tone * (1 + 0.05 * grainBetween(white, x, y)));
    else set(to, [203, 190, 166], tone * Math.min(1, 0.86 + gap * 0.02));
  };
};

const oak = planks({
  plankWidth: 128,
  plankLength: 980,
  degrees: 4,
  contrast: 1.1,
  wander: 24,
  colours: [
    [168, 130, 95],
    [162, 124, 90],
    [173, 136, 100],
    [158, 121, 87],
  ],
});

const bleached = planks({
  plankWidth: 172,
  plankLength: 1200,
  degrees: 83,
  contrast: 0.7,
  wander: 7,
  colours: [
    [190, 184, 172],
    [180, 173, 160],
    [198, 192, 180],
    [174, 168, 158],
  ],
});

export const GROUNDS: Record<GroundKind, MakeGround> = { oak, sheet, carpet, tiles, bleached };
