import sharp from 'sharp';

/** Straight (not premultiplied) sRGB with alpha, 4 bytes a pixel, rows from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgba: Buffer;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** For sharp: `sharp(raster.rgba, { raw: rawOf(raster) })`. */
export const rawOf = ({ width, height }: Raster) => ({ width, height, channels: 4 as const });

/** The smallest box that holds all that can be seen; undefined when nothing can. */
export function visibleBox({ rgba, width, height }: Raster, visibleAlpha = 24): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 3; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      if (rgba[at]! < visibleAlpha) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The part inside the box; what the box holds beyond the picture is transparent. All of it is the picture itself, not a copy. */
export function cropRaster(raster: Raster, box: Box): Raster {
  const { rgba, width, height } = raster;
  if (box.left === 0 && box.top === 0 && box.width === width && box.height === height) return raster;
  const out = Buffer.alloc(box.width * box.height * 4);
  const from = Math.max(0, box.left);
  const to = Math.min(width, box.left + box.width);
  for (let y = Math.max(0, box.top); y < Math.min(height, box.top + box.height) && from < to; y++) {
    const target = ((y - box.top) * box.width + from - box.left) * 4;
    rgba.copy(out, target, (y * width + from) * 4, (y * width + to) * 4);
  }
  return { width: box.width, height: box.height, rgba: out };
}

/** Scaled to exactly this size; the caller keeps the proportions. */
export async function scaleRaster(raster: Raster, width: number, height: number): Promise<Raster> {
  if (width === raster.width && height === raster.height) return raster;
  const rgba = await sharp(raster.rgba, { raw: rawOf(raster) })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { width, height, rgba };
}

/** The largest size of the same proportions within the room, enlarged at most `maxScale` times. */
export function fitWithin(
  size: { width: number; height: number },
  room: { width: number; height: number },
  maxScale = 2,
): { width: number; height: number; scale: number } {
  const scale = Math.min(room.width / size.width, room.height / size.height, maxScale);
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
    scale,
  };
}
