import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { AI_LABEL_BYTES } from '../../../shared/media/ai-label.ts';
import { encodeMarked } from '../../../shared/media/canvas/encode-marked.ts';
import { labelledAi } from '../../../shared/media/carry-ai-label.ts';
import { encodeCutout } from '../../../shared/media/encode-cutout.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { TEMPLATE_MARK } from '../../../shared/media/storyboard/template-mark.ts';
import { drawCutout } from './drawn-cutout.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();

/** The box of what the mark changed. */
async function markBox(bytes: Buffer) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  let [left, top, right, bottom] = [info.width, info.height, -1, -1];
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      if (Math.abs(data[(y * info.width + x) * 3]! - 128) < 24) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return { left, top, right, bottom };
}

const mark = async (params: object, logo?: Buffer, photo?: Buffer) => {
  const inputs = [{ name: 'photo', bytes: photo ?? (await grey(600, 400)) }];
  if (logo) inputs.push({ name: 'logo', bytes: logo });
  return (await runProcessor('watermark', { inputs, params }, WITHOUT_CUTOUT))[0]!;
};

describe('a watermark', { timeout: 60_000 }, () => {
  it.each([
    [
      'bottom-right',
      (b: Awaited<ReturnType<typeof markBox>>) => b.left > 300 && b.top > 200 && b.right < 590 && b.bottom < 390,
    ],
    [
      'top-left',
      (b: Awaited<ReturnType<typeof markBox>>) => b.left > 10 && b.top > 10 && b.right < 300 && b.bottom < 200,
    ],
    [
      'centre',
      (b: Awaited<ReturnType<typeof markBox>>) =>
        Math.abs(b.left + b.right - 599) < 12 && b.top > 100 && b.bottom < 300,
    ],
    ['tiled', (b: Awaited<ReturnType<typeof markBox>>) => b.left < 60 && b.right > 500 && b.top < 60 && b.bottom > 330],
  ])('of text stands at %s, clear of the border', async (place, stands) => {
    const { bytes, width, height } = await mark({ text: '衣影 Yiying', place, opacity: 1 });
    expect([width, height]).toEqual([600, 400]);
    const box = await markBox(bytes);
    expect(stands(box), JSON.stringify(box)).toBe(true);
  });

  it('of a logo is as wide as asked', async () => {
    const logo = await drawCutout({ shape: 'shirt', width: 400, height: 400, colour: '#000000' });
    const { left, right } = await markBox((await mark({ place: 'centre', opacity: 1, scale: 0.25 }, logo)).bytes);
    expect(Math.abs(right - left + 1 - 150 * 0.96)).toBeLessThanOrEqual(4);
  });

  it('fits a picture that is hardly larger than itself', async () => {
    const { bytes } = await mark(
      { text: 'a long name of a shop', scale: 0.6, opacity: 1 },
      undefined,
      await grey(120, 100),
    );
    const { left, right } = await markBox(bytes);
    expect(left).toBeGreaterThanOrEqual(2);
    expect(right).toBeLessThanOrEqual(117);
  });

  it('needs a text or a logo', async () => {
    await expect(mark({})).rejects.toThrow(/neither a text nor a logo/);
    await expect(mark({ text: '🔥' })).rejects.toThrow(/text/);
  });
});

