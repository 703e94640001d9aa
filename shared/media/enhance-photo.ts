import sharp from 'sharp';
import type { Pixels } from './decode-photo.ts';
import { measureLevels } from './measure-levels.ts';

const QUALITY = 90;
/** Colour noise of phone sensors is a few levels; a larger difference is a real edge of colour. */
const MAX_CHROMA_NOISE = 14;

/** The whole photo, a little cleaner: colour noise removed, tones stretched, edges sharpened. JPEG, sRGB, no metadata. */
export async function enhancePhoto(pixels: Pixels): Promise<Buffer> {
  const { width, height } = pixels;
  const raw = { width, height, channels: 3 as const };
  const { gain, offset } = measureLevels(pixels.rgb);
  const blurred = await sharp(pixels.rgb, { raw }).blur({ sigma: 1.6, precision: 'approximate' }).raw().toBuffer();
  const calm = calmColours(pixels.rgb, blurred);
  return sharp(calm, { raw })
    .linear(gain, offset)
    .sharpen({ sigma: 0.9, m1: 0.15, m2: 1.4, x1: 3, y2: 8, y3: 12 })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** Keeps each pixel's brightness and takes its colour from the blurred picture; writes into `blurred`. */
function calmColours(sharpRgb: Uint8Array, blurred: Buffer): Buffer {
  for (let i = 0; i < blurred.length; i += 3) {
    const r = sharpRgb[i]! - blurred[i]!;
    const g = sharpRgb[i + 1]! - blurred[i + 1]!;
    const b = sharpRgb[i + 2]! - blurred[i + 2]!;
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    const colour = Math.max(Math.abs(r - luma), Math.abs(g - luma), Math.abs(b - luma));
    // Fades out towards real edges of colour, where the blur would bleed.
    const noise = Math.max(0, 1 - colour / MAX_CHROMA_NOISE);
    blurred[i] = clampByte(sharpRgb[i]! - noise * (r - luma));
    blurred[i + 1] = clampByte(sharpRgb[i + 1]! - noise * (g - luma));
    blurred[i + 2] = clampByte(sharpRgb[i + 2]! - noise * (b - luma));
  }
  return blurred;
}

const clampByte = (value: number): number => Math.round(Math.max(0, Math.min(255, value)));
