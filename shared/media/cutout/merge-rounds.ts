import { colourShares, groundLikeness } from './ground-likeness.ts';
import { labelParts } from './label-parts.ts';
import type { OpenCv } from './open-cv.ts';
import type { Scene } from './scene.ts';

/** The mean share of the ground that has a part's colours: above, the part is ground; below, it is not. */
const GROUND_LIKENESS = 0.05;
const GARMENT_LIKENESS = 0.02;
/** A gap between legs takes up to a sixth of a garment; a larger part that looks like the ground is its lining. */
const MAX_GAP = 0.2;

/**
 * Takes over from the second round what its colours bear out, part by part: it may open a gap only where the ground's
 * colours show, and may add only what has none of them. (Taking the second round whole lost black sleeves and a hem.)
 */
export function mergeRounds(cv: OpenCv, scene: Scene, first: Uint8Array, second: Uint8Array): Uint8Array {
  const merged = Uint8Array.from(first);
  const outside = first.map((on) => 1 - on);
  const ground = colourShares(scene, outside);
  const area = outside.reduce((sum, off) => sum + 1 - off, 0);
  for (const removed of [true, false]) {
    const changed = first.map((on, i) => (removed ? on & (1 - second[i]!) : (1 - on) & second[i]!));
    for (const part of labelParts(cv, changed, scene.width, scene.height)) {
      const likeness = groundLikeness(scene, ground, part);
      if (removed && (likeness < GROUND_LIKENESS || part.length > area * MAX_GAP)) continue;
      if (!removed && likeness > GARMENT_LIKENESS) continue;
      for (const at of part) merged[at] = removed ? 0 : 1;
    }
  }
  return merged;
}
