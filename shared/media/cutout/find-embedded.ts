import { type FindGarment, within } from './cut-out.ts';
import type { OpenCv } from './open-cv.ts';
import type { PersonModel } from './person-model.ts';
import { shrinkRgb } from './resample.ts';
import { selectMarked } from './select-marked.ts';
import { selectMask } from './select-mask.ts';

/** Where the garment is found: smaller loses sleeves' ends, larger costs GrabCut's time by the square. */
export const SELECT_SIDE = 512;

/** The parts that ship with the product: GrabCut from several seeds, one of them a person model. */
export const findEmbedded =
  (cv: OpenCv, personModel: PersonModel): FindGarment =>
  async (rgb, fromWidth, fromHeight, label) => {
    const [width, height] = within(fromWidth, fromHeight, SELECT_SIDE);
    const small = shrinkRgb(rgb, fromWidth, fromHeight, width, height);
    const select = (marked?: Uint8Array) => selectMask(cv, personModel, small, width, height, marked);
    const selected = label
      ? await selectMarked(cv, select, small, width, height, label(width, height))
      : await select();
    return selected && { ...selected, mask: { width, height, data: Float32Array.from(selected.mask) } };
  };
