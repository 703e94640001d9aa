import { seededRandom } from './seeded-random.ts';

/** The next number of a stream, from 0 up to but not 1. */
export type RandomStream = () => number;

/** The same seed and name give the same numbers everywhere; two streams of one seed differ by their name. */
export function randomStream(seed: number, name: string): RandomStream {
  let state = seed >>> 0;
  for (const letter of name) state = (Math.imul(state ^ letter.charCodeAt(0), 0x01000193) + 0x9e3779b9) >>> 0;
  return seededRandom(state);
}
