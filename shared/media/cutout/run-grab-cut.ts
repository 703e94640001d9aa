import { MARKED_GARMENT, UNMARKED } from './draw-marks.ts';
import type { OpenCv } from './open-cv.ts';
import type { Scene } from './scene.ts';
import { SURE_GARMENT, SURE_GROUND } from './seeds.ts';
import { tidyMask } from './tidy-mask.ts';

/** GrabCut's colour models need samples of both sides. */
const MIN_SEEDS = 50;
/** A mask of 0 and 1 per pixel, or undefined when the seeds leave one side empty. */
export function runGrabCut(cv: OpenCv, scene: Scene, start: Uint8Array, iterations: number): Uint8Array | undefined {
  const seeds = scene.marked ? holdMarks(start, scene.marked) : start;
  let garment = 0;
  for (const seed of seeds) garment += seed & 1;
  if (garment < MIN_SEEDS || seeds.length - garment < MIN_SEEDS) return undefined;
  const mask = new cv.Mat(scene.height, scene.width, cv.CV_8UC1);
  const ground = new cv.Mat();
  const front = new cv.Mat();
  try {
    mask.data.set(seeds);
    const whole = new cv.Rect(0, 0, scene.width, scene.height);
    cv.setRNGSeed(1); // its k-means starts at random; the same photo must give the same cut
    cv.grabCut(scene.image, mask, whole, ground, front, iterations, cv.GC_INIT_WITH_MASK);
    return tidyMask(
      cv,
      scene,
      mask.data.map((label) => label & 1),
    );
  } finally {
    for (const mat of [mask, ground, front]) mat.delete();
  }
}

const holdMarks = (seeds: Uint8Array, marked: Uint8Array): Uint8Array =>
  seeds.map((seed, i) => {
    if (marked[i] === MARKED_GARMENT) return SURE_GARMENT;
    return marked[i] === UNMARKED ? seed : SURE_GROUND;
  });
