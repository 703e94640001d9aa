import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../scripts/soak/seeded-random.ts';
import { TASK_ERRORS } from '../../../shared/contract/errors.ts';
import { decodePhoto } from '../../../shared/media/decode-photo.ts';
import { inspectImage } from '../../../shared/media/inspect-image.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';

const MIB = 1024 * 1024;
const [WIDTH, HEIGHT] = [240, 180];
/** Red, green, blue and yellow: the corners of a photo that stands upright, from the top left, clockwise. */
const CORNERS = [
  ...[
    [220, 30, 30],
    [30, 200, 30],
    [30, 30, 220],
    [220, 220, 30],
  ],
] as const;

/** Four plain quarters with some grain, so that every format has real data. */
function quarters(width = WIDTH, height = HEIGHT): Buffer {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, low] = [x >= width / 2, y >= height / 2];
      const corner = CORNERS[low ? (right ? 2 : 3) : right ? 1 : 0] ?? CORNERS[0];
      for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = (corner[c] ?? 0) + ((x * 7 + y * 13) % 11);
    }
  }
  return rgb;
}
const upright = () => sharp(quarters(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

let files: Record<string, Buffer>;
beforeAll(async () => {
  files = {
    'a JPEG': await upright().jpeg().toBuffer(),
    'a progressive JPEG': await upright().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
    'a CMYK JPEG': await upright().toColourspace('cmyk').jpeg().toBuffer(),
    'a JPEG with EXIF and ICC': await upright()
      .withIccProfile('p3')
      .withExifMerge({ IFD0: { Copyright: 'x' } })
      .jpeg()
      .toBuffer(),
    'a PNG': await upright().png().toBuffer(),
    'a 16-bit PNG': await upright().toColourspace('rgb16').png().toBuffer(),
    'an interlaced PNG': await upright().png({ progressive: true }).toBuffer(),
    'a palette PNG': await upright().png({ palette: true }).toBuffer(),
    'a WebP': await upright().webp().toBuffer(),
    'a lossless WebP with alpha': await upright().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
  };
});

/** The only two ends there are: pixels of the size that the header says, or a refusal from the closed set. */
async function endOf(bytes: Buffer): Promise<string> {
  const header = inspectImage(bytes);
  try {
    const { width, height, rgb } = await decodePhoto(bytes);
    if (header.kind !== 'accepted') throw new Error('decoded what the inspection refuses');
    expect([width, height, rgb.length]).toEqual([header.width, header.height, width * height * 3]);
    return 'decoded';
  } catch (error) {
    if (!(error instanceof MediaRefusal)) throw error;
    expect(Object.keys(TASK_ERRORS)).toContain(error.code);
    expect(error.detail).not.toBe('');
    return error.code;
  }
}

type Random = ReturnType<typeof seededRandom>;
/** Ways to harm a file, each where chance says. */
const HARMS: Readonly<Record<string, (file: Buffer, random: Random) => Buffer>> = {
  'cut off': (file, random) => file.subarray(0, random.below(file.length)),
  'cut at the front': (file, random) => file.subarray(random.below(64)),
  'bits flipped': (file, random) => {
    const bytes = Buffer.from(file);
    for (let n = 0; n <= random.below(24); n++) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },
  'header overwritten': (file, random) => {
    const bytes = Buffer.from(file);
    for (let n = 0; n <= random.below(6); n++) bytes[random.below(Math.min(200, bytes.length))] = random.below(256);
    return bytes;
  },
  'lengths made huge': (file, random) => {
    const bytes = Buffer.from(file);
    bytes.writeUInt32BE(0xffffffff - random.below(3), random.below(Math.min(400, bytes.length - 4)));
    return bytes;
  },
  'a piece repeated': (file, random) => {
    const [from, length] = [random.below(file.length), 1 + random.below(4000)];
    return Buffer.concat([file.subarray(0, from + length), file.subarray(from)]);
  },
  'a piece left out': (file, random) => {
    const from = random.below(file.length);
    return Buffer.concat([file.subarray(0, from), file.subarray(from + 1 + random.below(500))]);
  },
};

describe('a photo that was harmed', { timeout: 90_000 }, () => {
  it('is decoded whole or refused clearly, soon, and nothing of it stays in memory', async () => {
    const ends = new Map<string, number>();
    const run = async (seed: number, rounds: number) => {
      const random = seededRandom(seed);
      for (let round = 0; round < rounds; round++) {
        for (const [kind, file] of Object.entries(files)) {
          for (const [harm, does] of Object.entries(HARMS)) {
            const startMs = performance.now();
            const end = await endOf(does(file, random)).catch((error: unknown) => {
              throw new Error(`${kind}, ${harm}, seed ${seed}, round ${round}`, { cause: error });
            });
            expect(performance.now() - startMs, `${kind}, ${harm}`).toBeLessThan(5000);
            ends.set(end, (ends.get(end) ?? 0) + 1);
          }
        }
      }
    };
    await run(1, 3);
    const before = process.memoryUsage().rss;
    await run(2, 7);
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(80);
    // Neither is the rule: a check that refuses everything, or nothing, would be seen.
    expect(ends.get('decoded')).toBeGreaterThan(30);
    expect(ends.get('INPUT_CORRUPT')).toBeGreaterThan(150);
    expect([...ends.keys()].length).toBeGreaterThan(3);
  });
});

describe('a photo of an odd kind', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with EXIF orientation %i comes out as it was seen', async (orientation) => {
    // Stored so that the orientation's own turn brings it back: the inverse of each, by EXIF 2.32, 4.6.4 A.
    const turns: Record<number, (image: Sharp) => Sharp> = {
      ...{
        1: (image) => image,
        2: (image) => image.flop(),
        3: (image) => image.rotate(180),
        4: (image) => image.flip(),
      },
      ...{ 5: (image) => image.rotate(270).flop(), 6: (image) => image.rotate(270) },
      ...{ 7: (image) => image.rotate(90).flop(), 8: (image) => image.rotate(90) },
    };
    const turned = await (turns[orientation] ?? turns[1])?.(upright()).png().toBuffer();
    const stored = await sharp(turned).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const { width, height, rgb } = await decodePhoto(stored);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    const at = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    const seen = [at(20, 20), at(width - 20, 20), at(width - 20, height - 20), at(20, height - 20)];
    for (const [n, colour] of seen.entries()) {
      for (let c = 0; c < 3; c++) expect(Math.abs((colour[c] ?? 0) - (CORNERS[n]?.[c] ?? 0) - 5)).toBeLessThan(28);
    }
  });

  it.each([
    [
      'an orientation that there is not',
      async () =>
        sharp(await upright().png().toBuffer())
          .withExif({ IFD0: { Orientation: '9' } })
          .jpeg()
          .toBuffer(),
      'decoded',
    ],
    [
      '1 × 1',
      () =>
        sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
          .png()
          .toBuffer(),
      'INPUT_TOO_SMALL',
    ],
    [
      '100 × 99',
      () =>
        sharp(quarters(100, 99), { raw: { width: 100, height: 99, channels: 3 } })
          .png()
          .toBuffer(),
      'INPUT_TOO_SMALL',
    ],
    [
      '100 × 100',
      () =>
        sharp(quarters(100, 100), { raw: { width: 100, height: 100, channels: 3 } })
          .png()
          .toBuffer(),
      'decoded',
    ],
    [
      'an animated WebP',
      async () => {
        const frames = [await upright().png().toBuffer(), await upright().negate().png().toBuffer()];
        return sharp(frames, { join: { animated: true } })
          .webp({ loop: 0, delay: [100, 100] })
          .toBuffer();
      },
      'INPUT_ANIMATED',
    ],
    [
      'SVG with external references',
      async () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200"><image xlink:href="http://127.0.0.1:9/x" width="9" height="9"/><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        ),
      'INPUT_NOT_AN_IMAGE',
    ],
    [
      'SVG behind the head of a JPEG',
      async () =>
        Buffer.concat([
          Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
          Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>'),
        ]),
      'INPUT_CORRUPT',
    ],
    [
      'a PDF with a JPEG in it',
      async () => Buffer.concat([Buffer.from('%PDF-1.7\n'), files['a JPEG'] ?? Buffer.alloc(0)]),
      'INPUT_NOT_AN_IMAGE',
    ],
    [
      'a JPEG with a page of HTML and an archive behind it',
      async () => Buffer.concat([files['a JPEG'] ?? Buffer.alloc(0), Buffer.from('<script>1</script>PK\u0003\u0004')]),
      'decoded',
    ],
    [
      'a JPEG whose colour profile is no profile',
      async () => {
        const profile = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(400, 0xa5)]);
        const segment = Buffer.concat([
          Buffer.from([0xff, 0xe2, (profile.length + 2) >> 8, (profile.length + 2) & 255]),
          profile,
        ]);
        const jpeg = files['a JPEG'] ?? Buffer.alloc(0);
        return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
      },
      'decoded',
    ],
  ] as const)('%s', async (_kind, make, expected) => {
    expect(await endOf(await make())).toBe(expected);
  });
});
