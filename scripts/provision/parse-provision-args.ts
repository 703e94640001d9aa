import { parseArgs } from 'node:util';
import type { Removal } from '../../infra/provision/removal-parts.ts';
import { STAGE_NAME } from '../../infra/serverless/platform-limits.ts';

export interface ProvisionRequest {
  readonly stage: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** `purpose=file`, as they were given. */
  readonly secrets: readonly string[];
  /** null: what is missing is made. */
  readonly removal: Removal | null;
}

const MOST_DAYS = 30;

/** @throws RangeError that names the argument and the rule */
export function parseProvisionArgs(args: readonly string[]): ProvisionRequest {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      stage: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      secret: { type: 'string', multiple: true, default: [] },
      remove: { type: 'boolean', default: false },
      confirm: { type: 'string' },
      empty: { type: 'string', multiple: true, default: [] },
      'secrets-within': { type: 'string' },
    },
  });
  const { stage, json, secret, remove, confirm, empty, 'secrets-within': days, 'dry-run': dryRun } = values;
  if (stage === undefined || !STAGE_NAME.test(stage)) throw new RangeError('--stage: required, such as --stage prod');
  if (!remove && (confirm !== undefined || empty.length > 0 || days !== undefined))
    throw new RangeError('--confirm, --empty and --secrets-within belong to --remove');
  if (remove && secret.length > 0) throw new RangeError('--secret: nothing is written with --remove');
  if (remove && !dryRun && confirm !== stage)
    throw new RangeError(`--confirm ${stage}: required with --remove, the stage's own name`);
  if (days !== undefined && !(/^\d{1,2}$/.test(days) && Number(days) <= MOST_DAYS))
    throw new RangeError(`--secrets-within ${days}: must be 0 to ${MOST_DAYS} days`);
  const secretDays = days === undefined ? null : Number(days);
  return { stage, dryRun, json, secrets: secret, removal: remove ? { secretDays, emptied: empty } : null };
}
