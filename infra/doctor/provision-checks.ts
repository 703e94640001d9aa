import { type AccountCall, listAll } from '../provision/account-call.ts';
import type { Part } from '../provision/part.ts';
import { ask, type Check, type Finding, ok, wrong } from './finding.ts';

/** What provisioning makes, looked at as it looks; secrets have checks of their own. What is in order is counted. */
export function provisionChecks(call: AccountCall, parts: readonly Part[], stage: string): Check[] {
  const made = parts.filter(({ name }) => !name.startsWith('secret '));
  return [
    {
      name: 'role SCF_QcsRole',
      look: async () => {
        const roles = await listAll(call, 'cam', 'DescribeRoleList', 'List');
        if (roles.some((one) => one['RoleName'] === 'SCF_QcsRole')) return [ok('role SCF_QcsRole', 'there')];
        const todo = 'open the SCF console once and grant what it asks for: the platform itself works by this role';
        return [wrong('role SCF_QcsRole', 'missing', todo)];
      },
    },
    {
      name: 'buckets, logs and roles',
      look: async () => {
        const findings: Finding[] = [];
        for (const part of made) findings.push(...(await lookAt(part, stage)));
        const inOrder = made.length - findings.length;
        return inOrder === 0
          ? findings
          : [ok('buckets, logs and roles', `${inOrder} parts are as they are to be`), ...findings];
      },
    },
  ];
}

async function lookAt({ name, look }: Part, stage: string): Promise<Finding[]> {
  const step = await look();
  if (step === null) return [];
  if (step.change === 'waiting') return [ask(name, 'not set', step.note ?? '')];
  const said = step.change === 'create' ? 'missing' : `differs${step.note ? `: ${step.note}` : ''}`;
  return [wrong(name, said, `npm run provision -- --stage ${stage}`)];
}
