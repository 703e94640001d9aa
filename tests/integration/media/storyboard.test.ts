import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProcessorOutput } from '../../../shared/media/processor.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { type CutoutOrder, drawCutout } from './drawn-cutout.ts';
import { fingerprint, fingerprintDistance } from './fingerprint.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

const services = WITHOUT_CUTOUT;

const board = async (order: CutoutOrder, params: object = {}): Promise<ProcessorOutput[]> =>
  runProcessor(
    'storyboard-template',
    { inputs: [{ name: 'cutout', bytes: await drawCutout(order) }], params },
    services,
  );

const pixelsOf = async (bytes: Buffer) => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

/** The box of what is not near white. */
async function inkBox(bytes: Buffer) {
  const { data, width, height } = await pixelsOf(bytes);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 3]! > 200) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return { left, top, right, bottom, width: right - left + 1, height: bottom - top + 1 };
}

const ENLARGED = ['01-white', '05-upper-detail', '06-side-detail', '07-hem-detail', '08-fabric'];
const SHIRT: CutoutOrder = { shape: 'shirt', width: 1000, height: 1000 };
const TROUSERS: CutoutOrder = { shape: 'trousers', width: 900, height: 1500, colour: '#33415c' };
let shirt: ProcessorOutput[];
let trousers: ProcessorOutput[];

beforeAll(async () => {
  shirt = await board(SHIRT);
  trousers = await board(TROUSERS);
}, 60_000);

