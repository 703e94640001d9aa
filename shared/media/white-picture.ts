import sharp from 'sharp';
import type { CutoutPixels } from './cutout/cutout-process.ts';
import { jpegWithin, MAX_WHITE_BYTES, MIN_WHITE_BYTES } from './jpeg-within.ts';
import type { Levels } from './measure-levels.ts';

/** Taobao's white picture: 800×800 JPEG of 38…300 KB. The garment's longer side fills 85 %, as Amazon asks. */
export const WHITE_SIDE = 800;
const GARMENT_SIDE = 680;
const VISIBLE_ALPHA = 8;

/** The garment centred on pure white. `below_38kb`: even the best quality is smaller than the shops ask for. */
export async function whitePicture(cutout: CutoutPixels, levels: Levels): Promise<{ bytes: Buffer; flags: string[] }> {
  const box = visibleBox(cutout);
  const garment = await sharp(cutout.rgba, { raw: { width: cutout.width, height: cutout.height, channels: 4 } })
    .extract(box)
    .resize(GARMENT_SIDE, GARMENT_SIDE, { fit: 'inside' })
    .linear([levels.gain, levels.gain, levels.gain, 1], [levels.offset, levels.offset, levels.offset, 0])
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = garment.info;
  const rgb = await sharp({ create: { width: WHITE_SIDE, height: WHITE_SIDE, channels: 3, background: '#ffffff' } })
    .composite([
      {
        input: garment.data,
        raw: { width, height, channels: 4 },
        left: Math.round((WHITE_SIDE - width) / 2),
        top: Math.round((WHITE_SIDE - height) / 2),
      },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  const bytes = await jpegWithin(rgb, WHITE_SIDE, WHITE_SIDE, MAX_WHITE_BYTES);
  return { bytes, flags: bytes.length < MIN_WHITE_BYTES ? ['below_38kb'] : [] };
}

function visibleBox({ rgba, width, height }: CutoutPixels) {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3]! < VISIBLE_ALPHA) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (right < 0) return { left: 0, top: 0, width, height };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
