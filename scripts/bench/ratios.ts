/** What one slice of work took. CPU is that of everything that serves, not of the load's own process. */
export interface Sample {
  readonly operations: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of `cpuMs`, what the database took. */
  readonly databaseCpuMs?: number;
  /** Of the process that sends the load; not in `cpuMs`. */
  readonly clientCpuMs?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** Median of the rounds' own ratios, with the smallest and the largest of them. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Ours over the peer's, round by round. `wall` is of speeds (more is better), the others of costs (less is better). */
export interface Comparison {
  readonly wall: Ratio;
  readonly cpu: Ratio;
  readonly p50: Ratio | null;
  readonly p99: Ratio | null;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median: no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

export function ratioOf(ours: readonly number[], peers: readonly number[]): Ratio {
  if (ours.length !== peers.length) throw new RangeError('ratio: rounds differ in number');
  const ratios = ours.map((value, round) => value / peers[round]!);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

export const perSecond = ({ operations, wallMs }: Sample): number => (operations * 1000) / wallMs;
export const cpuUsPerOperation = ({ operations, cpuMs }: Sample): number => (cpuMs * 1000) / operations;

/** Rounds in the order in which they were run: the first of ours beside the first of the peer's. */
export function compareRounds(ours: readonly Sample[], peer: readonly Sample[]): Comparison {
  return {
    wall: ratioOf(ours.map(perSecond), peer.map(perSecond)),
    cpu: ratioOf(ours.map(cpuUsPerOperation), peer.map(cpuUsPerOperation)),
    p50: latencyRatio(ours, peer, 'p50Ms'),
    p99: latencyRatio(ours, peer, 'p99Ms'),
  };
}

function latencyRatio(ours: readonly Sample[], peer: readonly Sample[], field: 'p50Ms' | 'p99Ms'): Ratio | null {
  const values = (samples: readonly Sample[]) => samples.map((sample) => sample[field] ?? Number.NaN);
  const all = [...values(ours), ...values(peer)];
  return all.some((value) => Number.isNaN(value)) ? null : ratioOf(values(ours), values(peer));
}

/** The two slices of a round as one; latencies are their mean. */
export function mergeSlices(first: Sample, second: Sample): Sample {
  const sum = (field: 'databaseCpuMs' | 'clientCpuMs') =>
    first[field] === undefined || second[field] === undefined ? {} : { [field]: first[field] + second[field] };
  const mean = (field: 'p50Ms' | 'p99Ms') =>
    first[field] === undefined || second[field] === undefined ? {} : { [field]: (first[field] + second[field]) / 2 };
  return {
    operations: first.operations + second.operations,
    wallMs: first.wallMs + second.wallMs,
    cpuMs: first.cpuMs + second.cpuMs,
    ...sum('databaseCpuMs'),
    ...sum('clientCpuMs'),
    ...mean('p50Ms'),
    ...mean('p99Ms'),
  };
}
