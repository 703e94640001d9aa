/** Randomness that a seed repeats: mulberry32. Not for secrets. */
export interface SeededRandom {
  /** 0 … n−1, each as likely. */
  readonly below: (n: number) => number;
  /** True once in `n` times. */
  readonly oneIn: (n: number) => boolean;
  readonly pick: <T>(values: readonly T[]) => T;
}

export function seededRandom(seed: number): SeededRandom {
  // Neighbouring seeds begin far apart.
  let state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => Math.floor((next() / 2 ** 32) * n);
  return { below, oneIn: (n) => below(n) === 0, pick: (values) => values[below(values.length)] as never };
}
