import sharp from 'sharp';
import { jpegWithin } from './jpeg-within.ts';

/** Above this a shop gains nothing but bytes. */
const GOOD_QUALITY = 92;

/**
 * A JPEG of good quality if its size is in the range, otherwise the best that is not above `max`. A picture that stays
 * below `min` even at full quality is returned as it is: padding it would be a lie.
 */
export async function encodeWithin(
  rgb: Buffer,
  width: number,
  height: number,
  { min, max }: { min: number; max: number },
): Promise<Buffer> {
  const good = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: GOOD_QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return good.length >= min && good.length <= max ? good : jpegWithin(rgb, width, height, max);
}
