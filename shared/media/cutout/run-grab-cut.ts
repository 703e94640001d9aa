import type { OpenCv } from './open-cv.ts';
import type { Scene } from './scene.ts';
import { tidyMask } from './tidy-mask.ts';

/** GrabCut's colour models need samples of both sides. */
const MIN_SEEDS = 50;
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
