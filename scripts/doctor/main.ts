import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pacedAccount, pacedCall, type Timing } from '../../infra/deploy/paced-call.ts';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openScf } from '../../infra/deploy/scf-call.ts';
import { type Finding, wrong } from '../../infra/doctor/finding.ts';
import { findingLines } from '../../infra/doctor/run-checks.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import { readService, ServiceInvalid } from '../../infra/serverless/read-service.ts';
import { systemClock } from '../../shared/clock.ts';
import { access, DeploymentUnset } from '../deploy/open-deployment.ts';
import { bucketsOf, noticesOf } from '../provision/buckets-of.ts';
import { cnamesOf } from './cnames-of.ts';
import { parseDoctorArgs } from './parse-doctor-args.ts';
import { runDoctor } from './run-doctor.ts';

// `npm run doctor -- --stage prod [--json]`: what is missing or wrong in the account, each with what to do. Changes nothing. Exit code 0:
// nothing is wrong; 1: something is; 2: it could not begin.

const root = fileURLToPath(new URL('../..', import.meta.url));
const { env } = process;

async function main(): Promise<number> {
  const { stage, json } = parseDoctorArgs(process.argv.slice(2));
  const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const findings = await examine(stage, say);
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
}

async function examine(stage: string, say: (line: string) => void): Promise<Finding[]> {
  const unset = unsetVariables(stage);
  if (unset.length > 0) {
    for (const line of unset.flatMap(findingLines)) say(line);
    return unset;
  }
  const service = readService(root, { stage, env });
  const keys = { ...access(env), region: service.region };
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  return runDoctor({
    service,
    buckets: bucketsOf(env),
    noticeIds: noticesOf(env),
    call: pacedAccount(openAccount({ ...keys, cosEndpoint: env['TENCENT_COS_ENDPOINT'] }), timing),
    scf: pacedCall(openScf(keys), timing),
    resolveCname: (domain) => cnamesOf(domain),
    nowMs: systemClock,
    say,
  });
}

/** The first things that a beginner lacks: the account cannot be looked at without them. */
function unsetVariables(stage: string): Finding[] {
  const todo = 'docs/runbooks/first-deployment.md, step 1';
  const findings: Finding[] = [];
  for (const look of [() => readService(root, { stage, env }), () => access(env)]) {
    try {
      look();
    } catch (error) {
      if (!(error instanceof ServiceInvalid || error instanceof DeploymentUnset)) throw error;
      const problems = error instanceof ServiceInvalid ? error.problems : [error.message];
      findings.push(...problems.map((problem) => wrong('variables', problem, todo)));
    }
  }
  return findings;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  return 2;
});
