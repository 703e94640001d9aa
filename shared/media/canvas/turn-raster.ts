import sharp from 'sharp';
import { type Raster, rawOf } from './raster.ts';

/**
 * Turned about its centre by degrees (clockwise); the new size holds it all. Colours are weighted by their alpha while
 * they are mixed: straight ones would take a dark seam from the transparent ground.
 */
export async function turnRaster(raster: Raster, degrees: number): Promise<Raster> {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const { data, info } = await sharp(weigh(raster.rgba), { raw: rawOf(raster) })
    .affine([cos, -sin, sin, cos], { background: { r: 0, g: 0, b: 0, alpha: 0 }, interpolator: 'bicubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: unweigh(data) };
}

function weigh(rgba: Buffer): Buffer {
  const out = Buffer.from(rgba);
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]!;
    if (alpha === 255) continue;
    for (let c = 0; c < 3; c++) out[i + c] = Math.round((out[i + c]! * alpha) / 255);
  }
  return out;
}

function unweigh(rgba: Buffer): Buffer {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    if (alpha === 255 || alpha === 0) continue;
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.min(255, Math.round((rgba[i + c]! * 255) / alpha));
  }
  return rgba;
}
