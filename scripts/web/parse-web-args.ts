import { parseArgs } from 'node:util';
import { STAGE_NAME } from '../../infra/serverless/platform-limits.ts';

export interface WebRequest {
  /** Of the site; default: `web/site.json`. */
  readonly config: string | null;
  readonly out: string | null;
  /** The stage whose bucket the pages go to; null: they are written to a folder, and that is all. */
  readonly publishTo: string | null;
  readonly dryRun: boolean;
}

/** @throws RangeError that names the argument and the rule */
export function parseWebArgs(args: readonly string[]): WebRequest {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      publish: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      stage: { type: 'string' },
    },
  });
  const { config = null, out = null, publish, stage } = values;
  if (publish && (stage === undefined || !STAGE_NAME.test(stage)))
    throw new RangeError('--stage: required with --publish, such as --stage prod');
  if (!publish && (stage !== undefined || values['dry-run']))
    throw new RangeError('--stage and --dry-run belong to --publish');
  return { config, out, publishTo: publish ? (stage ?? null) : null, dryRun: values['dry-run'] };
}
