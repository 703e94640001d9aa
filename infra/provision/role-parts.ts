import { isDeepStrictEqual } from 'node:util';
import type { Service } from '../serverless/service.ts';
import { type AccountCall, type Answer, listAll } from './account-call.ts';
import type { Part } from './part.ts';
import { policyDocument, type ResourceNames } from './policy-document.ts';

/** What lets SCF take on the role, and nobody else. */
const TRUST = {
  version: '2.0',
  statement: [{ action: 'name/sts:AssumeRole', effect: 'allow', principal: { service: ['scf.qcloud.com'] } }],
};
const DESCRIPTION = 'made by provisioning from serverless.yml';

/** For each function that may reach anything: a role, a policy of the same name, and that one policy attached to it. */
export function roleParts(call: AccountCall, { functions }: Service, names: () => Promise<ResourceNames>): Part[] {
  return functions.flatMap((entry) => {
    const { role } = entry;
    if (role === null) return [];
    return [
      rolePart(call, role),
      policyPart(call, role, async () => policyDocument(entry, await names())),
      attachmentPart(call, role),
    ];
  });
}

function rolePart(call: AccountCall, RoleName: string): Part {
  return {
    name: `role ${RoleName}`,
    look: async () => {
      const found = (await listAll(call, 'cam', 'DescribeRoleList', 'List')).find(
        (one) => one['RoleName'] === RoleName,
      );
      const PolicyDocument = JSON.stringify(TRUST);
      if (!found) {
        const request = { RoleName, PolicyDocument, Description: DESCRIPTION };
        return { change: 'create', run: () => call('cam', 'CreateRole', request) };
      }
      if (isSame(found['PolicyDocument'], TRUST)) return null;
      const run = () => call('cam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
      return { change: 'update', note: 'who may take it on', run };
    },
  };
}

function policyPart(call: AccountCall, PolicyName: string, wanted: () => Promise<unknown>): Part {
  return {
    name: `policy ${PolicyName}`,
    look: async () => {
      const document = await wanted();
      const PolicyDocument = JSON.stringify(document);
      const found = await findPolicy(call, PolicyName);
      if (!found) {
        const request = { PolicyName, PolicyDocument, Description: DESCRIPTION };
        return { change: 'create', run: () => call('cam', 'CreatePolicy', request) };
      }
      const { PolicyDocument: held } = await call('cam', 'GetPolicy', { PolicyId: found['PolicyId'] });
      if (isSame(held, document)) return null;
      return { change: 'update', run: () => call('cam', 'UpdatePolicy', { PolicyName, PolicyDocument }) };
    },
  };
}

/** The role's own policy, and no other: one that somebody attached by hand would widen what the function may do. */
function attachmentPart(call: AccountCall, name: string): Part {
  return {
    name: `policies of role ${name}`,
    look: async () => {
      const roles = await listAll(call, 'cam', 'DescribeRoleList', 'List');
      const exists = roles.some((one) => one['RoleName'] === name);
      const held = exists ? await listAll(call, 'cam', 'ListAttachedRolePolicies', 'List', { RoleName: name }) : [];
      const surplus = held.filter((one) => one['PolicyName'] !== name);
      const isAttached = held.length > surplus.length;
      if (isAttached && surplus.length === 0) return null;
      const run = async (): Promise<void> => {
        if (!isAttached) await call('cam', 'AttachRolePolicy', { PolicyName: name, AttachRoleName: name });
        for (const { PolicyId } of surplus) await call('cam', 'DetachRolePolicy', { PolicyId, DetachRoleName: name });
      };
      const note = surplus.length > 0 ? `detaches ${surplus.map((one) => String(one['PolicyName'])).join(', ')}` : '';
      return { change: isAttached ? 'update' : 'create', note, run };
    },
  };
}

export async function findPolicy(call: AccountCall, name: string): Promise<Answer | undefined> {
  const found = await listAll(call, 'cam', 'ListPolicies', 'List', { Scope: 'Local', Keyword: name });
  return found.find((one) => one['PolicyName'] === name);
}

function isSame(held: unknown, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(held)), JSON.parse(JSON.stringify(wanted)));
  } catch {
    return false;
  }
}
