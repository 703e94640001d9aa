import { codeOf } from '../deploy/paced-call.ts';
import { messageOf } from '../deploy/run-deploy.ts';
import { type Check, type Finding, wrong } from './finding.ts';

const SIGNS = { ok: '✓', wrong: '✗', ask: '?' } as const;

/** Every check, one after another, whatever the others find; each finding is said as soon as it is there. */
export async function runChecks(checks: readonly Check[], say: (line: string) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    const found = await look().catch((error: unknown) => [unanswered(name, error)]);
    for (const line of found.flatMap(findingLines)) say(line);
    findings.push(...found);
  }
  return findings;
}

export const findingLines = ({ name, state, said, todo }: Finding): string[] => [
  `${SIGNS[state]} ${name}: ${said}${todo && `\n    ${todo}`}`,
];

function unanswered(name: string, error: unknown): Finding {
  const code = codeOf(error);
  const todo = /^(UnauthorizedOperation|AuthFailure\.Unauthorized)/.test(code)
    ? 'let the CAM user whose keys these are do this: docs/runbooks/first-deployment.md, step 8'
    : code.startsWith('AuthFailure')
      ? 'TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY: keys of a CAM user of this account, not disabled; this clock right to 5 minutes'
      : 'look at the message; when the network or the platform is at fault, run it again';
  return wrong(name, messageOf(error), todo);
}
