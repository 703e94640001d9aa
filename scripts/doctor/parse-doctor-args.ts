import { parseArgs } from 'node:util';
import { STAGE_NAME } from '../../infra/serverless/platform-limits.ts';

/** @throws RangeError that names the argument and the rule */
export function parseDoctorArgs(args: readonly string[]): { readonly stage: string; readonly json: boolean } {
  const { stage, json } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: { stage: { type: 'string' }, json: { type: 'boolean', default: false } },
  }).values;
  if (stage === undefined || !STAGE_NAME.test(stage)) throw new RangeError('--stage: required, such as --stage prod');
  return { stage, json };
}
