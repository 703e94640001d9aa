import { parseArgs } from 'node:util';

export interface ScaleRequest {
  /** Measure and compare first; otherwise what was recorded last is used. */
  readonly calibrate: boolean;
  readonly json: boolean;
  /** Keep it: docs/scale.json and the tables of docs/scale.md. */
  readonly write: boolean;
  readonly seed: number;
  /** Only the days of this many merchants. */
  readonly merchants: number | undefined;
}

/** @throws RangeError that names the argument and the rule */
export function parseScaleArgs(args: readonly string[]): ScaleRequest {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      calibrate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      seed: { type: 'string', default: '618' },
      merchants: { type: 'string' },
    },
  });
  const merchants = values.merchants === undefined ? undefined : wholeNumber('--merchants', values.merchants);
  if (values.write && merchants !== undefined) throw new RangeError('--write: only with all days');
  const { calibrate, json, write } = values;
  return { calibrate, json, write, seed: wholeNumber('--seed', values.seed), merchants };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: a whole number, at least 1`);
  return value;
}
