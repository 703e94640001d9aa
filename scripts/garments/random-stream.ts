/** The next number of a stream, from 0 up to but not 1. */
export type RandomStream = () => number;

/** Mulberry32: the same seed gives the same numbers everywhere. Two streams of one seed differ by their name. */
export function randomStream(seed: number, name: string): RandomStream {
  let state = seed >>> 0;
  for (const letter of name) state = (Math.imul(state ^ letter.charCodeAt(0), 0x01000193) + 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Evenly between the two. */
export const between = (random: RandomStream, low: number, high: number): number => low + (high - low) * random();
