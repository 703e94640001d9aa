import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Timing } from '../../infra/deploy/paced-call.ts';
import { pacedAccount, pacedCall } from '../../infra/deploy/paced-call.ts';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openScf } from '../../infra/deploy/scf-call.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import type { Buckets } from '../../infra/provision/bucket-parts.ts';
import { removeProvisioned, runProvision } from '../../infra/provision/run-provision.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import { systemClock } from '../../shared/clock.ts';
import { access } from '../deploy/open-deployment.ts';
import { bucketsOf, noticesOf } from './buckets-of.ts';
import { parseProvisionArgs } from './parse-provision-args.ts';
import { readGivenSecrets } from './read-given-secrets.ts';

// `npm run provision -- --stage prod [--dry-run] [--json] [--secret database=database.json …]`. Exit code 0: everything stands, or waits
// for what only the operator has; 1: something was refused; 2: it could not begin. With `--remove --confirm prod` it takes away again what
// it made, buckets only when `--empty` names them, secrets only with `--secrets-within DAYS`.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { env } = process;

async function main(): Promise<number> {
  const request = parseProvisionArgs(process.argv.slice(2));
  const secrets = readGivenSecrets(request.secrets, env['INIT_CWD'] ?? process.cwd());
  const service = readService(root, { stage: request.stage, env });
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  const keys = access(env);
  const call = openAccount({ ...keys, region: service.region, cosEndpoint: env['TENCENT_COS_ENDPOINT'] });
  const given = {
    call: pacedAccount(call, timing),
    timing,
    service,
    buckets: bucketsOf(env),
    say: (line: string) => void (request.json ? process.stderr : process.stdout).write(`${line}\n`),
    dryRun: request.dryRun,
  };
  const { removal } = request;
  const outcome = removal
    ? await removeProvisioned({
        ...given,
        removal,
        scf: pacedCall(openScf({ ...keys, region: service.region }), timing),
      })
    : await runProvision({ ...given, secrets, noticeIds: noticesOf(env), buckets: withOrigins(given.buckets) });
  if (request.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  if (outcome.refused !== undefined) throw new RangeError(outcome.refused);
  return outcome.failed.length === 0 ? 0 : 1;
}

function withOrigins(buckets: Buckets): Buckets {
  if (buckets.webOrigins.length > 0) return buckets;
  throw new RangeError('WEB_ORIGINS is not set: the origins of the pages, separated by commas');
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  return 2;
});
