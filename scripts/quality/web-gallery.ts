import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { basicClean } from '../../shared/media/basic-clean.ts';
import { drawSample, sampleGarments } from '../garments/draw-garment.ts';
import { withCutout } from './with-cutout.ts';

const FOLDER = fileURLToPath(new URL('../../web/public/gallery/', import.meta.url));
const HERO = 'plaid-shirt';
const SIZES = { hero: { width: 720, height: 960 }, pair: { width: 360, height: 480 } } as const;

/** `npx tsx scripts/quality/web-gallery.ts`: the landing page's pictures, a photo and what the service makes of it each. */
async function writeGallery(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await withCutout(async (cutout) => {
    for (const sample of sampleGarments()) {
      const size = sample.name === HERO ? SIZES.hero : SIZES.pair;
      const photo = await drawSample(sample);
      const [cut] = await basicClean(photo, cutout);
      if (!cut) throw new Error(`${sample.name}: no cut-out`);
      // The cut-out has the photo's frame, so that both lie over one another in the slider.
      const after = sharp(cut.bytes)
        .resize({ ...size, fit: 'fill' })
        .flatten({ background: '#ffffff' });
      const before = sharp(photo)
        .rotate()
        .resize({ ...size, fit: 'fill' });
      await writeFile(join(FOLDER, `${sample.name}-before.webp`), await before.webp({ quality: 76 }).toBuffer());
      await writeFile(join(FOLDER, `${sample.name}-after.webp`), await after.webp({ quality: 80 }).toBuffer());
      const { width, height } = await sharp(cut.bytes).metadata();
      process.stdout.write(`${sample.name} ${width}×${height}\n`);
    }
  });
}

await writeGallery();
