import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCutout } from '../../../scripts/quality/with-cutout.ts';
import {
  type CutoutPixels,
  type CutoutProcess,
  createCutoutProcess,
} from '../../../shared/media/cutout/cutout-process.ts';
import { decodePhoto, type Pixels } from '../../../shared/media/decode-photo.ts';
import type { ModelSetting } from '../../../shared/media/onnx/model-setting.ts';
import { imageProcessors } from '../../../shared/tasks/image-processors.ts';
import { segmentationGraph } from '../../fixtures/onnx-graph.ts';
import { emptyGround } from './drawn-photo.ts';

const LIMIT_MS = 90_000; // a shared core may be ten times slower than an idle one
const RUNTIME = fileURLToPath(new URL('../../../node_modules/onnxruntime-web', import.meta.url));
const [WIDTH, HEIGHT] = [300, 400];
const GREEN = { left: 170, top: 60, right: 260, bottom: 340 };

let folder: string;
let entry: string;
let release: () => void;
let built: Promise<void>;
let photo: Buffer;
let pixels: Pixels;
let setting: ModelSetting;
let cutout: CutoutProcess;

/** A blue and a green square of cloth: the model below knows the green one alone. */
function drawPair(): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#c9c3b8"/>
    <rect x="30" y="60" width="100" height="280" fill="#2b4c8c"/>
    <rect x="${GREEN.left}" y="${GREEN.top}" width="${GREEN.right - GREEN.left}" height="${GREEN.bottom - GREEN.top}" fill="#2c8a4b"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer();
}

