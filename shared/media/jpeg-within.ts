import sharp from 'sharp';

/** Kilobytes are read so that both meanings agree: at least 38 × 1024, at most 300 × 1000 bytes. */
export const MIN_WHITE_BYTES = 38 * 1024;
export const MAX_WHITE_BYTES = 300 * 1000;

/** The best JPEG (quality 1…100) of raw RGB that is not above `maxBytes`. The size grows with the quality: at most 8 tries. */
export async function jpegWithin(rgb: Buffer, width: number, height: number, maxBytes: number): Promise<Buffer> {
  const encode = (quality: number): Promise<Buffer> =>
    sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toBuffer();
  const whole = await encode(100);
  if (whole.length <= maxBytes) return whole;
  let best = await encode(1);
  let low = 1;
  let high = 100;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const bytes = await encode(middle);
    if (bytes.length <= maxBytes) {
      best = bytes;
      low = middle;
    } else {
      high = middle;
    }
  }
  return best;
}
