import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawGarment, drawSample, type GarmentKind, sampleGarments } from '../../../scripts/garments/draw-garment.ts';

const SMALL = { width: 240, height: 320 };
/** One of each kind, drawn once. */
const drawn = new Map<GarmentKind, Promise<Buffer>>();
const oneOf = (kind: GarmentKind): Promise<Buffer> => {
  const one = drawn.get(kind) ?? drawGarment({ kind, seed: 1, ...SMALL });
  drawn.set(kind, one);
  return one;
};
const KINDS: GarmentKind[] = ['t-shirt', 'hoodie', 'dress', 'trousers', 'plaid-shirt'];

describe('a drawn garment', () => {
  it('is the same bytes for the same seed, and others for another', async () => {
    const once = await drawGarment({ kind: 'dress', seed: 3, ...SMALL });
    expect((await drawGarment({ kind: 'dress', seed: 3, ...SMALL })).equals(once)).toBe(true);
    expect((await drawGarment({ kind: 'dress', seed: 4, ...SMALL })).equals(once)).toBe(false);
  });

  it.each(KINDS)('%s: a JPEG of the asked size with cloth, folds and ground in it', async (kind) => {
    const bytes = await oneOf(kind);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', ...SMALL });
    const middle = await sharp(bytes).extract({ left: 90, top: 130, width: 60, height: 60 }).toBuffer();
    const spread = async (part: Buffer) => Math.max(...(await sharp(part).stats()).channels.map(({ stdev }) => stdev));
    expect(await spread(bytes)).toBeGreaterThan(25);
    expect(await spread(middle)).toBeGreaterThan(4);
  });

  it.each(KINDS)('%s: the middle has another colour than the ground beside it', async (kind) => {
    const bytes = await oneOf(kind);
    const mean = async (left: number, top: number) => {
      const part = await sharp(bytes).extract({ left, top, width: 40, height: 24 }).toBuffer();
      return (await sharp(part).stats()).channels.map((channel) => channel.mean);
    };
    const garment = await mean(70, 150);
    const ground = await mean(0, 150);
    expect(Math.hypot(...garment.map((value, c) => value - ground[c]!))).toBeGreaterThan(50);
  });
});

describe('the samples', () => {
  it('are five, with a name each', () => {
    expect(sampleGarments().map(({ kind }) => kind)).toEqual(KINDS);
    expect(new Set(sampleGarments().map(({ name }) => name)).size).toBe(5);
  });

  it('one is stored turned, with EXIF orientation 6', async () => {
    const turned = sampleGarments().filter(({ orientation }) => orientation === 6);
    expect(turned).toHaveLength(1);
    const bytes = await drawSample(turned[0]!, { width: 300, height: 400 });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 400, height: 300, orientation: 6 });
    const upright = await sharp(bytes).autoOrient().resize(150, 200).raw().toBuffer({ resolveWithObject: true });
    // Upright, the blue cloth of the trousers is at the waistband, and the ground is between the legs' ends.
    const blueness = (x: number, y: number) => upright.data[(y * 150 + x) * 3 + 2]! - upright.data[(y * 150 + x) * 3]!;
    expect(blueness(75, 50)).toBeGreaterThan(10);
    expect(blueness(75, 160)).toBeLessThan(0);
  });
});
