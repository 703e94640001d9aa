import type { Layer } from '../canvas/compose-scene.ts';
import { type Box, cropRaster, scaleRaster } from '../canvas/raster.ts';
import type { Point } from './find-details.ts';
import { type Board, LYING } from './frame.ts';

/** `level`, `aside`: where in the crop the point stands, as shares of its height and width. */
export interface CropOrder {
  /** The crop's width as a share of the garment's. */
  readonly share: number;
  readonly level?: number;
  readonly aside?: number;
}

/** A crop wider than this share of the garment is no detail any more; then this share is shown, in a smaller picture. */
const WIDEST = 0.95;
const SMALL_SHARE = 0.66;

/**
 * A window of the box's proportions around a point, scaled to the box; never enlarged beyond the board's limit. A
 * garment too small for that gets a smaller picture: read its size from the layer. The window may reach a little beyond
 * the garment, but not where the photo cut it off. `part` is the window in the garment's own pixels.
 */
export async function cropAround(
  { garment: { raster, cut }, maxScale }: Board,
  point: Point,
  box: { width: number; height: number },
  { share, level = 0.5, aside = 0.5 }: CropOrder,
): Promise<Layer & { readonly part: Box }> {
  const finest = box.width / maxScale;
  const wanted = Math.max(finest, raster.width * share);
  const width = Math.round(wanted > raster.width * WIDEST ? raster.width * Math.max(share, SMALL_SHARE) : wanted);
  const height = Math.round((width * box.height) / box.width);
  const left = between(point.x - width * aside, -air(cut.left, width), raster.width - width + air(cut.right, width));
  const top = between(
    point.y - height * level,
    -air(cut.top, height),
    raster.height - height + 2 * air(cut.bottom, height),
  );
  const part = { left: Math.round(left), top: Math.round(top), width, height };
  const shrink = Math.min(1, (width * maxScale) / box.width);
  const drawn = await scaleRaster(
    cropRaster(raster, part),
    Math.round(box.width * shrink),
    Math.round(box.height * shrink),
  );
  return { raster: drawn, left: 0, top: 0, shadows: LYING, part };
}

const air = (cutOff: boolean, length: number): number => (cutOff ? 0 : length * 0.1);

const between = (value: number, low: number, high: number): number =>
  low > high ? (low + high) / 2 : Math.max(low, Math.min(high, value));
