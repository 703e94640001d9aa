import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Timing } from '../../infra/deploy/paced-call.ts';
import { pacedAccount } from '../../infra/deploy/paced-call.ts';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import { runProvision } from '../../infra/provision/run-provision.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import { systemClock } from '../../shared/clock.ts';
import { access } from '../deploy/open-deployment.ts';
import { bucketsOf, noticesOf } from './buckets-of.ts';
import { parseProvisionArgs } from './parse-provision-args.ts';
import { readGivenSecrets } from './read-given-secrets.ts';

// `npm run provision -- --stage prod [--dry-run] [--json] [--secret database=database.json …]`. Exit code 0: everything stands, or waits
// for what only the operator has; 1: something was refused; 2: it could not begin.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { env } = process;

async function main(): Promise<number> {
  const request = parseProvisionArgs(process.argv.slice(2));
  const secrets = readGivenSecrets(request.secrets, env['INIT_CWD'] ?? process.cwd());
  const service = readService(root, { stage: request.stage, env });
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  const keys = access(env);
  const call = openAccount({ ...keys, region: service.region, cosEndpoint: env['TENCENT_COS_ENDPOINT'] });
  const origins = bucketsOf(env).webOrigins;
  const outcome = await runProvision({
    call: pacedAccount(call, timing),
    timing,
    service,
    secrets,
    noticeIds: noticesOf(env),
    buckets: {
      ...bucketsOf(env),
      webOrigins:
        origins.length > 0 ? origins : refuse('WEB_ORIGINS is not set: the origins of the pages, separated by commas'),
    },
    say: (line) => void (request.json ? process.stderr : process.stdout).write(`${line}\n`),
    dryRun: request.dryRun,
  });
  if (request.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  return outcome.failed.length === 0 ? 0 : 1;
}

function refuse(message: string): never {
  throw new RangeError(message);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  return 2;
});
