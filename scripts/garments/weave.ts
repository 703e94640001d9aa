import type { Weave } from './garment-pattern.ts';
import { type Grain, grainBetween } from './noise.ts';

/**
 * Turns the cloth's plain colour (`to`, three numbers 0…255) into its weave. `x` and `y` run along the threads, in
 * units; `unit` is pixels per unit, for what is as fine as a pixel.
 */
export type PaintWeave = (to: Float32Array, x: number, y: number, unit: number, grain: Grain) => void;

function scale(to: Float32Array, factor: number): void {
  to[0] = to[0]! * factor;
  to[1] = to[1]! * factor;
  to[2] = to[2]! * factor;
}

function mix(to: Float32Array, r: number, g: number, b: number, share: number): void {
  to[0] = to[0]! + (r - to[0]!) * share;
  to[1] = to[1]! + (g - to[1]!) * share;
  to[2] = to[2]! + (b - to[2]!) * share;
}

const jersey: PaintWeave = (to, x, y, _unit, { white, soft }) => {
  const wales = grainBetween(white, x * 1.5, y * 0.5);
  scale(
    to,
    1 + 0.075 * wales + 0.06 * grainBetween(soft, x * 0.45, y * 0.36) + 0.035 * grainBetween(soft, x * 0.08, y * 0.1),
  );
};

const heather: PaintWeave = (to, x, y, _unit, { white, soft }) => {
  const fibre = grainBetween(white, x * 0.3 + y * 0.05, y * 1.2) + grainBetween(white, x * 1.1, y * 0.45 + x * 0.1);
  const light = Math.max(0, fibre - 0.55);
  scale(to, 1 + 0.085 * fibre + 0.07 * grainBetween(soft, x * 0.3, y * 0.4));
  mix(to, 196, 194, 170, Math.min(0.4, light * 0.3));
};

const rib: PaintWeave = (to, x, y, _unit, { white }) => {
  const ridge = Math.cos((x * 2 * Math.PI) / 6.5);
  scale(to, 1 + 0.1 * ridge + 0.06 * grainBetween(white, x * 1.4, y * 0.7));
};

/** Ribs around the neck's opening. */
const collar: PaintWeave = (to, x, y, unit, grain) => {
  rib(to, Math.atan2(x, y + 372) * 94, Math.hypot(x, y + 372), unit, grain);
};

const plain: PaintWeave = (to, x, y, _unit, { white }) => {
  scale(to, 1 + 0.045 * grainBetween(white, x * 1.3, y * 0.4) + 0.045 * grainBetween(white, x * 0.4, y * 1.3));
};

const DOT_STEP = 27;

/** Small printed dots in staggered rows, never quite round or in place. */
const dots: PaintWeave = (to, x, y, unit, grain) => {
  const row = Math.round(y / (DOT_STEP * 0.8));
  const shift = row & 1 ? DOT_STEP / 2 : 0;
  const column = Math.round((x - shift) / DOT_STEP);
  const luck = grain.white[((row * 71 + column * 13) & 1023) * 1024 + ((column * 37) & 1023)]!;
  const dx = x - shift - column * DOT_STEP - luck * 1.4;
  const dy = y - row * DOT_STEP * 0.8 + luck * 1.1;
  const edge = 3.9 + luck * 0.9 + grainBetween(grain.soft, x, y) * 0.4 - Math.sqrt(dx * dx + dy * dy);
  if (edge > -1) mix(to, 238, 226, 205, Math.min(1, Math.max(0, edge * unit * 0.7 + 0.5)) * 0.93);
  plain(to, x, y, unit, grain);
};

/** Twill: fine slanted ribs, white weft showing through, slubs along the warp. */
const denim: PaintWeave = (to, x, y, _unit, { white, soft }) => {
  const twill = grainBetween(white, x * 0.95 + y * 0.75, (y - x) * 0.22);
  const slub = grainBetween(soft, x * 0.8, y * 0.07) + 0.6 * grainBetween(soft, x * 0.16, y * 0.2);
  scale(to, 1 + 0.13 * twill + 0.12 * slub);
  mix(to, 172, 182, 196, Math.max(0, twill + slub * 0.5 - 0.5) * 0.34);
};

const SETT = 132;
/** From, to (of 132 units) and colour of each band; the rest is the cloth's own. */
const BANDS: readonly [from: number, to: number, r: number, g: number, b: number][] = [
  [0, 34, 32, 36, 56],
  [42, 47, 32, 36, 56],
  [76, 81, 214, 196, 158],
  [90, 94, 32, 36, 56],
  [118, 123, 32, 36, 56],
];

function band(at: number, own: Float32Array, to: Float32Array): void {
  const place = at - Math.floor(at / SETT) * SETT;
  to.set(own);
  for (const [from, end, r, g, b] of BANDS) {
    if (place > from - 0.7 && place < end + 0.7) {
      mix(to, r, g, b, Math.min(1, Math.max(0, Math.min(place - from, end - place) * 1.1 + 0.5)));
    }
  }
}

const warp = new Float32Array(3);
const weft = new Float32Array(3);

/** Warp and weft carry the same bands; each pixel shows both, the twill a little more of one. */
const plaid: PaintWeave = (to, x, y, _unit, { white, soft }) => {
  band(x + 17, to, warp);
  band(y + 40, to, weft);
  const over = 0.5 + 0.22 * grainBetween(white, x * 0.9 + y * 0.9, (x - y) * 0.2);
  for (let c = 0; c < 3; c++) to[c] = warp[c]! * over + weft[c]! * (1 - over);
  scale(to, 1 + 0.07 * grainBetween(white, x * 1.4, y * 1.4) + 0.08 * grainBetween(soft, x * 0.5, y * 0.5));
};

export const WEAVES: Record<Weave, PaintWeave> = { jersey, heather, rib, collar, plain, dots, denim, plaid };
