import sharp from 'sharp';
import { inspectImage } from './inspect-image.ts';
import { MediaRefusal } from './media-refusal.ts';
import { MAX_PHOTO_PIXELS, MAX_RESULT_SIDE } from './photo-limits.ts';

/** Upright sRGB pixels, 3 bytes each, rows from the top. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Buffer;
}

/**
 * Decodes a whole photo: EXIF orientation applied, CMYK and 16 bit converted, colour profile converted to sRGB,
 * transparency laid on white, long side ≤ 4096. Throws MediaRefusal.
 */
export async function decodePhoto(photo: Buffer): Promise<Pixels> {
  const inspection = inspectImage(photo);
  if (inspection.kind === 'refused') throw new MediaRefusal(inspection.code, inspection.detail);
  try {
    const { data, info } = await sharp(photo, { limitInputPixels: MAX_PHOTO_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize(MAX_RESULT_SIDE, MAX_RESULT_SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: info.channels === 1 ? greyToRgb(data) : data };
  } catch (cause) {
    throw new MediaRefusal('INPUT_CORRUPT', 'the photo could not be decoded', { cause });
  }
}

function greyToRgb(grey: Buffer): Buffer {
  const rgb = Buffer.allocUnsafe(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, i * 3, i * 3 + 3);
  return rgb;
}
