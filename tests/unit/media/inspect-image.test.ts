import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { TASK_ERRORS } from '../../../shared/contract/errors.ts';
import { inspectHead } from '../../../shared/media/inspect-head.ts';
import { inspectImage } from '../../../shared/media/inspect-image.ts';
import { isoMedia, jpegHead, picture, pngChunk, pngOf } from './photo-fixtures.ts';

const codeOf = (bytes: Uint8Array, declared?: { type: string; bytes: number }): string => {
  const inspection = inspectImage(bytes, declared);
  return inspection.kind === 'refused' ? inspection.code : inspection.kind;
};

describe('a photo that can be worked on', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('a %s is told by its bytes, with its size', async (format) => {
    const bytes = await picture(320, 240).toFormat(format).toBuffer();
    expect(inspectImage(bytes, { type: `image/${format}`, bytes: bytes.length })).toEqual({
      kind: 'accepted',
      format,
      contentType: `image/${format}`,
      width: 320,
      height: 240,
      orientation: 1,
    });
  });

  it('a lossless WebP and one with EXIF have their size read too', async () => {
    expect(inspectImage(await picture(301, 203).webp({ lossless: true }).toBuffer())).toMatchObject({
      width: 301,
      height: 203,
    });
    const turned = await picture(301, 203).webp().withMetadata({ orientation: 6 }).toBuffer();
    expect(inspectImage(turned)).toMatchObject({ width: 203, height: 301, orientation: 6 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i gives the size as it is shown', async (orientation) => {
    for (const format of ['jpeg', 'png'] as const) {
      const bytes = await picture(320, 200).withMetadata({ orientation }).toFormat(format).toBuffer();
      const [width, height] = orientation >= 5 ? [200, 320] : [320, 200];
      expect(inspectImage(bytes)).toMatchObject({ kind: 'accepted', width, height, orientation });
    }
  });

  it('CMYK and 16 bits a channel are accepted', async () => {
    expect(codeOf(await picture(200, 200).toColourspace('cmyk').jpeg().toBuffer())).toBe('accepted');
    expect(codeOf(await picture(200, 200).toColourspace('rgb16').png().toBuffer())).toBe('accepted');
    expect(codeOf(jpegHead(4000, 3000, 4))).toBe('accepted');
  });

  it('a 48 megapixel photo is accepted, 64 million pixels exactly too', () => {
    expect(codeOf(jpegHead(8064, 6048, 3))).toBe('accepted');
    expect(codeOf(jpegHead(8000, 8000, 3))).toBe('accepted');
    expect(codeOf(jpegHead(100, 100, 3))).toBe('accepted');
  });
});

describe('a photo that is refused', () => {
  it('for its size in bytes or pixels, before anything is decoded', () => {
    expect(codeOf(Buffer.alloc(0))).toBe('INPUT_EMPTY');
    expect(inspectHead(jpegHead(800, 800, 3), 25 * 1024 * 1024 + 1)).toMatchObject({ code: 'INPUT_TOO_LARGE' });
    expect(codeOf(jpegHead(8001, 8000, 3))).toBe('INPUT_TOO_LARGE');
    expect(codeOf(pngOf(60_000, 60_000, pngChunk('IDAT', Buffer.alloc(4))))).toBe('INPUT_TOO_LARGE');
    expect(codeOf(jpegHead(99, 800, 3))).toBe('INPUT_TOO_SMALL');
    expect(codeOf(jpegHead(800, 99, 3))).toBe('INPUT_TOO_SMALL');
  });

  it('for being another type or size than declared', async () => {
    const png = await picture(200, 200).png().toBuffer();
    expect(codeOf(png, { type: 'image/jpeg', bytes: png.length })).toBe('INPUT_TYPE_MISMATCH');
    expect(codeOf(png, { type: 'image/png', bytes: png.length + 1 })).toBe('INPUT_SIZE_MISMATCH');
  });

  it('for being animated', async () => {
    const frames = Buffer.concat([Buffer.alloc(120 * 120 * 3, 10), Buffer.alloc(120 * 120 * 3, 240)]);
    const strip = () => sharp(frames, { raw: { width: 120, height: 240, channels: 3, pageHeight: 120 } });
    expect(codeOf(await strip().webp().toBuffer())).toBe('INPUT_ANIMATED');
    expect(codeOf(await strip().gif({ loop: 0 }).toBuffer())).toBe('INPUT_ANIMATED');
    const frame = Buffer.alloc(8);
    expect(codeOf(pngOf(200, 200, pngChunk('acTL', frame), pngChunk('IDAT', frame)))).toBe('INPUT_ANIMATED');
  });

  it('HEIC with a code of its own, whichever brand says so', () => {
    expect(codeOf(isoMedia('heic', 'mif1', 'heic'))).toBe('INPUT_HEIC');
    expect(codeOf(isoMedia('mif1', 'heic'))).toBe('INPUT_HEIC');
    expect(codeOf(isoMedia('msf1', 'hevc'))).toBe('INPUT_HEIC');
    expect(codeOf(isoMedia('isom', 'mp42'))).toBe('INPUT_NOT_AN_IMAGE');
  });

  it('AVIF, GIF, TIFF and BMP as another type, anything else as no image', async () => {
    expect(codeOf(await picture(128, 128).avif({ effort: 0 }).toBuffer())).toBe('INPUT_TYPE_MISMATCH');
    expect(codeOf(await picture(128, 128).gif().toBuffer())).toBe('INPUT_TYPE_MISMATCH');
    expect(codeOf(await picture(128, 128).tiff().toBuffer())).toBe('INPUT_TYPE_MISMATCH');
    expect(codeOf(Buffer.from('%PDF-1.7 and so on'))).toBe('INPUT_NOT_AN_IMAGE');
    expect(codeOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('INPUT_NOT_AN_IMAGE');
    expect(codeOf(Buffer.from([0xff]))).toBe('INPUT_NOT_AN_IMAGE');
  });

  it('a polyglot counts as what its first bytes say', async () => {
    const html = Buffer.from('<script>alert(1)</script>');
    const png = await picture(128, 128).png().toBuffer();
    expect(codeOf(Buffer.concat([html, png]))).toBe('INPUT_NOT_AN_IMAGE');
    expect(codeOf(Buffer.concat([png, html]), { type: 'image/png', bytes: png.length + html.length })).toBe('accepted');
  });

  it('a file that ends within its header, or has no picture in it, is corrupt', async () => {
    const jpeg = await picture(200, 200).jpeg().toBuffer();
    expect(codeOf(jpeg.subarray(0, 30))).toBe('INPUT_CORRUPT');
    expect(codeOf(Buffer.from([0xff, 0xd8, 0xff, 0xd9]))).toBe('INPUT_CORRUPT');
    expect(codeOf(jpegHead(0, 200, 3))).toBe('INPUT_CORRUPT');
    expect(codeOf(pngOf(200, 200, pngChunk('IEND', Buffer.alloc(0))))).toBe('INPUT_CORRUPT');
    expect(codeOf(Buffer.from('RIFF\x10\0\0\0WEBPnope'.padEnd(40, '\0'), 'latin1'))).toBe('INPUT_CORRUPT');
  });
});

describe('the head of a file', () => {
  it('is enough when it holds the header, and says so when it does not', () => {
    const file = jpegHead(3000, 4000, 3, 60_000);
    expect(inspectHead(file.subarray(0, 50_000), file.length)).toEqual({ kind: 'more' });
    expect(inspectHead(file, 5_000_000)).toMatchObject({ kind: 'accepted', width: 3000, height: 4000 });
  });

  it('whatever is cut off or flipped, there is an answer from the closed set', async () => {
    const files = await Promise.all([
      picture(160, 120).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      picture(160, 120).withMetadata({ orientation: 6 }).png().toBuffer(),
      picture(160, 120).withMetadata({ orientation: 6 }).webp().toBuffer(),
      Promise.resolve(isoMedia('heic', 'mif1')),
    ]);
    const flips = fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 255 })), { maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(2000), flips, (file, length, changes) => {
        const bytes = Uint8Array.from(file.subarray(0, Math.max(1, length)));
        for (const [at, bits] of changes) if (at < bytes.length) bytes[at] = bytes[at]! ^ bits;
        const inspection = inspectImage(bytes);
        if (inspection.kind === 'refused') expect(Object.keys(TASK_ERRORS)).toContain(inspection.code);
        else expect(inspection.width * inspection.height).toBeLessThanOrEqual(64_000_000);
      }),
      { numRuns: 3000, seed: 20261124 },
    );
  });

  it('a header that never ends is read in one pass', () => {
    const markers = Buffer.alloc(4 * 1024 * 1024, 0xff);
    markers.set([0xff, 0xd8]);
    const empty = pngOf(200, 200, ...Array.from({ length: 50_000 }, () => pngChunk('tEXt', Buffer.alloc(0))));
    const startMs = performance.now();
    expect(codeOf(markers)).toBe('INPUT_CORRUPT');
    expect(codeOf(empty)).toBe('INPUT_CORRUPT');
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});
