import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { simulatedFetch } from './operations.ts';

let random: SeededRandom = seededRandom(0);

/**
 * Makes this process a simulation's: its only randomness comes from the seed, and its only network is the simulated COS.
 * Ids then are the same in every run of a seed. For a process that does nothing else.
 */
export function becomeSimulation(): void {
  const bytes = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => random.below(256)));
  // The other forms of these two functions are not used by the product.
  crypto.randomBytes = bytes as typeof crypto.randomBytes;
  crypto.randomInt = ((from: number, to: number) => from + random.below(to - from)) as typeof crypto.randomInt;
  syncBuiltinESMExports();
  globalThis.fetch = simulatedFetch;
}

export function reseed(seed: number): void {
  random = seededRandom(seed ^ 0x5eed);
}
