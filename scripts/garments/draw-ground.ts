import type { Rgb } from './garment-shapes.ts';
import { addFields, noiseField } from './noise-field.ts';
import { between } from './seeded-random.ts';

export type GroundKind = 'wood' | 'carpet' | 'sheet';

/** RGB, 3 floats a pixel, 0…255. */
export function drawGround(kind: GroundKind, width: number, height: number, random: () => number): Float32Array {
  if (kind === 'wood') return drawWood(width, height, random);
  return kind === 'carpet' ? drawCarpet(width, height, random) : drawSheet(width, height, random);
}

function paint(width: number, height: number, colourAt: (x: number, y: number, i: number) => Rgb): Float32Array {
  const rgb = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) rgb.set(colourAt(x, y, i), i * 3);
  }
  return rgb;
}

const shade = ([r, g, b]: Rgb, by: number): Rgb => [r * by, g * by, b * by];

function drawWood(width: number, height: number, random: () => number): Float32Array {
  const plank = width / 5.3;
  const tones = Array.from({ length: 8 }, () => between(random, 0.84, 1.1));
  const grain = addFields([
    [noiseField(width, height, [7, 260], random), 0.55],
    [noiseField(width, height, [2.5, 90], random), 0.3],
    [noiseField(width, height, [60, 700], random), 0.5],
  ]);
  const shift = width * 0.07;
  return paint(width, height, (x, y, i) => {
    const place = (x + shift + y * 0.03) / plank;
    const gap = Math.abs(place - Math.round(place)) * plank;
    const tone = tones[Math.floor(place) % tones.length] as number;
    return shade([176, 132, 92], tone * (1 + 0.13 * (grain.values[i] as number)) * (gap < 2.2 ? 0.45 : 1));
  });
}

function drawCarpet(width: number, height: number, random: () => number): Float32Array {
  const pile = addFields([
    [noiseField(width, height, [3, 4], random), 0.6],
    [noiseField(width, height, [11, 13], random), 0.45],
    [noiseField(width, height, [170, 190], random), 0.35],
  ]);
  return paint(width, height, (_x, _y, i) => shade([196, 186, 168], 1 + 0.17 * (pile.values[i] as number)));
}

function drawSheet(width: number, height: number, random: () => number): Float32Array {
  const folds = noiseField(width, height, [210, 330], random);
  const weave = noiseField(width, height, [2, 2], random);
  const cell = width / 11;
  return paint(width, height, (x, y, i) => {
    const bend = (folds.values[i] as number) * 34;
    const u = (((x + bend) / cell) % 1) - 0.5;
    const v = (((y + bend * 0.6) / cell) % 1) - 0.5;
    const dot = u * u + v * v < 0.028;
    const base: Rgb = dot ? [150, 170, 160] : [222, 224, 214];
    return shade(base, 1 + 0.1 * (folds.values[i] as number) + 0.025 * (weave.values[i] as number));
  });
}

/** Things that lie about at the edges of such photos, as SVG over the ground. */
export function clutter(width: number, height: number, random: () => number): string {
  const at = (x: number, y: number) => `${Math.round(x * width)} ${Math.round(y * height)}`;
  const turn = Math.round(between(random, -14, 14));
  const book = `<g transform="rotate(${turn} ${at(0.06, 0.93)})"><rect x="${-0.09 * width}" y="${0.875 * height}" width="${0.25 * width}" height="${0.16 * height}" rx="5" fill="#7d3038"/><rect x="${-0.09 * width}" y="${0.887 * height}" width="${0.232 * width}" height="${0.006 * height}" fill="#e9dfc9"/><rect x="${0.02 * width}" y="${0.91 * height}" width="${0.1 * width}" height="${0.012 * height}" fill="#d9b76a"/></g>`;
  const mug = `<circle cx="${0.95 * width}" cy="${0.05 * height}" r="${0.085 * width}" fill="#e6e2da"/><circle cx="${0.95 * width}" cy="${0.05 * height}" r="${0.066 * width}" fill="#4a2f20"/><circle cx="${0.935 * width}" cy="${0.045 * height}" r="${0.02 * width}" fill="#6b4a36"/>`;
  const leaf = `<path d="M${at(-0.02, 0.02)} C${at(0.1, 0.0)} ${at(0.17, 0.06)} ${at(0.2, 0.13)} C${at(0.1, 0.13)} ${at(0.02, 0.1)} ${at(-0.02, 0.02)} Z" fill="#3f6b3c"/><path d="M${at(-0.02, 0.02)} C${at(0.07, 0.06)} ${at(0.14, 0.09)} ${at(0.2, 0.13)}" stroke="#2c4f2c" stroke-width="3" fill="none"/>`;
  const cable = `<path d="M${at(1.02, 0.82)} C${at(0.9, 0.86)} ${at(0.96, 0.92)} ${at(0.86, 0.95)} S${at(0.8, 0.99)} ${at(0.74, 1.02)}" stroke="#f2f2ef" stroke-width="${Math.round(width * 0.008)}" fill="none"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${book}${mug}${leaf}${cable}</svg>`;
}
