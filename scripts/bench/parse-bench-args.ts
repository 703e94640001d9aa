import { parseArgs } from 'node:util';

export interface BenchRequest {
  /** In the table's order. */
  readonly rows: readonly string[];
  readonly json: boolean;
  readonly rounds: number;
  readonly sliceMs: number;
  /** Put the rows into docs/benchmarks.json and docs/benchmarks.md; the others stay as they were measured. */
  readonly write: boolean;
}

const MIN_ROUNDS = 5;

/** @throws RangeError that names the argument and the rule */
export function parseBenchArgs(args: readonly string[], known: readonly string[]): BenchRequest {
  const { values, positionals } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      'slice-ms': { type: 'string', default: '1000' },
      write: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`no row "${unknown}": ${known.join(', ')}`);
  const rounds = wholeNumber('--rounds', values.rounds, MIN_ROUNDS);
  const sliceMs = wholeNumber('--slice-ms', values['slice-ms'], 100);
  const rows = positionals.length === 0 ? known : known.filter((name) => positionals.includes(name));
  return { rows, json: values.json, rounds, sliceMs, write: values.write };
}

function wholeNumber(name: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum) throw new RangeError(`${name}: a whole number, at least ${minimum}`);
  return value;
}
