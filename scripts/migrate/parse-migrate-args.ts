import { parseArgs } from 'node:util';
import { STAGE_NAME } from '../../infra/serverless/platform-limits.ts';

export const MIGRATE_COMMANDS = ['status', 'plan', 'up'] as const;
export type MigrateCommand = (typeof MIGRATE_COMMANDS)[number];

export interface MigrateRequest {
  readonly command: MigrateCommand;
  /** null: DATABASE_URL. */
  readonly stage: string | null;
  readonly json: boolean;
}

/** @throws RangeError that names the argument and the rule */
export function parseMigrateArgs(args: readonly string[]): MigrateRequest {
  const { values, positionals } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: { stage: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const command = MIGRATE_COMMANDS.find((one) => one === positionals[0]);
  if (command === undefined || positionals.length > 1)
    throw new RangeError(`which one: ${MIGRATE_COMMANDS.join(', ')}`);
  const { stage = null, json } = values;
  if (stage !== null && !STAGE_NAME.test(stage))
    throw new RangeError(`--stage ${stage}: must be a stage's name, such as prod`);
  return { command, stage, json };
}
