import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeWithin } from '../../../shared/media/encode-within.ts';
import { checkPreset } from '../../../shared/media/platforms/check-preset.ts';
import { PRESETS, presetOf } from '../../../shared/media/platforms/presets.ts';
import type { ProcessorOutput } from '../../../shared/media/processor.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { drawCutout } from './drawn-cutout.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

const preset = (id: string) => presetOf(id)!;
const failed = async (picture: Buffer, id: string) =>
  (await checkPreset(picture, preset(id))).filter(({ pass }) => !pass).map(({ rule }) => rule);

interface Report {
  pass: boolean;
  files: { file: string; pass: boolean; rules: { rule: string; pass: boolean }[] }[];
}
const reportOf = (outputs: readonly ProcessorOutput[]) => JSON.parse(outputs.at(-1)!.bytes.toString()) as Report;

/** Cloth with noise, so that the JPEGs have something to hold. */
async function noisyShirt(side: number): Promise<Buffer> {
  const shape = await sharp(await drawCutout({ shape: 'shirt', width: side, height: side }))
    .raw()
    .toBuffer();
  let noise = 7;
  for (let i = 0; i < shape.length; i += 4) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    for (let c = 0; c < 3; c++) shape[i + c] = Math.max(0, Math.min(255, shape[i + c]! + ((noise >> 12) & 127) - 64));
  }
  return sharp(shape, { raw: { width: side, height: side, channels: 4 } })
    .png()
    .toBuffer();
}

let cutout: Buffer;
let outputs: ProcessorOutput[];
beforeAll(async () => {
  cutout = await noisyShirt(1200);
  outputs = await runProcessor(
    'platform-pack',
    { inputs: [{ name: 'cutout', bytes: cutout }], params: {} },
    WITHOUT_CUTOUT,
  );
}, 60_000);

describe('the platform pack', { timeout: 60_000 }, () => {
  it('makes every preset in its size, and each keeps every rule', async () => {
    expect(outputs).toHaveLength(PRESETS.length + 1);
    for (const { id, width, height, bytes: range } of PRESETS) {
      const { bytes, flags } = outputs.find(({ name }) => name === `${id}.jpg`)!;
      const metadata = await sharp(bytes).metadata();
      expect([metadata.format, metadata.width, metadata.height], id).toEqual(['jpeg', width, height]);
      expect(bytes.length, id).toBeGreaterThanOrEqual(range.min);
      expect(bytes.length, id).toBeLessThanOrEqual(range.max);
      expect(flags, id).toEqual([]);
    }
    expect(reportOf(outputs)).toMatchObject({ pass: true });
  });

  it('is made and checked by the edition that it is given, and the report says of which day each figure is', async () => {
    const edition = PRESETS.map((one) =>
      one.id === 'jd-main' ? { ...one, width: 1000, height: 1000, verifiedAt: '2027-01-05' } : one,
    );
    const call = { inputs: [{ name: 'cutout', bytes: cutout }], params: { platforms: ['jd', 'douyin'] } };
    const made = await runProcessor('platform-pack', { ...call, presets: edition }, WITHOUT_CUTOUT);
    const files = reportOf(made).files as unknown as { file: string; pass: boolean; verifiedAt: string | null }[];
    expect(files.map(({ file, pass, verifiedAt }) => [file, pass, verifiedAt])).toEqual([
      ['jd-main.jpg', true, '2027-01-05'],
      ['douyin-main.jpg', true, null],
      ['douyin-portrait.jpg', true, null],
    ]);
    expect((await sharp(made[0]!.bytes).metadata()).width).toBe(1000);
    const inputs = [{ name: 'cutout', bytes: cutout }];
    const [one] = await runProcessor(
      'resize-preset',
      { inputs, params: { preset: 'jd-main' }, presets: edition },
      WITHOUT_CUTOUT,
    );
    expect((await sharp(one!.bytes).metadata()).width).toBe(1000);
  });

  it('searches the quality until the bytes fit, from above and from below', async () => {
    const noise = Buffer.alloc(400 * 400 * 3);
    let random = 3;
    for (let i = 0; i < noise.length; i++) {
      random = (random * 1103515245 + 12345) & 0x7fffffff;
      noise[i] = random >> 16;
    }
    const good = await sharp(noise, { raw: { width: 400, height: 400, channels: 3 } })
      .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const less = await encodeWithin(noise, 400, 400, { min: 0, max: 150_000 });
    expect(good.length).toBeGreaterThan(200_000);
    expect(less.length).toBeLessThanOrEqual(150_000);
    expect(less.length).toBeGreaterThan(135_000);
    const more = await encodeWithin(noise, 400, 400, { min: good.length + 1, max: good.length * 3 });
    expect(more.length).toBeGreaterThan(good.length);
    expect((await encodeWithin(noise, 400, 400, { min: 0, max: good.length })).equals(good)).toBe(true);
  });

  it('says in the report what a picture with too few bytes lacks', async () => {
    const inputs = [{ name: 'cutout', bytes: await drawCutout({ shape: 'shirt', width: 700, height: 700 }) }];
    const flat = await runProcessor('platform-pack', { inputs, params: { platforms: ['taobao'] } }, WITHOUT_CUTOUT);
    expect(flat.map(({ name }) => name)).toEqual([
      ...['taobao-main.jpg', 'taobao-white.jpg', 'taobao-portrait.jpg', 'taobao-long.jpg', 'platform-report.json'],
    ]);
    expect(flat[1]!.flags).toEqual(['below_bytes', 'rules_not_met']);
    const report = reportOf(flat);
    expect(report.pass).toBe(false);
    expect(report.files[1]!.rules.filter(({ pass }) => !pass).map(({ rule }) => rule)).toEqual(['bytes']);
  });

  it('shows a garment of few pixels smaller rather than enlarge it more than twice', async () => {
    const inputs = [{ name: 'cutout', bytes: await drawCutout({ shape: 'shirt', width: 300, height: 300 }) }];
    const [amazon] = await runProcessor('resize-preset', { inputs, params: { preset: 'amazon-main' } }, WITHOUT_CUTOUT);
    expect(amazon!.flags).toEqual(['low_resolution']);
    expect(await failed(amazon!.bytes, 'amazon-main')).toEqual(['fill']);
    const unknown = runProcessor('resize-preset', { inputs, params: { preset: 'ebay' } }, WITHOUT_CUTOUT);
    await expect(unknown).rejects.toThrow(/preset/);
  });
});

