import { type DeployedFunction, listDeployed, listNamespaces } from '../deploy/read-deployed.ts';
import type { ScfCall } from '../deploy/scf-call.ts';
import type { Service } from '../serverless/service.ts';
import type { AccountCall } from './account-call.ts';
import { findPolicy } from './role-parts.ts';

/** What serves still must not lose its role and its logs. @returns why nothing may go; null: it may */
export async function whyNotRemoved(call: AccountCall, scf: ScfCall, service: Service): Promise<string | null> {
  const { stage, region, functions } = service;
  const namespaces = [...new Set(functions.map(({ namespace }) => namespace))];
  const standing = (await listDeployed(scf, namespaces)).filter(({ mark }) => mark !== null);
  if (standing.length > 0)
    return `${standing.length} functions still stand: first npx serverless remove --stage ${stage}`;
  const elsewhere = await otherRegion(call, service);
  if (elsewhere === null) return null;
  const { role, named } = elsewhere;
  return `stage ${stage} is in ${named}, as policy ${role} says, and functions were looked for in ${region}: set TENCENT_REGION=${named}`;
}

export const rolesOf = ({ functions }: Service): string[] => [...new Set(functions.flatMap(({ role }) => role ?? []))];

/** `qcs::{service}:{region}:`; the region is empty for what has none. */
const REGION = /qcs::\w+:([a-z][a-z0-9-]*):/g;

/** Roles are the whole account's and functions a region's: what the roles' policies name tells where they work. */
async function otherRegion(call: AccountCall, service: Service): Promise<{ role: string; named: string } | null> {
  for (const role of rolesOf(service)) {
    const PolicyId = (await findPolicy(call, role))?.['PolicyId'];
    if (PolicyId === undefined) continue;
    const { PolicyDocument } = await call('cam', 'GetPolicy', { PolicyId });
    const named = [...String(PolicyDocument).matchAll(REGION)].find(([, region]) => region !== service.region)?.[1];
    if (named !== undefined) return { role, named };
  }
  return null;
}

/** By each value in the environment of a function of any stage: whose it is. A bucket among them is in use. */
export async function valuesInUse(scf: ScfCall, { name }: Service): Promise<ReadonlyMap<string, string>> {
  const namespaces = (await listNamespaces(scf)).filter((one) => one.startsWith(`${name}-`));
  const found = await Promise.all((await listDeployed(scf, namespaces)).map((one) => environmentOf(scf, one)));
  return new Map(found.flat());
}

async function environmentOf(scf: ScfCall, { namespace, name }: DeployedFunction): Promise<[string, string][]> {
  const at = { Namespace: namespace, FunctionName: name, ShowCode: 'FALSE' };
  const { Environment } = await scf('GetFunction', at);
  return (Environment?.Variables ?? []).map(({ Value = '' }) => [Value, `${namespace}/${name}`]);
}