describe('pictures that an AI made', { timeout: 60_000 }, () => {
  const labelOf = async (bytes: Uint8Array) => {
    const xmp = (await sharp(bytes).metadata()).xmp?.toString() ?? '';
    const label = /TC260:AIGC="([^"]*)"/.exec(xmp)?.[1]?.replaceAll('&quot;', '"');
    return { xmp, label: label === undefined ? undefined : (JSON.parse(label) as Record<string, string>) };
  };

  it('bear the mark drawn at their foot and the label of GB 45438-2025, and so does what is made of them', async () => {
    const inputs = [
      { name: 'images', bytes: await grey(600, 400) },
      { name: 'images', bytes: await grey(400, 600) },
    ];
    const marked = await runProcessor('ai-mark', { inputs, params: {} }, WITHOUT_CUTOUT);
    expect(marked.map(({ name, width, height, flags }) => [name, width, height, flags])).toEqual([
      ['frame-01.jpg', 600, 400, ['ai']],
      ['frame-02.jpg', 400, 600, ['ai']],
    ]);
    const ids = new Set<string | undefined>();
    for (const { bytes, width, height } of marked) {
      const box = await markBox(bytes as Buffer);
      expect(box.left, JSON.stringify(box)).toBeGreaterThan(width / 2);
      expect(box.top, JSON.stringify(box)).toBeGreaterThan(height / 2);
      expect(box.bottom - box.top + 1, 'of its shorter side').toBeGreaterThanOrEqual(0.05 * Math.min(width, height));
      const { xmp, label } = await labelOf(bytes);
      expect(xmp).toContain('AI 生成 · AI-generated');
      expect(label).toMatchObject({ Label: '1', ContentProducer: 'yiying', ContentPropagator: 'yiying' });
      expect(label?.ProduceID).toMatch(/^[0-9a-f]{32}$/);
      ids.add(label?.ProduceID);
    }
    expect(ids.size).toBe(2);
    const cells = marked.map(({ bytes }) => ({ name: 'images', bytes: bytes as Buffer }));
    const grid = async (images: typeof cells) =>
      (await runProcessor('grid', { inputs: images, params: { layout: '2x2', cellWidth: 240 } }, WITHOUT_CUTOUT))[0]!;
    const [ofAi, ofPhotos] = [await grid([...cells, ...cells]), await grid([...inputs, ...inputs])];
    expect([ofAi.flags, (await labelOf(ofAi.bytes)).label?.Label]).toEqual([['ai'], '1']);
    expect([ofPhotos.flags, (await labelOf(ofPhotos.bytes)).label]).toEqual([[], undefined]);
  });

  it('say so anew in what is cropped or set from them, but on the pure white of a shop', async () => {
    const plain = await drawCutout({ shape: 'shirt', width: 600, height: 600 });
    const { bytes: ofAi } = labelledAi({ contentType: 'image/png', bytes: plain, flags: [] });
    const made = async (name: 'poster' | 'storyboard-template' | 'resize-preset', params: object) => {
      const [one, other] = await Promise.all(
        [plain, ofAi].map(
          async (bytes) =>
            (
              await runProcessor(
                name,
                { inputs: [{ name: 'cutout', bytes: Buffer.from(bytes) }], params },
                WITHOUT_CUTOUT,
              )
            )[0]!,
        ),
      );
      const [a, b] = await Promise.all([one, other].map((file) => sharp(file!.bytes).greyscale().raw().toBuffer()));
      const differs = Buffer.from(a!.map((value, n) => (Math.abs(value - b![n]!) > 40 ? 255 : 128)));
      const { width, height } = one!;
      return {
        width,
        height,
        box: await markBox(
          await sharp(differs, { raw: { width, height, channels: 1 } })
            .png()
            .toBuffer(),
        ),
      };
    };
    for (const { width, height, box } of [
      await made('poster', { title: '新品' }),
      await made('storyboard-template', { frames: ['02-studio'] }),
      await made('resize-preset', { preset: 'taobao-main' }),
    ]) {
      expect(box.left, JSON.stringify(box)).toBeGreaterThan(width / 2);
      expect([box.top > height * 0.8, box.bottom > 0], JSON.stringify(box)).toEqual([true, true]);
    }
    expect((await made('resize-preset', { preset: 'taobao-white' })).box.bottom).toBe(-1);
  });

  it('keep within the bytes that a shop takes, with the label', async () => {
    // Of what would come to 299,589 bytes if no room were kept.
    const noise = Buffer.alloc(800 * 800 * 4);
    for (let n = 40 * 800 * 4; n < noise.length; n++) noise[n] = n % 4 === 3 ? 255 : (n * 7919 + (n >> 7)) % 152;
    const bytes = await sharp(noise, { raw: { width: 800, height: 800, channels: 4 } })
      .png()
      .toBuffer();
    const inputs = [{ name: 'cutout', bytes }];
    const [made] = await runProcessor('resize-preset', { inputs, params: { preset: 'taobao-white' } }, WITHOUT_CUTOUT);
    const labelled = labelledAi(made!);
    expect(labelled.flags).toContain('ai');
    expect(labelled.bytes.length).toBeLessThanOrEqual(300_000);
    expect(labelled.bytes.length, 'as good as it may be').toBeGreaterThan(280_000);
  });

  it('label what else is made of them, without touching a pixel, and what a template said of itself is gone', async () => {
    const rgb = Buffer.alloc(40 * 30 * 3, 90);
    const frame = await encodeMarked(rgb, 40, 30, TEMPLATE_MARK);
    const cutout = await encodeCutout({ rgba: Buffer.alloc(40 * 30 * 4, 120), width: 40, height: 30 });
    for (const made of [
      { contentType: 'image/jpeg', bytes: frame, flags: ['template', 'low_resolution'] },
      { contentType: 'image/png', bytes: cutout, flags: ['low_resolution'] },
      { contentType: 'image/webp', bytes: await sharp(cutout).webp().toBuffer(), flags: ['low_resolution'] },
      {
        contentType: 'image/webp',
        bytes: await sharp(cutout).webp({ lossless: true }).toBuffer(),
        flags: ['low_resolution'],
      },
      {
        contentType: 'image/webp',
        bytes: await sharp(frame).webp({ lossless: true }).toBuffer(),
        flags: ['low_resolution'],
      },
      { contentType: 'image/webp', bytes: await sharp(frame).webp().toBuffer(), flags: ['low_resolution'] },
    ]) {
      const labelled = labelledAi(made);
      const { xmp, label } = await labelOf(labelled.bytes);
      expect([labelled.flags, label?.Label, xmp.includes('非 AI')]).toEqual([['ai', 'low_resolution'], '1', false]);
      const pixels = [made, labelled].map(({ bytes }) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer());
      expect((await pixels[0])?.equals((await pixels[1])!)).toBe(true);
      expect(labelled.bytes.length - made.bytes.length).toBeLessThanOrEqual(AI_LABEL_BYTES);
      expect(labelledAi(labelled).bytes).toBe(labelled.bytes);
    }
    expect((await labelOf(frame)).xmp).toContain('非 AI');
    const text = { contentType: 'application/json', bytes: Buffer.from('{}'), flags: [] };
    expect(labelledAi(text)).toBe(text);
  });
});

