import sharp from 'sharp';
import { AI_LABEL_BYTES } from './ai-label.ts';
import { type Raster, visibleBox } from './canvas/raster.ts';
import { jpegWithin, MAX_WHITE_BYTES, MIN_WHITE_BYTES } from './jpeg-within.ts';
import type { Levels } from './measure-levels.ts';

/** Taobao's white picture: 800×800 JPEG of 38…300 KB. The garment's longer side fills 85 %, as Amazon asks. */
export const WHITE_SIDE = 800;
const GARMENT_SIDE = 680;
/** A trace is visible here: the garment is centred with its softest edge. */
const VISIBLE_ALPHA = 8;

/** The garment centred on pure white. `below_38kb`: even the best quality is smaller than the shops ask for. */
export async function whitePicture(cutout: Raster, levels: Levels): Promise<{ bytes: Buffer; flags: string[] }> {
  const { width: wide, height: high } = cutout;
  const box = visibleBox(cutout, VISIBLE_ALPHA) ?? { left: 0, top: 0, width: wide, height: high };
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
  const bytes = await jpegWithin(rgb, WHITE_SIDE, WHITE_SIDE, MAX_WHITE_BYTES - AI_LABEL_BYTES);
  return { bytes, flags: bytes.length < MIN_WHITE_BYTES ? ['below_38kb'] : [] };
}
