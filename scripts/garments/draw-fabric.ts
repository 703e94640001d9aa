import type { Rgb } from './garment-shapes.ts';
import { addFields, type Field, noiseField } from './noise-field.ts';
import { between } from './seeded-random.ts';

export type Pattern = 'plain' | 'heather' | 'stripes' | 'plaid' | 'denim';

export interface Fabric {
  readonly colour: Rgb;
  readonly second: Rgb;
  readonly pattern: Pattern;
}

/** Folds as a height field: long ridges that fall with the cloth, and the gentle unevenness of lying down. */
export function foldField(width: number, height: number, random: () => number): Field {
  const base = addFields([
    [noiseField(width, height, [width / 3, height / 4], random), 26],
    [noiseField(width, height, [width / 9, height / 5], random), 9],
  ]);
  for (let n = 0; n < 26; n++) {
    const x = between(random, 0.12, 0.88) * width;
    const y = between(random, 0.2, 0.85) * height;
    const angle = Math.PI / 2 + between(random, -0.75, 0.75);
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    addRidge(base, {
      x,
      y,
      dx,
      dy,
      wide: between(random, 7, 26),
      long: between(random, 60, 300),
      high: between(random, -7, 9),
    });
  }
  return base;
}

interface Ridge {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly wide: number;
  readonly long: number;
  readonly high: number;
}

function addRidge({ width, height, values }: Field, ridge: Ridge): void {
  const reach = ridge.long + 3 * ridge.wide;
  const fromX = Math.max(0, Math.floor(ridge.x - reach));
  const toX = Math.min(width, Math.ceil(ridge.x + reach));
  const fromY = Math.max(0, Math.floor(ridge.y - reach));
  const toY = Math.min(height, Math.ceil(ridge.y + reach));
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX; x < toX; x++) {
      const along = (x - ridge.x) * ridge.dx + (y - ridge.y) * ridge.dy;
      const across = (x - ridge.x) * ridge.dy - (y - ridge.y) * ridge.dx + 0.0009 * along * along;
      const squared = (across / ridge.wide) ** 2 + (along / ridge.long) ** 2 * 2;
      if (squared < 9) values[y * width + x] = (values[y * width + x] as number) + ridge.high * Math.exp(-squared);
    }
  }
}

/** The cloth everywhere; the outline cuts it. RGB, 3 floats a pixel. */
export function drawFabric(fabric: Fabric, folds: Field, random: () => number): Float32Array {
  const { width, height, values } = folds;
  const rgb = new Float32Array(width * height * 3);
  const yarn = noiseField(width, height, [2, 3], random);
  const mottle = noiseField(width, height, [5, 6], random);
  const wear = noiseField(width, height, [150, 210], random);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const slopeX = ((values[i + 1] as number) - (values[i - 1] as number)) / 2;
      const slopeY = ((values[i + width] as number) - (values[i - width] as number)) / 2;
      // Light from the upper left, as from a window.
      const light = 1 - 0.42 * slopeX - 0.34 * slopeY;
      const weave = ((x + (y >> 1)) & 3) === 0 ? -0.035 : 0.012;
      const grain = 0.055 * (yarn.values[i] as number) + weave + 0.05 * (wear.values[i] as number);
      const colour = patternColour(fabric, x + slopeX * 22, y + slopeY * 22, mottle.values[i] as number);
      const by = Math.min(1.5, Math.max(0.42, light)) * (1 + grain);
      rgb[i * 3] = colour[0] * by;
      rgb[i * 3 + 1] = colour[1] * by;
      rgb[i * 3 + 2] = colour[2] * by;
    }
  }
  return rgb;
}

const blend = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

function patternColour({ colour, second, pattern }: Fabric, x: number, y: number, mottle: number): Rgb {
  switch (pattern) {
    case 'plain':
      return colour;
    case 'heather':
      return blend(colour, second, 0.5 + 0.5 * mottle);
    case 'denim':
      return blend(colour, second, 0.22 + 0.2 * mottle + (((x + y) | 0) % 4 === 0 ? 0.16 : 0));
    case 'stripes':
      return ((y % 46) + 46) % 46 < 15 ? second : colour;
    case 'plaid': {
      const band = (value: number) => {
        const at = ((value % 96) + 96) % 96;
        return at < 30 ? 0.55 : at > 58 && at < 64 ? 0.8 : 0;
      };
      return blend(colour, second, Math.min(1, band(x) * 0.62 + band(y) * 0.62));
    }
  }
}
