import { type SeededRandom, seededRandom } from '../../soak/seeded-random.ts';

const STEPS = 2 ** 31;

/** Random durations that a seed repeats. */
export interface Draw {
  /** 0 … 1, neither of them. */
  readonly share: () => number;
  readonly exponential: (mean: number) => number;
  /** Half of the mean always, the other half exponential: how work of one kind varies (deviation: half of its mean). */
  readonly service: (mean: number) => number;
  /** Some waits are much longer than most: log-normal by its median; 1 of 100 takes ten times the median. */
  readonly skewed: (median: number) => number;
  readonly whole: SeededRandom['below'];
}

export function newDraw(seed: number): Draw {
  const random = seededRandom(seed);
  const share = (): number => (random.below(STEPS) + 0.5) / STEPS;
  const exponential = (mean: number): number => -Math.log(share()) * mean;
  return {
    share,
    exponential,
    service: (mean) => mean / 2 + exponential(mean / 2),
    skewed: (median) => {
      const normal = Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
      return median * Math.exp(normal);
    },
    whole: random.below,
  };
}
