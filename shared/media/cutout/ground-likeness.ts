import { COLOUR_BINS, type Scene, sumNeighbours } from './scene.ts';

/** The share of a region that has each colour or one of its neighbours. */
export function colourShares(scene: Scene, region: Uint8Array): Float32Array {
  const shares = new Float32Array(COLOUR_BINS);
  let count = 0;
  for (let i = 0; i < region.length; i++) {
    if (!region[i]) continue;
    const bin = scene.bins[i]!;
    shares[bin] = shares[bin]! + 1;
    count++;
  }
  for (let i = 0; i < shares.length; i++) shares[i] = shares[i]! / Math.max(1, count);
  return sumNeighbours(shares);
}

/** How common a part's colours are on the ground, on average. */
export function groundLikeness(scene: Scene, ground: Float32Array, part: readonly number[]): number {
  let sum = 0;
  for (const at of part) sum += ground[scene.bins[at]!]!;
  return sum / part.length;
}
