import { type FindGarment, type Found, within } from '../cutout/cut-out.ts';
import { OUTSIDE_BOX } from '../cutout/draw-marks.ts';
import { SELECT_SIDE } from '../cutout/find-embedded.ts';
import type { OpenCv } from '../cutout/open-cv.ts';
import { enlarge, type Plane, shrinkRgb } from '../cutout/resample.ts';
import { selectMarked } from '../cutout/select-marked.ts';
import type { SelectedMask } from '../cutout/select-mask.ts';
import type { CutoutModel } from './open-model.ts';

/** Less of the picture than this is nothing that anybody would sell. */
const MIN_SHARE = 0.002;

/**
 * The operator's model says where the garment is. It knows nothing of marks: a box is what it is shown (see cut-marked.ts), and strokes grow
 * over its mask as they do over the embedded one. `loadCv`: asked for strokes alone.
 */
export const findByModel =
  (model: CutoutModel, loadCv: () => Promise<{ readonly cv: OpenCv }>): FindGarment =>
  async (rgb, width, height, label) => {
    const sure = await model(rgb, width, height);
    if (!label) return foundIn(sure, within(width, height, Math.max(sure.width, sure.height)));
    const [wide, high] = within(width, height, SELECT_SIDE);
    const { cv } = await loadCv();
    const select = async (marked: Uint8Array) => selectedIn(sure, wide, high, marked);
    const small = shrinkRgb(rgb, width, height, wide, high);
    const selected = await selectMarked(cv, select, small, wide, high, label(wide, high));
    return selected && { ...selected, mask: { width: wide, height: high, data: Float32Array.from(selected.mask) } };
  };

function foundIn(sure: Plane, [width, height]: readonly [number, number]): Found | undefined {
  const mask = enlarge(sure, width, height);
  return shareOf(mask.data) < MIN_SHARE ? undefined : { mask, seeds: 'model', score: clarityOf(mask.data) };
}

function selectedIn(sure: Plane, width: number, height: number, marked: Uint8Array): SelectedMask | undefined {
  const { data } = enlarge(sure, width, height);
  const mask = Uint8Array.from(data, (value, at) => (value > 0.5 && marked[at] !== OUTSIDE_BOX ? 1 : 0));
  return shareOf(mask) < MIN_SHARE ? undefined : { mask, seeds: 'model', score: clarityOf(data) };
}

const shareOf = (values: ArrayLike<number>): number => {
  let on = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0.5) on++;
  return on / values.length;
};

/** 1: every pixel is surely one or the other. */
const clarityOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + Math.abs(2 * value - 1), 0) / values.length;
