import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { LOOKS } from '../../../scripts/garments/look-of.ts';
import { randomStream } from '../../../scripts/garments/random-stream.ts';
import { renderLayers } from '../../../scripts/garments/render-layers.ts';
import type { ProcessorName } from '../../../shared/media/processors.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { perceptualDistance, perceptualPrint } from './perceptual-distance.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

const FILE = new URL('goldens.json', import.meta.url);
/** Below what an eye sees in a cell (2.3), and a little more where something has an edge. */
const MAY_DIFFER = { mean: 0.8, worst: 6 };

/** A garment of this repository's own making, on transparency. */
async function garment(kind: keyof typeof LOOKS, width: number, height: number): Promise<Buffer> {
  const { colour } = await renderLayers(LOOKS[kind].cut(randomStream(11, `${kind} cut`)), width, height);
  return sharp(colour, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

const make = async (name: ProcessorName, role: string, files: readonly Buffer[], params: object): Promise<Buffer> => {
  const inputs = files.map((bytes) => ({ name: role, bytes }));
  const [made] = await runProcessor(name, { inputs, params }, WITHOUT_CUTOUT);
  return made?.bytes ?? Buffer.alloc(0);
};

const WORDS = { title: '夏日新品', subtitle: 'Summer arrivals', priceYuan: 199, oldPriceYuan: 299, points: ['纯棉'] };
const pictures: Record<string, Buffer> = {};
let golden: Record<string, string> = {};

beforeAll(async () => {
  const [hoodie, dress, plaid] = await Promise.all([
    ...[garment('hoodie', 600, 800), garment('dress', 600, 800), garment('plaid-shirt', 600, 800)],
  ]);
  if (!hoodie || !dress || !plaid) throw new Error('no garments');
  const white = await make('white-background', 'cutout', [hoodie], {});
  Object.assign(pictures, {
    'white hoodie': white,
    'white dress': await make('white-background', 'cutout', [dress], {}),
    'storyboard studio': await make('storyboard-template', 'cutout', [plaid], { frames: ['02-studio'] }),
    'storyboard fabric': await make('storyboard-template', 'cutout', [plaid], { frames: ['08-fabric'] }),
    grid: await make('grid', 'images', [white, white, white, white], { layout: '2x2', cellWidth: 240 }),
    ...Object.fromEntries(
      await Promise.all(
        ['gallery', 'banner', 'stage'].map(async (layout) => [
          ...[`poster ${layout}`, await make('poster', 'cutout', [dress], { ...WORDS, layout, size: 'portrait' })],
        ]),
      ),
    ),
    'watermark corner': await make('watermark', 'photo', [white], { text: '衣影', place: 'bottom-right', scale: 0.4 }),
    'watermark tiled': await make('watermark', 'photo', [white], { text: '衣影', place: 'tiled', scale: 0.3 }),
  });
  const prints = await Promise.all(
    Object.entries(pictures).map(async ([name, bytes]) => [name, await perceptualPrint(bytes)] as const),
  );
  if (!existsSync(FILE)) {
    // To accept a new look the file is deleted; then somebody looks at the pictures.
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(prints), null, 2)}\n`);
    const folder = new URL('../../../dist/goldens/', import.meta.url);
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(pictures)) writeFileSync(new URL(`${name}.jpg`, folder), bytes);
    throw new Error(`goldens.json was written anew: look at ${folder.pathname}, and run again`);
  }
  golden = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
}, 60_000);

const distanceTo = async (name: string, bytes: Buffer) =>
  perceptualDistance(await perceptualPrint(bytes), golden[name] ?? '');
const isAccepted = ({ mean, worst }: { mean: number; worst: number }) =>
  mean < MAY_DIFFER.mean && worst < MAY_DIFFER.worst;

describe('what a processor draws', () => {
  it('looks as it looked when a person accepted it', async () => {
    expect(Object.keys(golden).toSorted()).toEqual(Object.keys(pictures).toSorted());
    for (const [name, bytes] of Object.entries(pictures)) {
      const distance = await distanceTo(name, bytes);
      expect([name, distance, isAccepted(distance)]).toEqual([name, distance, true]);
    }
  });

  it('is still accepted in another quality, as another library would code it', async () => {
    for (const [name, bytes] of Object.entries(pictures)) {
      const other = await sharp(bytes).jpeg({ quality: 75 }).toBuffer();
      expect([name, isAccepted(await distanceTo(name, other))]).toEqual([name, true]);
    }
  });
});

describe('is refused:', () => {
  const shifted = (bytes: Buffer, x: number, y: number) =>
    sharp(bytes)
      .metadata()
      .then(({ width, height }) => {
        const [left, top] = [Math.round(width * x), Math.round(height * y)];
        return sharp(bytes)
          .extend({ left, top, extendWith: 'copy' })
          .toBuffer()
          .then((moved) => sharp(moved).extract({ left: 0, top: 0, width, height }).toBuffer());
      });
  const changes: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
    'shifted by 4 % to the right': (bytes) => shifted(bytes, 0.04, 0),
    'shifted by 4 % downwards': (bytes) => shifted(bytes, 0, 0.04),
    'tinted by 4 %': (bytes) => sharp(bytes).linear([1, 1, 0.96], [0, 0, 0]).toBuffer(),
    'darker by 3 %': (bytes) => sharp(bytes).linear(0.97, 0).toBuffer(),
    mirrored: (bytes) => sharp(bytes).flop().toBuffer(),
  };

  it.each(Object.entries(changes))('one that is %s', async (change, does) => {
    for (const [name, bytes] of Object.entries(pictures)) {
      // What is alike on both sides is no worse mirrored.
      if (change === 'mirrored' && /^(white|grid|storyboard|poster stage|watermark tiled)/.test(name)) continue;
      expect([name, isAccepted(await distanceTo(name, await does(bytes)))]).toEqual([name, false]);
    }
  });

  it('another garment, and a watermark that is not there', async () => {
    expect(isAccepted(await distanceTo('white hoodie', pictures['white dress'] ?? Buffer.alloc(0)))).toBe(false);
    const bare = pictures['white hoodie'] ?? Buffer.alloc(0);
    expect(isAccepted(await distanceTo('watermark tiled', bare))).toBe(false);
    expect(isAccepted(await distanceTo('watermark corner', bare))).toBe(false);
  });
});
