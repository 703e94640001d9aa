import { MARKED_GARMENT, OUTSIDE_BOX, UNMARKED } from './draw-marks.ts';
import { growStrokes } from './grow-strokes.ts';
import type { OpenCv } from './open-cv.ts';
import { describeScene } from './scene.ts';
import type { SelectedMask } from './select-mask.ts';
import { tidyMask } from './tidy-mask.ts';

/** A cut that has less of what was marked as garment is of something else, and strokes alone would not mend it. */
const MIN_HIT = 0.5;

/**
 * The cut that the merchant saw (inside the box, if there is one), changed where the strokes reach: elsewhere it stays as
 * it was. Only when that cut missed most of what is marked as garment, another is made with the strokes as seeds.
 */
export async function selectMarked(
  cv: OpenCv,
  select: (marked: Uint8Array) => Promise<SelectedMask | undefined>,
  rgb: Uint8Array,
  width: number,
  height: number,
  marked: Uint8Array,
): Promise<SelectedMask | undefined> {
  const outside = marked.map((label) => (label === OUTSIDE_BOX ? label : UNMARKED));
  const seen = await select(outside);
  if (marked.every((label) => label === UNMARKED || label === OUTSIDE_BOX)) return seen;
  const base = seen && hit(seen.mask, marked) ? seen : await select(marked);
  const scene = describeScene(cv, rgb, width, height, marked);
  try {
    const start = base?.mask ?? new Uint8Array(width * height);
    const mask = tidyMask(cv, scene, growStrokes(scene.image.data, width, height, marked, start));
    return mask.includes(1) ? { mask, seeds: base?.seeds ?? 'strokes', score: base?.score ?? 0 } : undefined;
  } finally {
    scene.free();
  }
}

function hit(mask: Uint8Array, marked: Uint8Array): boolean {
  let wanted = 0;
  let had = 0;
  for (let i = 0; i < mask.length; i++) {
    if (marked[i] !== MARKED_GARMENT) continue;
    wanted++;
    had += mask[i]!;
  }
  return had >= wanted * MIN_HIT;
}
