import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawText } from '../../../shared/media/lettering/draw-text.ts';
import { openTypeface, type Typeface } from '../../../shared/media/lettering/open-typeface.ts';
import { wrapLines } from '../../../shared/media/lettering/wrap-lines.ts';
import { runProcessor } from '../../../shared/media/run-processor.ts';
import { drawCutout, FONTS } from './drawn-cutout.ts';
import { WITHOUT_CUTOUT } from './processor-services.ts';

let face: Typeface;
let cutout: Buffer;
beforeAll(async () => {
  face = await openTypeface(FONTS);
  cutout = await drawCutout({ shape: 'shirt', width: 800, height: 800 });
}, 60_000);

const BLACK = { weight: 'bold', size: 100, colour: [0, 0, 0] } as const;

/** Dark pixels of a line, drawn at 100 px on 140 × 120 for each character. */
async function inkOf(text: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${140 * text.length}" height="120"><rect width="100%" height="100%" fill="#fff"/>${drawText(face, text, 10, 96, BLACK)}</svg>`;
  return sharp(Buffer.from(svg)).toColourspace('b-w').raw().toBuffer();
}
const darkShare = (grey: Buffer): number => grey.filter((value) => value < 128).length / grey.length;

describe('lettering', { timeout: 60_000 }, () => {
  it('draws Chinese and Latin characters, each as a shape of its own', async () => {
    const shapes = await Promise.all(['春', '夏', '衣', 'A', 'g', '8', '¥'].map(inkOf));
    for (const shape of shapes) expect(darkShare(shape)).toBeGreaterThan(0.02);
    for (const [i, one] of shapes.entries()) {
      for (const other of shapes.slice(i + 1)) expect(one.equals(other)).toBe(false);
    }
    expect(darkShare(await inkOf(' '))).toBe(0);
  });

  it('writes finite numbers only: a line is drawn to its end', () => {
    for (const text of ['Summer polka-dot dress', 'Classic hoodie', '加厚抓绒 100% 棉']) {
      for (const size of [21, 30, 34, 80, 103.7]) {
        const { path, width } = face.setLine(text, 'regular', size, 2);
        expect(path).toMatch(/^(?:[MLCQZ][-0-9. ]*)+$/);
        const xs = [...path.matchAll(/[ML](-?[\d.]+)/g)].map(([, x]) => Number(x));
        expect(Math.max(...xs)).toBeGreaterThan(width * 0.9);
      }
    }
  });

  it('refuses a character that the font lacks, by name', () => {
    expect(face.missing('新品😀ﷺ上新😀')).toEqual(['😀', 'ﷺ']);
    expect(() => face.setLine('新品😀', 'bold', 20)).toThrow(/TEXT_NOT_DRAWABLE.*😀 \(U\+1F600\)/);
  });

  it('breaks lines between Chinese characters and Latin words, never before a closing mark', () => {
    const style = { weight: 'regular', size: 20 } as const;
    expect(wrapLines(face, '柔软的面料，舒适的版型。', style, 104)).toEqual(['柔软的面', '料，舒适的', '版型。']);
    expect(wrapLines(face, 'organic cotton shirt', style, 90)).toEqual(['organic', 'cotton', 'shirt']);
    expect(wrapLines(face, '', style, 90)).toEqual([]);
    const cut = wrapLines(face, 'incomprehensibilities', style, 60);
    expect(cut.join('')).toBe('incomprehensibilities');
    expect(cut.every((line) => face.measure(line, 'regular', 20) <= 60)).toBe(true);
  });
});

const poster = (params: object) =>
  runProcessor('poster', { inputs: [{ name: 'cutout', bytes: cutout }], params }, WITHOUT_CUTOUT);

describe('a poster', { timeout: 60_000 }, () => {
  const WORDS = {
    title: '夏日新品',
    subtitle: 'Summer arrivals',
    priceYuan: 199.5,
    oldPriceYuan: 299,
    points: ['纯棉', 'S–XL'],
  };

  it.each(['gallery', 'banner', 'stage'])(
    'in the layout %s has its size, its mark, and the same bytes each time',
    async (layout) => {
      const [one] = await poster({ ...WORDS, layout, size: 'square' });
      const metadata = await sharp(one!.bytes).metadata();
      expect([metadata.format, metadata.width, metadata.height]).toEqual(['jpeg', 1080, 1080]);
      expect(metadata.xmp?.toString()).toContain('模板海报 · 非 AI 生成');
      const [again] = await poster({ ...WORDS, layout, size: 'square' });
      expect(again!.bytes.equals(one!.bytes)).toBe(true);
      const [other] = await poster({ ...WORDS, layout, size: 'square', title: '夏日旧品' });
      expect(other!.bytes.equals(one!.bytes)).toBe(false);
    },
  );

  it('has letters in its title only where the title is', async () => {
    const [one] = await poster({ title: '夏', layout: 'gallery' });
    const crop = (left: number, width: number) => ({ left, top: 84, width, height: 90 });
    const darkest = async (left: number, width: number) =>
      (await sharp(await sharp(one!.bytes).extract(crop(left, width)).png().toBuffer()).stats()).channels[1]!.min;
    expect(await darkest(84, 110)).toBeLessThan(60);
    expect(await darkest(700, 296)).toBeGreaterThan(150);
  });

  it.each([
    [{}, /title/],
    [{ title: '' }, /title/],
    [{ title: '新品😀' }, /only Chinese, Latin/],
    [{ title: '字'.repeat(41) }, /at most 40/],
    [{ title: 'x', oldPriceYuan: 5 }, /higher than priceYuan/],
    [{ title: 'x', priceYuan: 9, oldPriceYuan: 5 }, /higher than priceYuan/],
    [{ title: 'x', priceYuan: Number.NaN }, /priceYuan/],
    [{ title: 'x', points: ['a', 'b', 'c', 'd', 'e'] }, /points/],
    [{ title: 'x', layout: 'mine' }, /layout/],
  ])('is refused for %j', async (params, message) => {
    await expect(poster(params)).rejects.toThrow(message);
  });
});
