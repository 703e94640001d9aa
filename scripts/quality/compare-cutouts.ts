import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';
import type { CutoutPixels } from '../../shared/media/cutout/cutout-process.ts';
import { decodePhoto } from '../../shared/media/decode-photo.ts';
import { withPlainSelector } from './plain/plain-selector.ts';
import { alphaOf, type CutoutScore, maskedPhotos, scoreAlpha } from './score-cutouts.ts';
import { withCutout } from './with-cutout.ts';

export interface CutoutPair {
  readonly ours: CutoutScore;
  readonly plain: CutoutScore;
}

export interface Comparison {
  readonly pairs: readonly CutoutPair[];
  readonly sheetFile: string;
}

const FOLDER = fileURLToPath(new URL('../../dist/quality', import.meta.url));
const CELL = 520;
const GROUNDS = ['#ffffff', '#c81e78'] as const;

/** Each photo of a folder cut out by both; those without a mask are only shown. */
export function compareCutouts(photos: string): Promise<Comparison> {
  return withCutout((cutout, entry) =>
    withPlainSelector(dirname(entry), async (cutPlain) => {
      const masked = maskedPhotos(photos);
      const pairs: CutoutPair[] = [];
      const rows: OverlayOptions[] = [];
      for (const file of (await readdir(photos)).filter((one) => one.endsWith('.jpg')).sort()) {
        const name = file.slice(0, -'.jpg'.length);
        const photo = await readFile(join(photos, file));
        const pixels = await decodePhoto(photo);
        const startMs = performance.now();
        const made = await cutout.cutOut(pixels);
        const seconds = (performance.now() - startMs) / 1000;
        rows.push(...(await drawRow(photo, made, rows.length / (GROUNDS.length + 1))));
        if (!masked.includes(name)) continue;
        const plain = await cutPlain(join(photos, file));
        pairs.push({
          ours: await scoreAlpha(photos, name, { ...made, alpha: alphaOf(made.rgba) }, seconds),
          plain: await scoreAlpha(photos, name, plain, plain.tookMs / 1000),
        });
      }
      return { pairs, sheetFile: await writeSheet(rows) };
    }),
  );
}

/** The photo, and its cut-out on white and on a colour that shows every fault. */
async function drawRow(photo: Buffer, { rgba, width, height }: CutoutPixels, row: number): Promise<OverlayOptions[]> {
  const cut = sharp(rgba, { raw: { width, height, channels: 4 } });
  const pictures = [sharp(photo).rotate(), ...GROUNDS.map((background) => cut.clone().flatten({ background }))];
  return Promise.all(
    pictures.map(async (picture, column) => ({
      input: await picture.resize(CELL, CELL, { fit: 'contain', background: '#e8ebf0' }).png().toBuffer(),
      left: column * CELL,
      top: row * CELL,
    })),
  );
}

async function writeSheet(rows: OverlayOptions[]): Promise<string> {
  const columns = GROUNDS.length + 1;
  const size = { width: columns * CELL, height: Math.max(1, rows.length / columns) * CELL };
  const sheet = sharp({ create: { ...size, channels: 3, background: '#e8ebf0' } }).composite(rows);
  const sheetFile = join(FOLDER, 'cutouts.png');
  await mkdir(FOLDER, { recursive: true });
  await writeFile(sheetFile, await sheet.png().toBuffer());
  return sheetFile;
}
