import { type Comparison, cpuUsPerOperation, median, perSecond, type Ratio, type Sample } from './ratios.ts';

/** One figure that must be reached. */
export interface Check {
  readonly what: string;
  readonly value: number;
  readonly rule: '≥' | '≤';
  readonly bound: number;
  /** A further goal: shown, but missing it is no failure. */
  readonly stretch?: number;
}

/** One line of the table. */
export interface RowResult {
  readonly row: string;
  readonly against: string;
  readonly wall: Ratio | null;
  readonly cpu: Ratio | null;
  /** Empty: the row is only printed. */
  readonly checks: readonly Check[];
  /** What was measured, in words: rates, CPU per operation, sizes. */
  readonly figures: readonly string[];
}

export interface BenchSettings {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly say: (line: string) => void;
}

export interface BenchRow {
  readonly name: string;
  readonly title: string;
  readonly run: (settings: BenchSettings) => Promise<RowResult[]>;
}

export const isReached = ({ value, rule, bound }: Pick<Check, 'value' | 'rule' | 'bound'>): boolean =>
  rule === '≥' ? value >= bound : value <= bound;

export const allReached = (result: RowResult): boolean => result.checks.every(isReached);

/** Of the command: 1 when a figure was missed, or a row could not be measured. */
export const exitCodeOf = (results: readonly RowResult[], broken: number): 0 | 1 =>
  broken === 0 && results.every(allReached) ? 0 : 1;

export interface Reach {
  readonly wall?: number;
  readonly cpu?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly stretch?: { readonly wall?: number; readonly cpu?: number };
}

/** The checks of a comparison: speed at least so many times the peer's, costs at most such a share of its own. */
export function checksOf(comparison: Comparison, reach: Reach): Check[] {
  const at = (what: 'wall' | 'cpu' | 'p50' | 'p99', rule: '≥' | '≤'): Check[] => {
    const bound = reach[what];
    if (bound === undefined) return [];
    const stretch = what === 'wall' || what === 'cpu' ? reach.stretch?.[what] : undefined;
    const value = comparison[what]?.median ?? Number.NaN;
    return [{ what, value, rule, bound, ...(stretch !== undefined && { stretch }) }];
  };
  return [...at('wall', '≥'), ...at('cpu', '≤'), ...at('p50', '≤'), ...at('p99', '≤')];
}

/** "ours: 3,844/s, 231 µs CPU (database 80), client 60, p50 8.0 ms, p99 23.5 ms": medians over the rounds. */
export function describeSamples(name: string, samples: readonly Sample[]): string {
  const rounded = (values: readonly number[]) => Math.round(median(values)).toLocaleString('en');
  const cpuUs = (field: 'databaseCpuMs' | 'clientCpuMs') =>
    samples.flatMap((sample) => ((ms) => (ms === undefined ? [] : (ms * 1000) / sample.operations))(sample[field]));
  const [database, client] = [cpuUs('databaseCpuMs'), cpuUs('clientCpuMs')];
  const ofDatabase = database.length > 0 ? ` (database ${rounded(database)})` : '';
  const ofClient = client.length > 0 ? `, client ${rounded(client)}` : '';
  const parts = [
    `${rounded(samples.map(perSecond))}/s`,
    `${rounded(samples.map(cpuUsPerOperation))} µs CPU${ofDatabase}${ofClient}`,
  ];
  for (const [label, field] of [
    ['p50', 'p50Ms'],
    ['p99', 'p99Ms'],
  ] as const) {
    const values = samples.flatMap((sample) => sample[field] ?? []);
    if (values.length > 0) parts.push(`${label} ${median(values).toFixed(1)} ms`);
  }
  return `${name}: ${parts.join(', ')}`;
}
