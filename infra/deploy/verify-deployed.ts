import type { CustomDomain } from '../serverless/service.ts';
import { type DesiredFunction, LIVE } from './desired-function.ts';
import { isLayerText, layerText, readVersionText } from './function-mark.ts';
import { planDomain } from './plan-domain.ts';
import { allPages, type DeployedFunction, findDomain, listDeployed } from './read-deployed.ts';
import type { ScfCall, ScfResponse } from './scf-call.ts';
import { isRight, listTriggers } from './set-triggers.ts';

/**
 * Reads back everything that a deploy has written and answers what is not as wanted: the version that serves, its
 * configuration field by field, triggers, retries, reserved concurrency, the domain's rules. `IgnoreSysLog` alone is
 * in no answer of the API.
 */
export async function verifyDeployed(
  call: ScfCall,
  functions: readonly DesiredFunction[],
  domain: { readonly wanted: CustomDomain | null; readonly namespaces: readonly string[] },
): Promise<string[]> {
  const problems: string[] = [];
  const deployed = await listDeployed(call, domain.namespaces);
  // The calls are paced one by one, so side by side they only wait together.
  const read = await Promise.all(
    functions.map(async (one) => {
      const listed = deployed.find(({ name, namespace }) => name === one.name && namespace === one.namespace);
      return { one, list: await problemsOf(call, one, listed) };
    }),
  );
  for (const { one, list } of read) {
    problems.push(...list.map((problem) => `${one.namespace}/${one.name}: ${problem}`));
  }
  if (domain.wanted) {
    const found = await findDomain(call, domain.wanted.domain);
    const { kind, added, changed, removed } = planDomain(domain.wanted, found, new Set(domain.namespaces));
    const rules = [...added, ...changed, ...removed].join(', ');
    if (kind === 'create') problems.push(`domain ${domain.wanted.domain} does not exist`);
    if (kind === 'update')
      problems.push(`domain ${domain.wanted.domain} differs: ${rules || 'protocol or certificate'}`);
  }
  return problems;
}

async function problemsOf(call: ScfCall, one: DesiredFunction, listed?: DeployedFunction): Promise<string[]> {
  const at = { FunctionName: one.name, Namespace: one.namespace };
  const problems: string[] = [];
  const { FunctionVersion: version = '' } = await call('GetAlias', { ...at, Name: LIVE });
  if (listed?.mark?.state !== 'deployed' || listed.mark.hash !== one.hash) problems.push('its deploy has not ended');
  const versions = await allPages(async (Offset, Limit) => {
    const page = await call('ListVersionByFunction', { ...at, Offset, Limit });
    return { items: page.Versions ?? [], total: page.TotalCount ?? 0 };
  });
  const serving = versions.find(({ Version }) => Version === version);
  if (readVersionText(serving?.Description)?.hash !== one.versionHash) {
    problems.push(`version ${version} serves, which is not what was built here`);
  } else {
    const live = await call('GetFunction', { ...at, Qualifier: version, ShowCode: 'FALSE' });
    problems.push(...differences(one, live));
  }
  const triggers = await listTriggers(call, one);
  for (const wanted of one.triggers) {
    if (!triggers.some((trigger) => isRight(trigger, wanted)))
      problems.push(`${wanted.type} ${wanted.name} is not set`);
  }
  for (const { Type, TriggerName } of triggers.filter((old) => !one.triggers.some((wanted) => isRight(old, wanted)))) {
    problems.push(`${Type} ${TriggerName} is not wanted`);
  }
  const { ReservedMem = 0 } = await call('GetReservedConcurrencyConfig', at);
  if (ReservedMem !== (one.reservedMb ?? 0))
    problems.push(`${ReservedMem} MB are reserved, not ${one.reservedMb ?? 0}`);
  return [...problems, ...(await retryProblems(call, one))];
}

async function retryProblems(call: ScfCall, { name, namespace, asyncInvoke }: DesiredFunction): Promise<string[]> {
  if (asyncInvoke === null) return [];
  const at = { FunctionName: name, Namespace: namespace };
  const { AsyncTriggerConfig: found } = await call('GetFunctionEventInvokeConfig', at);
  const isSame = found?.MsgTTL === asyncInvoke.maxAgeSeconds && found.RetryConfig[0]?.RetryNum === asyncInvoke.retries;
  return isSame ? [] : ['its retries differ'];
}

/** Keys are named, values never: an environment may hold what is nobody's business. */
function differences(one: DesiredFunction, live: ScfResponse<'GetFunction'>): string[] {
  const { MemorySize, Timeout, InitTimeout, Role, Environment, VpcConfig, PublicNetConfig } = one.configuration;
  const differing = [
    ['memory', live.MemorySize, MemorySize],
    ['timeout', live.Timeout, Timeout],
    ['initTimeout', live.InitTimeout, InitTimeout],
    ['role', live.Role ?? '', Role],
    ['log topic', live.ClsTopicId ?? '', one.configuration.ClsTopicId ?? live.ClsTopicId ?? ''],
    ['dead letter', nameOf(live.DeadLetterConfig), nameOf(one.configuration.DeadLetterConfig)],
    ['handler', live.Handler, one.handler],
    ['runtime', live.Runtime, one.runtime],
    ['vpc', live.VpcConfig?.VpcId ?? '', VpcConfig?.VpcId ?? ''],
    ['subnet', live.VpcConfig?.SubnetId ?? '', VpcConfig?.SubnetId ?? ''],
    // Without a VPC nothing is asked for, and the platform's own way out is there.
    ['way out', wayOut(live.PublicNetConfig), wayOut(PublicNetConfig ?? live.PublicNetConfig)],
    [
      'layers',
      layersOf(live),
      one.layers.map(({ name, code }) => `${name} (${layerText(code.hash)})`).join(', ') || 'none',
    ],
  ].filter(([, is, wanted]) => is !== wanted);
  const variables = (list: { Key?: string; Value?: string }[] = []) =>
    new Map(list.map(({ Key, Value }) => [Key, Value]));
  const is = variables(live.Environment?.Variables);
  const wanted = variables(Environment.Variables);
  const keys = [...new Set([...is.keys(), ...wanted.keys()])].filter((key) => is.get(key) !== wanted.get(key));
  return [
    ...differing.map(([name, found, asked]) => `${name} is ${found}, not ${asked}`),
    ...keys.map((key) => `environment ${key} differs`),
  ];
}

/** Those of ours. */
const layersOf = ({ Layers = [] }: ScfResponse<'GetFunction'>): string =>
  Layers.filter(({ Description }) => isLayerText(Description))
    .map(({ LayerName, Description }) => `${LayerName} (${Description})`)
    .join(', ') || 'none';

const nameOf = (config: { Type?: string; Name?: string } | null | undefined): string =>
  config?.Name ? `${config.Type}/${config.Name}` : 'none';

const wayOut = (config: { PublicNetStatus?: string; EipConfig?: { EipStatus?: string } } | null | undefined): string =>
  `${config?.PublicNetStatus ?? 'unknown'}, fixed address ${config?.EipConfig?.EipStatus ?? 'unknown'}`;
