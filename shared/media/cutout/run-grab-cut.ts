import type { Mat, OpenCv } from './open-cv.ts';
import type { Scene } from './scene.ts';

/** GrabCut's colour models need samples of both sides. */
const MIN_SEEDS = 50;
/** A part smaller than this share of the largest one is a crumb of the ground. */
const MIN_PART = 0.05;

/** A mask of 0 and 1 per pixel, or undefined when the seeds leave one side empty. */
export function runGrabCut(cv: OpenCv, scene: Scene, seeds: Uint8Array, iterations: number): Uint8Array | undefined {
  let garment = 0;
  for (const seed of seeds) garment += seed & 1;
  if (garment < MIN_SEEDS || seeds.length - garment < MIN_SEEDS) return undefined;
  const mask = new cv.Mat(scene.height, scene.width, cv.CV_8UC1);
  const ground = new cv.Mat();
  const front = new cv.Mat();
  try {
    mask.data.set(seeds);
    const whole = new cv.Rect(0, 0, scene.width, scene.height);
    cv.grabCut(scene.image, mask, whole, ground, front, iterations, cv.GC_INIT_WITH_MASK);
    for (let i = 0; i < seeds.length; i++) mask.data[i] = mask.data[i]! & 1;
    tidy(cv, mask);
    return Uint8Array.from(mask.data);
  } finally {
    for (const mat of [mask, ground, front]) mat.delete();
  }
}

/** Smooths the outline by two pixels, and drops crumbs. */
function tidy(cv: OpenCv, mask: Mat): void {
  const kernel = cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(5, 5));
  const labels = new cv.Mat();
  const stats = new cv.Mat();
  const centres = new cv.Mat();
  try {
    cv.morphologyEx(mask, mask, cv.MORPH_OPEN, kernel);
    cv.morphologyEx(mask, mask, cv.MORPH_CLOSE, kernel);
    const count = cv.connectedComponentsWithStats(mask, labels, stats, centres);
    let largest = 0;
    for (let i = 1; i < count; i++) largest = Math.max(largest, stats.intAt(i, cv.CC_STAT_AREA));
    const label = labels.data32S;
    for (let i = 0; i < label.length; i++) {
      const part = label[i]!;
      mask.data[i] = part > 0 && stats.intAt(part, cv.CC_STAT_AREA) > largest * MIN_PART ? 1 : 0;
    }
  } finally {
    for (const mat of [kernel, labels, stats, centres]) mat.delete();
  }
}