describe('the template storyboard', { timeout: 60_000 }, () => {
  it('is twelve JPEG frames of 4:5 with names of their own', async () => {
    expect(shirt.map(({ name }) => name)).toEqual([
      ...['01-white.jpg', '02-studio.jpg', '03-sand.jpg', '04-arch.jpg', '05-upper-detail.jpg', '06-side-detail.jpg'],
      ...['07-hem-detail.jpg', '08-fabric.jpg', '09-pair.jpg', '10-colours.jpg', '11-size.jpg', '12-tone.jpg'],
    ]);
    for (const { bytes, width, height, name, flags } of shirt) {
      const metadata = await sharp(bytes).metadata();
      expect([metadata.format, metadata.width, metadata.height], name).toEqual(['jpeg', width, height]);
      expect([width, height, flags], name).toEqual([1080, 1350, ['template']]);
    }
  });

  it('says in every file that it is a template and not made by AI', async () => {
    for (const { bytes, name } of shirt) {
      const { xmp, exif } = await sharp(bytes).metadata();
      expect(xmp?.toString('utf8'), name).toContain('模板分镜 · 非 AI 生成');
      expect(exif, name).toBeUndefined();
    }
  });

  it('is the same bytes for the same cut-out', async () => {
    const again = await board(SHIRT);
    for (const [i, { bytes, name }] of shirt.entries()) expect(again[i]!.bytes.equals(bytes), name).toBe(true);
  });

  it.each([
    ['wide', () => shirt, 960 / 920],
    ['tall', () => trousers, (52 * 9) / (96 * 15)],
  ])(
    'keeps a %s garment whole, unstretched, centred and inside the margins of the white frame',
    async (_, frames, ratio) => {
      const box = await inkBox(frames()[0]!.bytes);
      expect(Math.abs(box.width / box.height / ratio - 1)).toBeLessThan(0.01);
      expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(82);
      expect(box.right).toBeLessThanOrEqual(1080 - 82);
      expect(box.bottom).toBeLessThanOrEqual(1350 - 82);
      expect(Math.abs(box.left + box.right - 1079)).toBeLessThanOrEqual(3);
      expect(Math.max(box.width / 912, box.height / 1182)).toBeGreaterThan(0.99);
    },
  );

  it('enlarges nothing more than twice, and says when the frames cannot be filled', async () => {
    for (const [side, flags] of [
      [1000, ['template']],
      [420, ['template']],
      [260, ['template', 'low_resolution']],
    ] as const) {
      const striped = await board({ shape: 'shirt', width: side, height: side, stripes: 16 }, { frames: ENLARGED });
      for (const frame of striped) {
        expect(frame.flags, `${side} ${frame.name}`).toEqual(flags);
        const widest = await stripeWidth(frame.bytes);
        expect(widest, `${side} ${frame.name}`).toBeLessThanOrEqual(17);
        expect(widest, `${side} ${frame.name}`).toBeGreaterThan(6);
      }
    }
  });

  it('lets a garment that the photo cut off run out of the frame', async () => {
    const whole = await sharp(await drawCutout(TROUSERS))
      .extract({ left: 0, top: 0, width: 900, height: 900 })
      .png()
      .toBuffer();
    const cut = await runProcessor(
      'storyboard-template',
      { inputs: [{ name: 'cutout', bytes: whole }], params: { frames: ['01-white'] } },
      services,
    );
    expect((await inkBox(cut[0]!.bytes)).bottom).toBe(cut[0]!.height - 1);
    expect((await inkBox(trousers[0]!.bytes)).bottom).toBeLessThan(1349);
  });

  it('draws sizes only when the merchant gave them', async () => {
    const given = await board(SHIRT, { widthCm: 52, lengthCm: 68, frames: ['11-size', '01-white'] });
    expect(given.map(({ name }) => name)).toEqual(['01-white.jpg', '11-size.jpg']);
    expect(given[0]!.bytes.equals(shirt[0]!.bytes)).toBe(true);
    expect(given[1]!.bytes.equals(shirt[10]!.bytes)).toBe(false);
    await expect(board(SHIRT, { widthCm: -1 })).rejects.toThrow(/widthCm/);
  });

  it('keeps its margin, however long the words beside the length are', async () => {
    for (const sizes of [{}, { widthCm: 52, lengthCm: 128 }]) {
      const [frame] = await board(SHIRT, { ...sizes, frames: ['11-size'] });
      expect((await inkBox(frame!.bytes)).left).toBeGreaterThanOrEqual(82);
    }
  });

  it('looks as it looked when a person accepted it', async () => {
    const golden = JSON.parse(readFileSync(new URL('storyboard-golden.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >;
    const seen: Record<string, string> = {};
    for (const [kind, frames] of Object.entries({ shirt, trousers })) {
      for (const { name, bytes } of frames) seen[`${kind}/${name}`] = await fingerprint(bytes);
    }
    for (const [name, print] of Object.entries(seen)) {
      expect(fingerprintDistance(print, golden[name] ?? ''), name).toBeLessThan(2);
    }
    const [first, second] = [golden['shirt/02-studio.jpg']!, golden['shirt/03-sand.jpg']!];
    expect(fingerprintDistance(first, second)).toBeGreaterThan(6);
  });
});

/** The median width of a stripe along the rows of the middle, in pixels. */
async function stripeWidth(bytes: Buffer): Promise<number> {
  const { data, width, height } = await pixelsOf(bytes);
  const runs: number[] = [];
  for (let y = Math.round(height * 0.3); y < height * 0.6; y += 7) {
    let run = 0;
    for (let x = 1; x < width; x++) {
      run++;
      const [before, now] = [data[(y * width + x - 1) * 3]! > 150, data[(y * width + x) * 3]! > 150];
      if (before === now) continue;
      if (run < 60) runs.push(run);
      run = 0;
    }
  }
  return runs.sort((a, b) => a - b)[runs.length >> 1] ?? 0;
}

describe('a cut-out that cannot be used', () => {
  const ask = (bytes: Buffer) =>
    runProcessor('storyboard-template', { inputs: [{ name: 'cutout', bytes }], params: {} }, services);

  it('is refused when nothing of it is visible', async () => {
    const empty = await sharp({ create: { width: 300, height: 300, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    await expect(ask(empty)).rejects.toMatchObject({ code: 'GARMENT_NOT_FOUND' });
  });

  it('is refused when nothing of it is transparent', async () => {
    const opaque = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#446688' } })
      .png()
      .toBuffer();
    await expect(ask(opaque)).rejects.toMatchObject({ code: 'INPUT_CORRUPT', detail: /transparent/ });
  });

  it('is refused when it is damaged', async () => {
    const whole = await drawCutout({ shape: 'shirt', width: 400, height: 400 });
    await expect(ask(whole.subarray(0, whole.length >> 1))).rejects.toMatchObject({ code: 'INPUT_CORRUPT' });
    await expect(ask(Buffer.from('<svg/>'))).rejects.toMatchObject({ code: 'INPUT_NOT_AN_IMAGE' });
  });

  it('is missed when it is not there, and nothing else is taken for it', async () => {
    const run = (inputs: { name: string; bytes: Buffer }[]) =>
      runProcessor('storyboard-template', { inputs, params: {} }, services);
    await expect(run([])).rejects.toThrow(/cutout: 0 files/);
    await expect(run([{ name: 'photo', bytes: Buffer.alloc(4) }])).rejects.toThrow(
      /photo: this processor takes no such file/,
    );
  });
});

describe('the grid', () => {
  const grid = (images: readonly ProcessorOutput[], params: object) =>
    runProcessor('grid', { inputs: images.map(({ bytes }) => ({ name: 'images', bytes })), params }, services);

  it('shows all twelve whole, and says in the picture and in its data that they are a template', async () => {
    const [one] = await grid(shirt, { layout: '4x3', cellWidth: 240, template: true });
    expect([one!.width, one!.height]).toEqual([4 * 240 + 3 * 16 + 64, 3 * 300 + 2 * 16 + 64 + 40]);
    expect((await sharp(one!.bytes).metadata()).xmp?.toString()).toContain('模板分镜 · 非 AI 生成');
    const footer = await sharp(one!.bytes)
      .extract({ left: 0, top: one!.height - 68, width: 400, height: 60 })
      .toBuffer();
    expect((await inkBox(footer)).width).toBeGreaterThan(200);
    const [plain] = await grid(shirt, { layout: '4x3', cellWidth: 240 });
    expect((await sharp(plain!.bytes).metadata()).xmp?.toString()).not.toContain('模板分镜');
  });

  it('refuses pictures that do not fill it', async () => {
    await expect(grid(shirt, { layout: '3x3' })).rejects.toMatchObject({
      detail: 'images: 12 do not fill a grid of 3x3',
    });
    await expect(grid(shirt.slice(0, 2), { layout: '2x2' })).rejects.toMatchObject({ code: 'INPUT_CORRUPT' });
    await expect(grid(shirt.slice(0, 3), { layout: '2x2', cellWidth: 120 })).resolves.toHaveLength(1);
    await expect(grid(shirt, { layout: '5x5' })).rejects.toThrow(/layout/);
  });
});
