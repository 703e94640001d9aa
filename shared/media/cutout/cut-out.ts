import { splitRgb } from './guided-filter.ts';
import { localColours } from './local-colours.ts';
import type { OpenCv } from './open-cv.ts';
import { paintCutout } from './paint-cutout.ts';
import type { PersonModel } from './person-model.ts';
import { refineOutline } from './refine-outline.ts';
import { shrinkRgb } from './resample.ts';
import { selectMarked } from './select-marked.ts';
import { type SeedKind, selectMask } from './select-mask.ts';

/** Where the garment is found: smaller loses sleeves' ends, larger costs GrabCut's time by the square. */
const SELECT_SIDE = 512;
/** Where the outline is drawn: 1.2 MP hold the filter's two dozen planes in about 120 MB. */
const REFINE_SIDE = 1280;

export interface CutOut {
  rgba: Buffer;
  seeds: SeedKind;
  score: number;
}

/**
 * Cuts the garment out of upright RGB pixels at their own size. `label`: what the merchant marked, drawn at a size (see
 * draw-marks.ts). Undefined: there is none.
 */
export async function cutOut(
  cv: OpenCv,
  personModel: PersonModel,
  rgb: Uint8Array,
  width: number,
  height: number,
  label?: (width: number, height: number) => Uint8Array,
): Promise<CutOut | undefined> {
  const [midWidth, midHeight] = within(width, height, REFINE_SIDE);
  const mid = shrinkRgb(rgb, width, height, midWidth, midHeight);
  const [smallWidth, smallHeight] = within(width, height, SELECT_SIDE);
  const small = shrinkRgb(mid, midWidth, midHeight, smallWidth, smallHeight);
  const picture = [small, smallWidth, smallHeight] as const;
  const selected = label
    ? await selectMarked(cv, personModel, ...picture, label(smallWidth, smallHeight))
    : await selectMask(cv, personModel, ...picture);
  if (!selected) return undefined;
  const guide = splitRgb(mid, midWidth, midHeight);
  const mask = { width: smallWidth, height: smallHeight, data: Float32Array.from(selected.mask) };
  const outline = refineOutline(mask, guide);
  const garment = localColours(guide, outline.shape, 1);
  const ground = localColours(guide, outline.shape, 0);
  const rgba = paintCutout(rgb, width, height, outline, garment, ground);
  return { rgba, seeds: selected.seeds, score: selected.score };
}

function within(width: number, height: number, side: number): [width: number, height: number] {
  const scale = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
