const BUCKETS_PER_OCTAVE = 8;
const SMALLEST_MS = 1 / 1024;
const BUCKETS = 40 * BUCKETS_PER_OCTAVE;

export interface WaitSummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Many durations in a few hundred buckets: quantiles are right to 5 %. */
export interface Waits {
  readonly add: (ms: number) => void;
  readonly summary: () => WaitSummary;
}

export function newWaits(): Waits {
  const buckets = new Float64Array(BUCKETS);
  let [count, sum, max] = [0, 0, 0];
  const quantile = (share: number): number => {
    let left = share * count;
    for (let n = 0; n < BUCKETS; n++) {
      left -= buckets[n]!;
      if (left <= 0) return n === 0 ? 0 : Math.min(max, SMALLEST_MS * 2 ** ((n - 0.5) / BUCKETS_PER_OCTAVE));
    }
    return max;
  };
  return {
    add: (ms) => {
      count++;
      sum += ms;
      if (ms > max) max = ms;
      const bucket = ms <= SMALLEST_MS ? 0 : 1 + Math.floor(Math.log2(ms / SMALLEST_MS) * BUCKETS_PER_OCTAVE);
      buckets[Math.min(bucket, BUCKETS - 1)]!++;
    },
    summary: () => ({
      count,
      meanMs: count === 0 ? 0 : sum / count,
      p50Ms: count === 0 ? 0 : quantile(0.5),
      p99Ms: count === 0 ? 0 : quantile(0.99),
      maxMs: max,
    }),
  };
}
