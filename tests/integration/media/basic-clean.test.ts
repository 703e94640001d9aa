import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCutout } from '../../../scripts/quality/with-cutout.ts';
import { basicClean, type MediaOutput } from '../../../shared/media/basic-clean.ts';
import type { CutoutProcess } from '../../../shared/media/cutout/cutout-process.ts';
import { drawShirt } from './drawn-photo.ts';

const LIMIT_MS = 90_000; // a shared core may be ten times slower than an idle one

let cutout: CutoutProcess;
let release: () => void;
let built: Promise<void>;
let photo: Buffer;
let outputs: Map<string, MediaOutput>;

const byName = (list: MediaOutput[]) => new Map(list.map((output) => [output.name as string, output]));

beforeAll(async () => {
  photo = (await drawShirt(450, 600)).jpeg;
  await new Promise<void>((ready) => {
    built = withCutout(async (process) => {
      cutout = process;
      ready();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  outputs = byName(await basicClean(photo, cutout));
}, LIMIT_MS);
afterAll(async () => {
  release();
  await built;
});

const pixelsOf = async (bytes: Buffer) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });

describe('the three pictures', { timeout: LIMIT_MS }, () => {
  it('have the names, types and sizes that they say', async () => {
    expect([...outputs.keys()]).toEqual(['cutout.png', 'white.jpg', 'enhanced.jpg']);
    for (const { name, contentType, width, height, bytes } of outputs.values()) {
      const metadata = await sharp(bytes).metadata();
      expect(`image/${metadata.format}`, name).toBe(contentType);
      expect([metadata.width, metadata.height], name).toEqual([width, height]);
    }
    expect(outputs.get('white.jpg')).toMatchObject({ width: 800, height: 800 });
    expect(outputs.get('enhanced.jpg')).toMatchObject({ width: 450, height: 600, flags: [] });
  });

  it('carry none of the metadata that the photo had', async () => {
    expect((await sharp(photo).metadata()).exif?.length).toBeGreaterThan(50);
    for (const { name, bytes } of outputs.values()) {
      const { exif, icc, iptc, xmp, orientation, space } = await sharp(bytes).metadata();
      expect([exif, icc, iptc, xmp, orientation], name).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(space, name).toBe('srgb');
      expect(bytes.includes('somebody'), name).toBe(false);
    }
  });

  it('are the same bytes each time', async () => {
    const again = byName(await basicClean(photo, cutout));
    for (const { name, bytes } of outputs.values()) expect(again.get(name)!.bytes.equals(bytes), name).toBe(true);
  });
});

describe('the white picture', { timeout: LIMIT_MS }, () => {
  it('is pure white around a centred garment that fills 85 %', async () => {
    const { data } = await pixelsOf(outputs.get('white.jpg')!.bytes);
    const isWhite = (x: number, y: number) => [0, 1, 2].every((c) => data[(y * 800 + x) * 3 + c] === 255);
    for (const [x, y] of [
      [0, 0],
      [799, 0],
      [0, 799],
      [799, 799],
      [400, 20],
      [400, 780],
      [20, 700],
    ] as const) {
      expect(isWhite(x, y), `${x},${y}`).toBe(true);
    }
    let [left, right, top, bottom] = [800, 0, 800, 0];
    for (let y = 0; y < 800; y++) {
      for (let x = 0; x < 800; x++) {
        if (data[(y * 800 + x) * 3]! > 200) continue;
        [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      }
    }
    expect(Math.abs(Math.max(right - left, bottom - top) + 1 - 680)).toBeLessThanOrEqual(6);
    expect(Math.abs(left + right - 799)).toBeLessThanOrEqual(6);
    expect(Math.abs(top + bottom - 799)).toBeLessThanOrEqual(6);
  });

  it('has 38 to 300 KB, or says that it has less at the best quality', async () => {
    const { bytes, flags } = outputs.get('white.jpg')!;
    expect(bytes.length).toBeLessThanOrEqual(300_000);
    expect(flags).toEqual(bytes.length < 38 * 1024 ? ['below_38kb'] : []);
  });

  it('of a flat black garment stays small, and is delivered with a flag', async () => {
    const flat = (await drawShirt(300, 300, '#000000')).jpeg;
    const white = byName(await basicClean(flat, cutout)).get('white.jpg')!;
    const smooth = white.bytes.length < 38 * 1024;
    expect(white.flags.includes('below_38kb')).toBe(smooth);
  });
});

describe('the cut-out and the enhanced photo', { timeout: LIMIT_MS }, () => {
  it('the cut-out is clear outside, solid inside and soft between', async () => {
    const { data, info } = await pixelsOf(outputs.get('cutout.png')!.bytes);
    expect(info.channels).toBe(4);
    const alpha = (x: number, y: number) => data[(y * info.width + x) * 4 + 3];
    expect(alpha(0, 0)).toBe(0);
    expect(alpha(225, 300)).toBe(255);
    const row = Array.from({ length: 450 }, (_, x) => alpha(x, 300)!);
    const soft = row.filter((value) => value > 0 && value < 255).length;
    expect(soft).toBeGreaterThanOrEqual(2);
    expect(soft).toBeLessThanOrEqual(16);
  });

  it('a photo stored turned comes out upright', async () => {
    const { data, info } = await sharp(photo).rotate(270).raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const turned = await sharp(data, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 92 })
      .toBuffer();
    const upright = byName(await basicClean(turned, cutout));
    expect(upright.get('enhanced.jpg')).toMatchObject({ width: 450, height: 600 });
    expect(upright.get('cutout.png')).toMatchObject({ width: 450, height: 600 });
  });

  it('the enhanced photo looks like the photo', async () => {
    const small = (bytes: Buffer) => sharp(bytes).resize(60, 80, { fit: 'fill' }).removeAlpha().raw().toBuffer();
    const [before, after] = [await small(photo), await small(outputs.get('enhanced.jpg')!.bytes)];
    let difference = 0;
    for (let i = 0; i < before.length; i++) difference += Math.abs(before[i]! - after[i]!);
    expect(difference / before.length).toBeGreaterThan(0.5);
    expect(difference / before.length).toBeLessThan(40);
  });

  it('a file that is no photo is refused before a process is asked', async () => {
    await expect(basicClean(Buffer.from('not a picture'), cutout)).rejects.toMatchObject({
      code: 'INPUT_NOT_AN_IMAGE',
    });
  });
});
