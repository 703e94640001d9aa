import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import type { ProcessorName } from '../../../shared/media/processors.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { drawCutout } from './drawn-cutout.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

/** The quickest call of each processor that reads a picture. */
const CALLS: readonly (readonly [ProcessorName, string, object])[] = [
  ['storyboard-template', 'cutout', { frames: ['01-white'] }],
  ['resize-preset', 'cutout', { preset: 'taobao-main' }],
  ['poster', 'cutout', { title: '新品', size: 'square' }],
  ['white-background', 'cutout', {}],
  ['enhance', 'photo', {}],
  ['watermark', 'photo', { text: 'x' }],
  ['grid', 'images', { layout: '2x2', cellWidth: 120 }],
];

/** What became of it: an answer that decodes, or a clear refusal. Anything else fails the test. */
async function outcomeOf([name, role, params]: (typeof CALLS)[number], bytes: Buffer): Promise<string> {
  const count = name === 'grid' ? 3 : 1;
  const inputs = Array.from({ length: count }, () => ({ name: role, bytes }));
  try {
    for (const output of await runProcessor(name, { inputs, params }, WITHOUT_CUTOUT)) {
      const { info } = await sharp(output.bytes).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([output.width, output.height]);
    }
    return 'answered';
  } catch (error) {
    if (!(error instanceof MediaRefusal)) throw error;
    expect(error.detail).not.toBe('');
    return error.code;
  }
}

let png: Buffer;
const made: Record<string, Buffer> = {};
beforeAll(async () => {
  png = await drawCutout({ shape: 'shirt', width: 200, height: 200 });
  const image = () => sharp(png);
  const flat = () => sharp({ create: { width: 200, height: 160, channels: 3, background: '#776655' } });
  Object.assign(made, {
    'a palette PNG': await image().png({ palette: true }).toBuffer(),
    'a 16-bit PNG': await image().toColourspace('rgb16').png().toBuffer(),
    'a grey PNG': await image().toColourspace('b-w').png().toBuffer(),
    'a WebP': await image().webp().toBuffer(),
    'a CMYK JPEG': await flat().toColourspace('cmyk').jpeg().toBuffer(),
    'a progressive JPEG': await flat().jpeg({ progressive: true }).toBuffer(),
    'a JPEG turned by EXIF': await flat().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'a JPEG with a colour profile': await flat().withIccProfile('p3').jpeg().toBuffer(),
    'a PNG with an archive behind it': Buffer.concat([png, Buffer.from('PK\x03\x04 something else')]),
  });
}, 60_000);

describe.each(CALLS)('%s', (...call) => {
  it('answers or refuses every kind of picture', { timeout: 60_000 }, async () => {
    for (const [kind, bytes] of Object.entries(made)) {
      const outcome = await outcomeOf(call, bytes);
      if (call[1] !== 'cutout') expect(outcome, kind).toBe('answered');
      else expect(outcome, kind).toBe(/JPEG/.test(kind) ? 'INPUT_CORRUPT' : 'answered');
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'INPUT_EMPTY'],
    ['text', Buffer.from('hello'), 'INPUT_NOT_AN_IMAGE'],
    [
      'SVG that asks for files',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      'INPUT_NOT_AN_IMAGE',
    ],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00'), 'INPUT_TYPE_MISMATCH'],
    ['a head that claims 20,000 × 20,000', hugePng(), 'INPUT_TOO_LARGE'],
  ])('refuses %s', async (_, bytes, code) => {
    expect(await outcomeOf(call, bytes)).toBe(code);
  });

  it('survives truncations and flipped bits', { timeout: 60_000 }, async () => {
    const damage = fc.tuple(
      fc.nat(png.length - 1),
      fc.nat(255),
      fc.option(fc.integer({ min: 30, max: png.length - 1 })),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ([at, value, end]) => {
        const bytes = Buffer.from(png.subarray(0, end ?? png.length));
        if (at < bytes.length) bytes[at] = value;
        await outcomeOf(call, bytes);
      }),
      { numRuns: 12, seed: 5 },
    );
  });
});

function hugePng(): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12, 'latin1');
  head.writeUInt32BE(20_000, 16);
  head.writeUInt32BE(20_000, 20);
  head.write('\x08\x06\x00\x00\x00', 24, 'latin1');
  head.write('IDAT', 37, 'latin1');
  return head;
}
