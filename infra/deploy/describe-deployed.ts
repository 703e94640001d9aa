import type { Service } from '../serverless/service.ts';
import { LIVE, URL_TRIGGER } from './desired-function.ts';
import { findDomain, listDeployed } from './read-deployed.ts';
import type { ScfCall } from './scf-call.ts';
import { listTriggers } from './set-triggers.ts';

/** What stands in the account, a line for each function: state, serving version, release, its address or triggers. */
export async function describeDeployed(
  call: ScfCall,
  { customDomain, functions }: Service,
  namespaces: readonly string[],
): Promise<string[]> {
  const deployed = await listDeployed(call, namespaces);
  const domain = customDomain && (await findDomain(call, customDomain.domain));
  const lines = await Promise.all(
    deployed.map(async (one) => {
      const at = { FunctionName: one.name, Namespace: one.namespace };
      const { FunctionVersion = '?' } = await call('GetAlias', { ...at, Name: LIVE });
      const triggers = await listTriggers(call, one);
      const rule = domain?.EndpointsConfig?.find(
        (rule) => rule.FunctionName === one.name && rule.Namespace === one.namespace,
      );
      const events = triggers
        .filter(({ TriggerName }) => TriggerName !== URL_TRIGGER)
        .map(({ Type, TriggerName }) => `${Type} ${TriggerName}`);
      const where = rule ? [`https://${customDomain?.domain}${rule.PathMatch}`] : events;
      const mark = one.mark ? `${one.mark.state} ${one.mark.release}` : 'not ours';
      return `${one.namespace}/${one.name}  ${one.status}  version ${FunctionVersion}  ${mark}  ${where.join(', ')}`;
    }),
  );
  const missing = functions.filter(({ name }) => !deployed.some((one) => one.name === name));
  return [...lines.sort(), ...missing.map(({ namespace, name }) => `${namespace}/${name}  not deployed`)];
}
