import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pacedAccount, pacedCall, type Timing } from '../../infra/deploy/paced-call.ts';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openScf } from '../../infra/deploy/scf-call.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import { systemClock } from '../../shared/clock.ts';
import { access } from '../deploy/open-deployment.ts';
import { bucketsOf, noticesOf } from '../provision/buckets-of.ts';
import { cnamesOf } from './cnames-of.ts';
import { runDoctor } from './run-doctor.ts';

// `npm run doctor -- --stage prod [--json]`: what is missing or wrong in the account, each with what to do. Changes nothing. Exit code 0:
// nothing is wrong; 1: something is; 2: it could not begin.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { env } = process;

async function main(): Promise<number> {
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const { stage, json } = parseArgs({
    args,
    options: { stage: { type: 'string' }, json: { type: 'boolean', default: false } },
  }).values;
  if (!stage) throw new RangeError('--stage: required, such as --stage prod');
  const service = readService(root, { stage, env });
  const keys = { ...access(env), region: service.region };
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  const findings = await runDoctor({
    service,
    buckets: bucketsOf(env),
    noticeIds: noticesOf(env),
    call: pacedAccount(openAccount({ ...keys, cosEndpoint: env['TENCENT_COS_ENDPOINT'] }), timing),
    scf: pacedCall(openScf(keys), timing),
    resolveCname: (domain) => cnamesOf(domain),
    nowMs: systemClock,
    say: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
  });
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  return 2;
});
