import { parseArgs } from 'node:util';
import { STAGE_NAME } from '../../infra/serverless/platform-limits.ts';

export interface ProvisionRequest {
  readonly stage: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** `purpose=file`, as they were given. */
  readonly secrets: readonly string[];
}

/** @throws RangeError that names the argument and the rule */
export function parseProvisionArgs(args: readonly string[]): ProvisionRequest {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      stage: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      secret: { type: 'string', multiple: true, default: [] },
    },
  });
  const { stage, json, secret } = values;
  if (stage === undefined || !STAGE_NAME.test(stage)) throw new RangeError('--stage: required, such as --stage prod');
  return { stage, dryRun: values['dry-run'], json, secrets: secret };
}
