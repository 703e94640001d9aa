import { parseArgs } from 'node:util';

/** Parts in which a seed is one run that can be had again. */
export const REPLAYED = ['simulation', 'bursts', 'cuts', 'crashes', 'schedules', 'database-faults'] as const;
export type Replayed = (typeof REPLAYED)[number];
/** Parts that can be asked for one function alone. */
const BY_FUNCTION: readonly string[] = ['cuts', 'crashes'];

export interface SoakArgs {
  readonly parts: readonly string[];
  readonly minutes: number;
  readonly scale: number;
  readonly procedure: string | undefined;
  /** One run again, of a seed or of a function. */
  readonly again: Again | undefined;
  /** False: what is done is less than the proof asks for, and stands nowhere. */
  readonly records: boolean;
}

export interface Again {
  readonly part: Replayed;
  readonly seed: number | undefined;
  readonly functionName: string | undefined;
}

/** @throws RangeError that names the argument and the rule */
export function parseSoakArgs(args: readonly string[], known: readonly string[]): SoakArgs {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      only: { type: 'string' },
      minutes: { type: 'string', default: String(48 * 60) },
      scale: { type: 'string', default: '1' },
      procedure: { type: 'string' },
      seed: { type: 'string' },
      function: { type: 'string' },
    },
  });
  const parts = values.only?.split(',') ?? known;
  const unknown = parts.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`no part "${unknown}": ${known.join(', ')}`);
  const [minutes, scale] = [Number(values.minutes), Number(values.scale)];
  if (!(minutes > 0)) throw new RangeError('--minutes: more than 0');
  if (!(scale > 0 && scale <= 1)) throw new RangeError('--scale: more than 0, at most 1');
  const { procedure } = values;
  if (procedure !== undefined && !/^sql-mutants-\w+$/.test(parts.join())) {
    throw new RangeError('--procedure: together with --only sql-mutants-orders or another of its kind');
  }
  const again = parseAgain(values.only, values.seed, values.function);
  return { parts, minutes, scale, procedure, again, records: scale === 1 && procedure === undefined };
}

function parseAgain(only: string | undefined, seedText: string | undefined, functionName: string | undefined) {
  if (seedText === undefined && functionName === undefined) return undefined;
  const seed = seedText === undefined ? undefined : Number(seedText);
  if (seed !== undefined && !(seedText !== '' && Number.isSafeInteger(seed) && seed >= 0))
    throw new RangeError('--seed: a whole number, at least 0');
  const part = REPLAYED.find((name) => name === only);
  if (part === undefined)
    throw new RangeError(`--seed, --function: together with --only and one of ${REPLAYED.join(', ')}`);
  if (functionName !== undefined && !BY_FUNCTION.includes(part))
    throw new RangeError(`--function: together with --only and one of ${BY_FUNCTION.join(', ')}`);
  return { part, seed, functionName };
}

/** The command that shows a violation again; undefined where no seed and no function is named in it. */
export function commandOf(part: string, violation: string): string | undefined {
  if (!REPLAYED.some((one) => one === part)) return undefined;
  const seed = /\bseeds? (\d+)/.exec(violation)?.[1];
  if (seed !== undefined && part !== 'crashes') return `npm run soak -- --only ${part} --seed ${seed}`;
  const name = /^([a-z][a-z0-9-]+)[,:]/.exec(violation)?.[1];
  return name !== undefined && BY_FUNCTION.includes(part)
    ? `npm run soak -- --only ${part} --function ${name}`
    : undefined;
}