const copy = async (params: object) => {
  const [json, text] = await runProcessor('text-bundle', { inputs: [], params }, WITHOUT_CUTOUT);
  return {
    json: JSON.parse(json!.bytes.toString()) as Record<string, unknown>,
    text: text!.bytes.toString(),
    flags: json!.flags,
  };
};

describe('template copy', () => {
  const FACTS = {
    ...{
      name: '亚麻衬衫',
      nameEn: 'Linen shirt',
      category: 'top',
      material: '55% 亚麻 45% 棉',
      colours: ['米白', '雾蓝'],
    },
    ...{
      sizes: ['S', 'M', 'L'],
      points: ['宽松版型', 'Pre-washed'],
      priceYuan: 199,
      launchDate: '2026-05-01',
      storeName: '衣影小店',
    },
  };

  it('says every fact, its origin, and nothing about what was not told', async () => {
    const { json, text, flags } = await copy(FACTS);
    for (const fact of [
      '亚麻衬衫',
      '55% 亚麻 45% 棉',
      '米白、雾蓝',
      'S / M / L',
      '宽松版型',
      '¥199',
      '5月1日',
      '衣影小店',
    ]) {
      expect(text, fact).toContain(fact);
    }
    expect(text).toContain('模板文案 · 非 AI 生成');
    expect(json).toMatchObject({ warnings: [], zh: { title: '亚麻衬衫 宽松版型 Pre-washed' } });
    expect(json['en']).toMatchObject({ points: ['Pre-washed', 'Sizes: S, M, L'] });
    expect(flags).toEqual(['template']);
    const bare = await copy({ name: '亚麻衬衫' });
    expect(bare.text).not.toMatch(/面料|颜色|尺码|¥|上架|undefined|null/);
    expect(bare.json['en']).toBeUndefined();
  });

  it('names words that advertising law restricts', async () => {
    const { json, flags } = await copy({ ...FACTS, points: ['全网第一', '最佳版型'] });
    expect(flags).toEqual(['template', 'superlative_words']);
    expect((json['warnings'] as { word: string }[]).map(({ word }) => word).sort()).toEqual(
      ['全网第一', '最佳'].sort(),
    );
  });

  it('keeps titles within what the shops show', async () => {
    const { json } = await copy({ ...FACTS, points: ['一二三四五六七八九十一二三四五六七八九十', '短'] });
    const { title } = json['zh'] as { title: string };
    expect([...title].length).toBeLessThanOrEqual(30);
    await expect(copy({ name: '' })).rejects.toThrow(/name/);
    await expect(copy({ name: 'a\u0000b' })).rejects.toThrow(/control/);
    await expect(copy({ ...FACTS, launchDate: '2026-13-01' })).rejects.toThrow(/launchDate/);
  });
});
