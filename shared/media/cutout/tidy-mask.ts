import { MARKED_GARMENT, MARKED_GROUND, UNMARKED } from './draw-marks.ts';
import { colourShares, groundLikeness } from './ground-likeness.ts';
import { labelParts } from './label-parts.ts';
import type { OpenCv } from './open-cv.ts';
import type { Scene } from './scene.ts';

/** A part smaller than this share of the largest one is a crumb of the ground. */
const MIN_PART = 0.05;
/** A hole is a gap that shows the ground if it has the ground's colours and is larger than a label or a logo … */
const MIN_GAP = 0.006;
const MIN_GAP_LIKENESS = 0.04;
/** … or, with the ground's very colours, if it lies so near the outside that the cut only bridged a narrow place. */
const MIN_BRIDGED = 0.0008;
const BRIDGED_LIKENESS = 0.2;
const BRIDGE_PIXELS = 24;
const NOTCH_PIXELS = 12;

/** Smooths the outline by two pixels, drops crumbs, closes holes that are no gaps. */
export function tidyMask(cv: OpenCv, scene: Scene, mask: Uint8Array): Uint8Array {
  const { width, height } = scene;
  const opened = morph(cv, mask, width, height, cv.MORPH_OPEN);
  const gaps = findGaps(cv, scene, opened);
  const closed = fillHoles(cv, morph(cv, opened, width, height, cv.MORPH_CLOSE), width, height);
  for (const gap of [...gaps, ...findNotches(cv, scene, opened, closed)]) for (const at of gap) closed[at] = 0;
  holdMarks(scene, closed);
  const parts = labelParts(cv, closed, width, height);
  const largest = Math.max(0, ...parts.map((part) => part.length));
  const tidy = new Uint8Array(mask.length);
  for (const part of parts) {
    if (part.length > largest * MIN_PART || part.some((at) => scene.marked?.[at] === MARKED_GARMENT))
      for (const at of part) tidy[at] = 1;
  }
  return tidy;
}

function holdMarks({ marked }: Scene, mask: Uint8Array): void {
  if (!marked) return;
  for (let i = 0; i < mask.length; i++) if (marked[i] !== UNMARKED) mask[i] = marked[i] === MARKED_GARMENT ? 1 : 0;
}

function fillHoles(cv: OpenCv, mask: Uint8Array, width: number, height: number): Uint8Array {
  const { holes } = splitRest(cv, mask, width, height);
  for (const hole of holes) for (const at of hole) mask[at] = 1;
  return mask;
}

/** Sought before narrow places are closed, which would shrink them. */
function findGaps(cv: OpenCv, scene: Scene, mask: Uint8Array): number[][] {
  const { outside, holes } = splitRest(cv, mask, scene.width, scene.height);
  const garment = mask.reduce((sum, on) => sum + on, 0);
  const ground = colourShares(scene, outside);
  return holes.filter((hole) => {
    if (hole.some((at) => scene.marked?.[at] === MARKED_GROUND)) return true;
    const likeness = groundLikeness(scene, ground, hole);
    if (hole.length > garment * MIN_GAP && likeness > MIN_GAP_LIKENESS) return true;
    if (hole.length < garment * MIN_BRIDGED || likeness < BRIDGED_LIKENESS) return false;
    return isNear(hole, outside, scene.width, BRIDGE_PIXELS);
  });
}

/**
 * Where closing filled a narrow place beside the outline, as under an arm, with the ground's very colours. A slot that
 * runs deep into the garment is a zip.
 */
function findNotches(cv: OpenCv, scene: Scene, opened: Uint8Array, closed: Uint8Array): number[][] {
  const { outside } = splitRest(cv, closed, scene.width, scene.height);
  const ground = colourShares(scene, outside);
  const added = closed.map((on, i) => on & (1 - opened[i]!));
  return labelParts(cv, added, scene.width, scene.height).filter(
    (part) =>
      groundLikeness(scene, ground, part) > BRIDGED_LIKENESS &&
      part.every((at) => isNear([at], outside, scene.width, NOTCH_PIXELS)),
  );
}

/** What a mask leaves out: the part that reaches the picture's border, and the holes. */
function splitRest(cv: OpenCv, mask: Uint8Array, width: number, height: number) {
  const rest = mask.map((on) => 1 - on);
  const outside = new Uint8Array(mask.length);
  const holes: number[][] = [];
  const onBorder = (at: number): boolean => {
    const x = at % width;
    return x === 0 || x === width - 1 || at < width || at >= mask.length - width;
  };
  for (const part of labelParts(cv, rest, width, height)) {
    if (part.some(onBorder)) for (const at of part) outside[at] = 1;
    else holes.push(part);
  }
  return { outside, holes };
}

/** Whether a mask has a pixel within a square around any of these positions; rows that wrap at the border do no harm. */
function isNear(part: readonly number[], mask: Uint8Array, width: number, reach: number): boolean {
  return part.some((at) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) if (mask[at + dy * width + dx]) return true;
    }
    return false;
  });
}

function morph(cv: OpenCv, mask: Uint8Array, width: number, height: number, operation: number): Uint8Array {
  const mat = new cv.Mat(height, width, cv.CV_8UC1);
  const kernel = cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(5, 5));
  try {
    mat.data.set(mask);
    cv.morphologyEx(mat, mat, operation, kernel);
    return Uint8Array.from(mat.data);
  } finally {
    mat.delete();
    kernel.delete();
  }
}
