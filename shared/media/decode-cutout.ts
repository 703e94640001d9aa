import sharp from 'sharp';
import type { Raster } from './canvas/raster.ts';
import { inspectImage } from './inspect-image.ts';
import { MediaRefusal } from './media-refusal.ts';
import { MAX_PHOTO_PIXELS, MAX_RESULT_SIDE } from './photo-limits.ts';

/**
 * Reads a cut-out: a PNG or WebP with transparency, long side ≤ `maxSide`. Throws MediaRefusal; a picture that is opaque
 * all over has no cut.
 */
export async function decodeCutout(cutout: Buffer, maxSide = MAX_RESULT_SIDE): Promise<Raster> {
  const inspection = inspectImage(cutout);
  if (inspection.kind === 'refused') throw new MediaRefusal(inspection.code, `cutout: ${inspection.detail}`);
  const raster = await decode(cutout, maxSide);
  for (let i = 3; i < raster.rgba.length; i += 4) if (raster.rgba[i]! < 128) return raster;
  throw new MediaRefusal('INPUT_CORRUPT', 'cutout: nothing of it is transparent');
}

async function decode(cutout: Buffer, maxSide: number): Promise<Raster> {
  try {
    const { data, info } = await sharp(cutout, { limitInputPixels: MAX_PHOTO_PIXELS, failOn: 'error' })
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: info.channels === 2 ? greyToRgba(data) : data };
  } catch (cause) {
    throw new MediaRefusal('INPUT_CORRUPT', 'cutout: it could not be decoded', { cause });
  }
}

function greyToRgba(grey: Buffer): Buffer {
  const rgba = Buffer.allocUnsafe(grey.length * 2);
  for (let i = 0; i < grey.length; i += 2) {
    rgba.fill(grey[i]!, i * 2, i * 2 + 3);
    rgba[i * 2 + 3] = grey[i + 1]!;
  }
  return rgba;
}
