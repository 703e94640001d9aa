import type { CustomDomain } from '../serverless/service.ts';
import { settle, type Timing } from './paced-call.ts';
import { findDomain, listDeployed } from './read-deployed.ts';
import { removeFunction } from './remove-function.ts';
import { removeAllLayers } from './remove-layers.ts';
import type { ScfCall } from './scf-call.ts';

export interface RemoveOptions {
  readonly call: ScfCall;
  readonly timing: Timing;
  readonly say: (line: string) => void;
}

/**
 * Takes a stage's functions away: its rules of the domain (the domain itself when no other rule is left), its functions
 * with their versions and triggers, its layers, and namespaces that are empty then. Whatever carries no mark of ours is left.
 * Buckets, secrets and the database are not touched: they hold the merchants' data.
 */
export async function removeService(
  service: {
    readonly customDomain: CustomDomain | null;
    readonly namespaces: readonly string[];
    /** Its layers' names begin so. */
    readonly layerPrefix: string;
  },
  { call, timing, say }: RemoveOptions,
): Promise<void> {
  const { customDomain, namespaces, layerPrefix } = service;
  if (customDomain) await settle(() => leaveDomain(call, customDomain.domain, namespaces, say), timing);
  const deployed = await settle(() => listDeployed(call, namespaces), timing);
  for (const one of deployed) {
    if (one.mark === null) {
      say(`left: ${one.namespace}/${one.name} was not made by this service`);
      continue;
    }
    await settle(() => removeFunction(call, one), timing);
    say(`- ${one.namespace}/${one.name}`);
  }
  await settle(() => removeAllLayers(call, layerPrefix, say), timing);
  const kept = new Set(deployed.filter(({ mark }) => mark === null).map(({ namespace }) => namespace));
  for (const name of namespaces) {
    if (kept.has(name)) continue;
    await settle(() => removeNamespace(call, name), timing);
    say(`- namespace ${name}`);
  }
}

async function leaveDomain(
  call: ScfCall,
  domain: string,
  namespaces: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const found = await findDomain(call, domain);
  if (found === null) return;
  const { EndpointsConfig = [] } = found;
  const others = EndpointsConfig.filter(({ Namespace }) => !namespaces.includes(Namespace));
  if (others.length === EndpointsConfig.length && others.length > 0) return;
  if (others.length === 0) await call('DeleteCustomDomain', { Domain: domain });
  else await call('UpdateCustomDomain', { Domain: domain, EndpointsConfig: others });
  say(others.length === 0 ? `- domain ${domain}` : `- the service's rules of domain ${domain}`);
}

async function removeNamespace(call: ScfCall, name: string): Promise<void> {
  try {
    await call('DeleteNamespace', { Namespace: name });
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('ResourceNotFound')) throw error;
  }
}
