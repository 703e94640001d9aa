import { mergeRounds } from './merge-rounds.ts';
import type { OpenCv } from './open-cv.ts';
import { PERSON_SIDE, type PersonModel } from './person-model.ts';
import { clamp01 } from './refine-outline.ts';
import { enlarge } from './resample.ts';
import { runGrabCut } from './run-grab-cut.ts';
import { describeScene, type Scene } from './scene.ts';
import { scoreMask } from './score-mask.ts';
import { borderSeeds, centreSeeds, distinctSeeds, personSeeds, relaxedSeeds } from './seeds.ts';
import { tidyMask } from './tidy-mask.ts';

/** From what it was found; `model`: the operator's own. */
export type SeedKind = 'border' | 'centre' | 'distinct' | 'person' | 'strokes' | 'model';
export interface SelectedMask {
  mask: Uint8Array;
  seeds: SeedKind;
  /** 0…1.1: weak as a confidence, see scoreMask. */
  score: number;
}

/** A person that covers less than this share is a detail, or none at all. */
const MIN_PERSON_SHARE = 0.05;
/** An evenly coloured picture: nothing is in it, and GrabCut would take seconds to find that out. */
const MIN_GRADIENT = 0.05;
const GOOD_SCORE = 0.97;
const SAME_SHARE = 0.985;
/** Between these the ground turns from plain to busy. */
const PLAIN_GROUND_BITS = 3.2;
const BUSY_GROUND_BITS = 4.2;

/**
 * Cuts the small photo from four kinds of seeds (the border's colours, the middle, colours that the border lacks, a
 * person model) and keeps the cut with the best score; on plain ground a second round then starts from it with nothing
 * held fixed. What the merchant marked is held fixed in all of them. Undefined: no cut found a garment.
 */
export async function selectMask(
  cv: OpenCv,
  personModel: PersonModel,
  rgb: Uint8Array,
  width: number,
  height: number,
  marked?: Uint8Array,
): Promise<SelectedMask | undefined> {
  const scene = describeScene(cv, rgb, width, height, marked);
  try {
    if (scene.meanGradient < MIN_GRADIENT) return undefined;
    const person = await findPerson(cv, personModel, rgb, width, height);
    const candidates: SelectedMask[] = [];
    const consider = (seeds: SeedKind, start: Uint8Array, iterations: number, bonus: number): void => {
      const mask = runGrabCut(cv, scene, start, iterations);
      if (!mask) return;
      const score = scoreMask(scene, mask);
      if (score > 0) candidates.push({ mask, seeds, score: score + bonus });
    };
    consider('distinct', distinctSeeds(scene), 3, 0);
    consider('border', borderSeeds(scene), 4, 0);
    if (!agree(candidates)) {
      consider('centre', centreSeeds(scene), 4, 0);
      if (person.share > MIN_PERSON_SHARE) consider('person', personSeeds(person.map), 2, personBonus(scene, person));
    }
    candidates.sort((a, b) => b.score - a.score);
    const best = candidates[0];
    if (!best || (best.seeds === 'person' && scene.borderEntropy > PLAIN_GROUND_BITS)) return best;
    return relax(cv, scene, best);
  } finally {
    scene.free();
  }
}

/** Two good cuts from different seeds that are nearly the same: the other seeds would find it too, at twice the time. */
function agree([first, second]: readonly SelectedMask[]): boolean {
  if (!first || !second || Math.min(first.score, second.score) < GOOD_SCORE) return false;
  let both = 0;
  let either = 0;
  for (let i = 0; i < first.mask.length; i++) {
    both += first.mask[i]! & second.mask[i]!;
    either += first.mask[i]! | second.mask[i]!;
  }
  return both / either > SAME_SHARE;
}

/** The first round's sure seeds may lie on the ground, as between trouser legs. Colours alone decide the second. */
function relax(cv: OpenCv, scene: Scene, first: SelectedMask): SelectedMask {
  const second = runGrabCut(cv, scene, relaxedSeeds(scene, first.mask), 2);
  if (!second) return first;
  const mask = tidyMask(cv, scene, mergeRounds(cv, scene, first.mask, second));
  return { mask, seeds: first.seeds, score: scoreMask(scene, mask) };
}

interface Person {
  /** 0…255 per pixel. */
  map: Uint8Array;
  share: number;
  /** The share of sure pixels among those that may be a person. Flat garments look like persons, but vaguely. */
  decisive: number;
}

/** On a busy ground colours mislead, and a clearly seen person is the better guide. */
function personBonus(scene: Scene, { decisive }: Person): number {
  const busy = clamp01((scene.borderEntropy - PLAIN_GROUND_BITS) / (BUSY_GROUND_BITS - PLAIN_GROUND_BITS));
  return 0.1 * busy * clamp01((decisive - 0.6) / 0.15);
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
  const map = Uint8Array.from(probability.data, (value) => clamp01(value) * 255);
  let likely = 0;
  let sure = 0;
  let vague = 0;
  for (const value of map) {
    if (value > 127) likely++;
    if (value > 229) sure++;
    else if (value > 25) vague++;
  }
  return { map, share: likely / map.length, decisive: sure / Math.max(1, sure + vague) } satisfies Person;
}
