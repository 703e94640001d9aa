import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ProcessorServices } from '../../shared/media/processor.ts';
import { runProcessor } from '../../shared/media/run-processor.ts';

/** A garment's name in the samples, and its cut-out. */
export type Cuts = ReadonlyMap<string, Buffer>;

const POSTERS = [
  [
    'dress',
    'gallery',
    { title: '夏日波点连衣裙', subtitle: 'Polka-dot summer dress', badge: '新品上市', brand: 'Yiying' },
  ],
  ['hoodie', 'banner', { title: '秋冬加绒连帽卫衣', subtitle: 'Fleece-lined hoodie', badge: '限时 8 折' }],
  ['trousers', 'stage', { title: '经典直筒牛仔裤', subtitle: 'Classic straight jeans', brand: 'Yiying' }],
] as const;
const POINTS = { priceYuan: 199, oldPriceYuan: 269, points: ['宽松版型', '柔软面料', 'S–XL'] };
const POSTER = { width: 420, height: 560, gap: 12 };

/** Writes the twelve frames of each garment on a grid, and one poster of each layout. */
export async function writeTemplateSheets(cuts: Cuts, folder: string, services: ProcessorServices): Promise<void> {
  for (const [name, bytes] of cuts) {
    const frames = await runProcessor(
      'storyboard-template',
      { inputs: [{ name: 'cutout', bytes }], params: {} },
      services,
    );
    const inputs = frames.map((frame) => ({ name: 'images', bytes: frame.bytes }));
    const params = { layout: '4x3', cellWidth: 216, template: true };
    const [grid] = await runProcessor('grid', { inputs, params }, services);
    await writeFile(join(folder, `storyboard-${name}.jpg`), grid?.bytes ?? '');
  }
  const cells = [];
  for (const [i, [name, layout, words]] of POSTERS.entries()) {
    const inputs = [{ name: 'cutout', bytes: cuts.get(name) ?? Buffer.alloc(0) }];
    const [poster] = await runProcessor('poster', { inputs, params: { ...words, ...POINTS, layout } }, services);
    const input = await sharp(poster?.bytes).resize(POSTER.width, POSTER.height).toBuffer();
    cells.push({ input, left: i * (POSTER.width + POSTER.gap), top: 0 });
  }
  const width = POSTERS.length * (POSTER.width + POSTER.gap) - POSTER.gap;
  const sheet = sharp({ create: { width, height: POSTER.height, channels: 3, background: '#ffffff' } });
  await writeFile(join(folder, 'posters.jpg'), await sheet.composite(cells).jpeg({ quality: 82 }).toBuffer());
}
