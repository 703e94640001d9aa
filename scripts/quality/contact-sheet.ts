import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';
import { basicClean } from '../../shared/media/basic-clean.ts';
import { drawSample, sampleGarments } from '../garments/draw-garment.ts';
import { writeTemplateSheets } from './template-sheets.ts';
import { withCutout } from './with-cutout.ts';

const CELL = { width: 270, height: 360 };
const GAP = 10;
const FILE = fileURLToPath(new URL('../../docs/gallery/contact-sheet.jpg', import.meta.url));

/** The pattern that editors show behind transparency. */
function checkerboard(): Promise<Buffer> {
  const squares = Buffer.alloc(CELL.width * CELL.height * 3, 255);
  for (let y = 0, i = 0; y < CELL.height; y++) {
    for (let x = 0; x < CELL.width; x++, i += 3) {
      if (((x >> 4) + (y >> 4)) % 2 === 0) squares.fill(208, i, i + 3);
    }
  }
  return sharp(squares, { raw: { ...CELL, channels: 3 } })
    .png()
    .toBuffer();
}

async function cell(picture: Buffer, ground: Buffer): Promise<Buffer> {
  const fitted = await sharp(picture)
    .rotate()
    .resize(CELL.width, CELL.height, { fit: 'contain', background: { r: 255, g: 255, b: 255, alpha: 0 } })
    .ensureAlpha()
    .png()
    .toBuffer();
  return sharp(ground)
    .composite([{ input: fitted }])
    .png()
    .toBuffer();
}

/** `npm run gallery`: one row for each sample garment: photo, cut-out, on white, enhanced; then what templates make of them. Writes
 * docs/gallery/. */
async function writeContactSheet(): Promise<void> {
  const plain = await sharp({ create: { ...CELL, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  const checks = await checkerboard();
  const samples = sampleGarments();
  const cells: OverlayOptions[] = [];
  const cuts = new Map<string, Buffer>();
  await mkdir(dirname(FILE), { recursive: true });
  await withCutout(async (cutout, entry) => {
    for (const [row, sample] of samples.entries()) {
      const photo = await drawSample(sample);
      const [cut, white, enhanced] = await basicClean(photo, cutout);
      cuts.set(sample.name, cut!.bytes);
      const pictures = [
        await cell(photo, plain),
        await cell(cut!.bytes, checks),
        await cell(white!.bytes, plain),
        await cell(enhanced!.bytes, plain),
      ];
      for (const [column, input] of pictures.entries()) {
        cells.push({ input, left: GAP + column * (CELL.width + GAP), top: GAP + row * (CELL.height + GAP) });
      }
    }
    await writeTemplateSheets(cuts, dirname(FILE), { cutout, mediaFolder: dirname(entry) });
  });
  const width = GAP + 4 * (CELL.width + GAP);
  const height = GAP + samples.length * (CELL.height + GAP);
  const sheet = sharp({ create: { width, height, channels: 3, background: '#e8ebf0' } }).composite(cells);
  await writeFile(FILE, await sheet.jpeg({ quality: 80 }).toBuffer());
}

await writeContactSheet();