/** Green over red and blue. */
function model(side = 128, over: Partial<ModelSetting> = {}, bytes?: Buffer): ModelSetting {
  const graph = bytes ?? segmentationGraph({ side, colour: [-60, 120, -60], offset: -12 });
  const sha256 = createHash('sha256').update(graph).digest('hex');
  const modelFile = join(folder, `${sha256.slice(0, 8)}.onnx`);
  writeFileSync(modelFile, graph);
  return { kind: 'isnet', side, sha256, modelFile, runtimePath: RUNTIME, ...over };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'model-'));
  photo = await drawPair();
  pixels = await decodePhoto(photo);
  await new Promise<void>((ready) => {
    built = withCutout(async (_process, program) => {
      entry = program;
      ready();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  setting = model();
  cutout = createCutoutProcess({ entry, model: setting });
}, LIMIT_MS);
afterAll(async () => {
  await cutout.close();
  release();
  await built;
  rmSync(folder, { recursive: true, force: true });
});

const shareOf = ({ rgba }: CutoutPixels): number => {
  let on = 0;
  for (let i = 3; i < rgba.length; i += 4) on += rgba[i]! > 127 ? 1 : 0;
  return on / (rgba.length / 4);
};
const alphaAt = ({ rgba }: CutoutPixels, x: number, y: number): number => rgba[(y * WIDTH + x) * 4 + 3]!;

describe("the operator's model", { timeout: LIMIT_MS }, () => {
  it('says what the garment is: its mask is drawn onto the edges of the photo', async () => {
    const cut = await cutout.cutOut(pixels);
    let both = 0;
    let either = 0;
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const is = x >= GREEN.left && x < GREEN.right && y >= GREEN.top && y < GREEN.bottom;
        const has = alphaAt(cut, x, y) > 127;
        both += is && has ? 1 : 0;
        either += is || has ? 1 : 0;
      }
    }
    expect([cut.seeds, both / either > 0.97]).toEqual(['model', true]);
    expect(alphaAt(cut, 80, 200), 'the blue one, which the embedded parts would take too').toBe(0);
  });

  it('gives the same bytes again, from a process that stays warm', async () => {
    const first = await cutout.cutOut(pixels);
    const { pid } = cutout;
    expect((await cutout.cutOut(pixels)).rgba.equals(first.rgba)).toBe(true);
    expect(cutout.pid).toBe(pid);
  });

  it('sees what is inside a box alone, and strokes change its mask where they reach', async () => {
    const boxed = await cutout.cutOut(pixels, { marks: 'box 550,100,900,500' });
    expect([alphaAt(boxed, 215, 120) > 200, alphaAt(boxed, 215, 300)]).toEqual([true, 0]);
    const kept = await cutout.cutOut(pixels, { marks: 'keep 60 260,300 260,700' });
    expect([alphaAt(kept, 80, 200) > 200, alphaAt(kept, 215, 200) > 200]).toEqual([true, true]);
  });

  it('finds nothing where nothing is', async () => {
    await expect(cutout.cutOut(emptyGround(200))).rejects.toMatchObject({ code: 'GARMENT_NOT_FOUND' });
  });

  it.each([
    [
      'another file than was configured',
      () => ({ ...setting, sha256: '0'.repeat(64) }),
      /SHA-256 of .* is [0-9a-f]{64}, not 0{64}/,
    ],
    [
      'no file at all',
      () => ({ ...setting, modelFile: '/nowhere/model.onnx' }),
      /CUTOUT_MODEL_PATH: \/nowhere\/model\.onnx cannot be read/,
    ],
    [
      'no runtime',
      () => ({ ...setting, runtimePath: '/nowhere/onnxruntime-node' }),
      /CUTOUT_RUNTIME_PATH: .* holds no onnxruntime/,
    ],
    [
      'another side',
      () => ({ ...setting, side: 64 }),
      /takes float32 1×3×128×128, not float32 1×3×64×64|[Gg]ot invalid dimensions/,
    ],
    ['what is no model', () => model(64, {}, Buffer.from('no model')), /protobuf|model/i],
  ] as [string, () => ModelSetting, RegExp][])(
    'is not believed with %s: the failure is ours and says why',
    async (_what, made, why) => {
      const broken = createCutoutProcess({ entry, model: made() });
      try {
        for (const _ of [1, 2]) {
          await expect(broken.cutOut(pixels)).rejects.toMatchObject({
            ...{ name: 'CutoutFailure', reason: 'failed', message: expect.stringMatching(why) },
          });
        }
      } finally {
        await broken.close();
      }
    },
  );

  it('that ends in the middle is a failure of ours, and the next photo has a new process', async () => {
    await cutout.cutOut(pixels);
    const call = cutout.cutOut(pixels);
    const failed = expect(call).rejects.toMatchObject({ name: 'CutoutFailure', reason: 'crashed' });
    setTimeout(() => process.kill(cutout.pid!, 'SIGKILL'), 20);
    await failed;
    expect(shareOf(await cutout.cutOut(pixels))).toBeGreaterThan(0.15);
  });
});

it('a step is done by the engine whose turn it is', { timeout: LIMIT_MS }, async () => {
  const processors = imageProcessors(dirname(entry), { model: setting });
  const work = { names: ['photo'], params: {}, unit: 0 };
  const alphaOf = async (engine: 'embedded' | 'onnx', name = 'cutout') => {
    const files = (await processors[name]?.([photo], LIMIT_MS, { ...work, engine })) ?? [];
    const png = files.find(({ name: file }) => file === 'cutout.png');
    const { data, info } = await sharp(Buffer.from(png?.bytes ?? []))
      .raw()
      .toBuffer({ resolveWithObject: true });
    return [data[(200 * info.width + 80) * 4 + 3]! > 127, data[(200 * info.width + 215) * 4 + 3]! > 127];
  };
  expect([await alphaOf('onnx', 'basic-clean'), await alphaOf('embedded')]).toEqual([
    ...[
      [false, true],
      [true, true],
    ],
  ]);
  const without = imageProcessors(dirname(entry));
  await expect(without['cutout']?.([photo], LIMIT_MS, { ...work, engine: 'onnx' })).rejects.toThrow('has no model');
});
