import { splitRgb } from './guided-filter.ts';
import { localColours } from './local-colours.ts';
import { paintCutout } from './paint-cutout.ts';
import { refineOutline } from './refine-outline.ts';
import { type Plane, shrinkRgb } from './resample.ts';
import type { SeedKind } from './select-mask.ts';

/** Where the outline is drawn: 1.2 MP hold the filter's two dozen planes in about 120 MB. */
const REFINE_SIDE = 1280;

export interface CutOut {
  rgba: Buffer;
  seeds: SeedKind;
  score: number;
}

/** Where the garment is: 0…1 at a size of the finder's own. */
export interface Found {
  readonly mask: Plane;
  readonly seeds: SeedKind;
  readonly score: number;
}

/** What the merchant marked, drawn at a size (see draw-marks.ts). */
export type DrawLabel = (width: number, height: number) => Uint8Array;

/** Finds the garment in upright RGB pixels, by the merchant's marks where there are any. Undefined: there is none. */
export type FindGarment = (
  rgb: Uint8Array,
  width: number,
  height: number,
  label: DrawLabel | undefined,
) => Promise<Found | undefined>;

/** Cuts the garment out of upright RGB pixels at their own size. Undefined: there is none. */
export async function cutOut(
  find: FindGarment,
  rgb: Uint8Array,
  width: number,
  height: number,
  label?: DrawLabel,
): Promise<CutOut | undefined> {
  const [midWidth, midHeight] = within(width, height, REFINE_SIDE);
  const mid = shrinkRgb(rgb, width, height, midWidth, midHeight);
  const found = await find(mid, midWidth, midHeight, label);
  if (!found) return undefined;
  const guide = splitRgb(mid, midWidth, midHeight);
  const outline = refineOutline(found.mask, guide);
  const garment = localColours(guide, outline.shape, 1);
  const ground = localColours(guide, outline.shape, 0);
  const rgba = paintCutout(rgb, width, height, outline, garment, ground);
  return { rgba, seeds: found.seeds, score: found.score };
}

export function within(width: number, height: number, side: number): [width: number, height: number] {
  const scale = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
