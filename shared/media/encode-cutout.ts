import sharp from 'sharp';
import type { Raster } from './canvas/raster.ts';

/** PNG with transparency, without metadata. */
export const encodeCutout = ({ rgba, width, height }: Raster): Promise<Buffer> =>
  sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
