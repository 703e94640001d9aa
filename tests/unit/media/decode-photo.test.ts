import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePhoto } from '../../../shared/media/decode-photo.ts';
import { picture, pngChunk, pngOf } from './photo-fixtures.ts';

const plain = (colour: string) => sharp({ create: { width: 120, height: 110, channels: 3, background: colour } });

describe('decoding', () => {
  it('turns the photo upright', async () => {
    const half = Buffer.alloc(120 * 110 * 3);
    half.fill(255, 0, 120 * 55 * 3); // the upper half is white
    const stored = await sharp(half, { raw: { width: 120, height: 110, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { width, height, rgb } = await decodePhoto(stored);
    expect([width, height]).toEqual([110, 120]);
    const at = (x: number, y: number) => rgb[(y * width + x) * 3]!;
    expect(at(5, 60)).toBeLessThan(10); // turned clockwise, the upper half is on the right
    expect(at(104, 60)).toBeGreaterThan(245);
  });

  it('converts CMYK, 16 bits and grey to 8-bit sRGB', async () => {
    const cmyk = await decodePhoto(await plain('#c03020').toColourspace('cmyk').jpeg().toBuffer());
    expect(cmyk.rgb.length).toBe(120 * 110 * 3);
    expect(cmyk.rgb[0]).toBeGreaterThan(150);
    expect(cmyk.rgb[2]).toBeLessThan(90);
    const deep = await decodePhoto(await plain('#4080c0').toColourspace('rgb16').png().toBuffer());
    expect([...deep.rgb.subarray(0, 3)]).toEqual([0x40, 0x80, 0xc0]);
    const grey = await decodePhoto(await plain('#808080').toColourspace('b-w').png().toBuffer());
    expect([...grey.rgb.subarray(0, 3)]).toEqual([0x80, 0x80, 0x80]);
  });

  it('converts a wide-gamut photo by its profile: a phone’s Display P3', async () => {
    const shown = [200, 60, 60];
    const photo = await plain('rgb(200, 60, 60)').withIccProfile('p3').png().toBuffer();
    const { data: stored } = await sharp(photo, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    const off = (rgb: Buffer) => Math.max(...shown.map((value, n) => Math.abs(value - rgb[n]!)));
    expect(off((await decodePhoto(photo)).rgb)).toBeLessThanOrEqual(2);
    expect(off(stored)).toBeGreaterThan(8); // read as if they were sRGB
  });

  it('lays transparency on white, and scales what is longer than 4096', async () => {
    const clear = sharp({
      create: { width: 120, height: 110, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    });
    expect((await decodePhoto(await clear.png().toBuffer())).rgb[0]).toBe(255);
    const long = await decodePhoto(await picture(5000, 200).jpeg().toBuffer());
    expect([long.width, long.height]).toEqual([4096, 164]);
  });

  it('refuses truncated and damaged pixels as corrupt', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const whole = await picture(400, 300).toFormat(format).toBuffer();
      const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
      await expect(decodePhoto(cut), format).rejects.toMatchObject({ name: 'MediaRefusal', code: 'INPUT_CORRUPT' });
    }
    const garbage = pngOf(200, 200, pngChunk('IDAT', Buffer.alloc(5000, 0x55)), pngChunk('IEND', Buffer.alloc(0)));
    await expect(decodePhoto(garbage)).rejects.toMatchObject({ code: 'INPUT_CORRUPT' });
  });

  it('refuses a decompression bomb by its header', async () => {
    const bomb = pngOf(30_000, 30_000, pngChunk('IDAT', Buffer.alloc(100)));
    await expect(decodePhoto(bomb)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});