describe('the checker, on pictures that others made', () => {
  const canvas = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } });
  const block = (side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#335577' } })
      .png()
      .toBuffer();
  const centred = async (size: number, side: number, background: string) =>
    canvas(size, size, background).composite([{ input: await block(side) }]);

  it('passes one that keeps the rules', async () => {
    expect(await failed(await (await centred(1600, 1420, '#ffffff')).jpeg().toBuffer(), 'amazon-main')).toEqual([]);
  });

  it.each([
    ['an off-white ground', async () => (await centred(1600, 1420, '#f4f4f4')).jpeg().toBuffer(), ['ground']],
    ['a garment too small', async () => (await centred(1600, 900, '#ffffff')).jpeg().toBuffer(), ['fill']],
    ['a garment at the border', async () => (await centred(1600, 1560, '#ffffff')).jpeg().toBuffer(), ['margins']],
    ['a PNG', async () => (await centred(1600, 1420, '#ffffff')).png().toBuffer(), ['format']],
    ['another size', async () => (await centred(1500, 1330, '#ffffff')).jpeg().toBuffer(), ['size']],
    ['nothing at all', () => canvas(1600, 1600, '#ffffff').jpeg().toBuffer(), ['fill']],
  ])('fails %s by the rule that it breaks', async (_, make, rules) => {
    expect(await failed(await make(), 'amazon-main')).toEqual(rules);
  });

  it('fails another shape by size and ratio', async () => {
    const picture = await canvas(1600, 1200, '#ffffff').jpeg().toBuffer();
    expect((await failed(picture, 'amazon-main')).slice(0, 2)).toEqual(['size', 'ratio']);
  });

  it('refuses what is no picture', async () => {
    await expect(checkPreset(Buffer.from('GIF89a'), preset('jd-main'))).rejects.toMatchObject({ name: 'MediaRefusal' });
  });
});
