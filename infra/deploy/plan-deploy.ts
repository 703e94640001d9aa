import type { CustomDomain } from '../serverless/service.ts';
import type { DesiredFunction } from './desired-function.ts';
import { type FunctionMark, releaseAt } from './function-mark.ts';
import { type DomainPlan, planDomain } from './plan-domain.ts';
import { type DeployedFunction, findDomain, listDeployed, listNamespaces } from './read-deployed.ts';
import type { ScfCall } from './scf-call.ts';

/** What a deploy will do, decided before anything is done. */
export interface DeployPlan {
  readonly release: string;
  readonly namespaces: readonly string[];
  readonly create: readonly DesiredFunction[];
  readonly update: readonly (DesiredFunction & { readonly why: string })[];
  readonly unchanged: readonly DesiredFunction[];
  /** Ours, and no longer wanted. */
  readonly remove: readonly DeployedFunction[];
  readonly domain: DomainPlan | null;
  /** Why the deploy cannot be done at all. */
  readonly problems: readonly string[];
}

export interface Wanted {
  readonly functions: readonly DesiredFunction[];
  /** Every namespace of the service, also of functions that this run leaves alone. */
  readonly namespaces: readonly string[];
  readonly customDomain: CustomDomain | null;
  /** `deploy function -f`: these alone, and neither domain nor removals. */
  readonly only?: readonly string[] | undefined;
}

export async function planDeploy(call: ScfCall, wanted: Wanted, nowMs: number): Promise<DeployPlan> {
  const { namespaces, customDomain, only } = wanted;
  const existing = await listNamespaces(call);
  const deployed = await listDeployed(call, namespaces);
  const chosen = wanted.functions.filter(({ name }) => only?.includes(name) ?? true);
  const problems: string[] = [];
  const create: DesiredFunction[] = [];
  const update: (DesiredFunction & { why: string })[] = [];
  const unchanged: DesiredFunction[] = [];
  for (const one of chosen) {
    const old = deployed.find(({ name, namespace }) => name === one.name && namespace === one.namespace);
    if (!old) create.push(one);
    else {
      const problem = obstacle(one, old);
      if (problem !== null) problems.push(problem);
      else if (isDone(one, old)) unchanged.push(one);
      else update.push({ ...one, why: reason(one, old.mark) });
    }
  }
  const isWanted = (old: DeployedFunction) =>
    wanted.functions.some(({ name, namespace }) => name === old.name && namespace === old.namespace);
  const domain =
    customDomain && !only
      ? planDomain(customDomain, await findDomain(call, customDomain.domain), new Set(namespaces))
      : null;
  return {
    release: releaseToResume(deployed) ?? releaseAt(nowMs),
    namespaces: namespaces.filter((name) => !existing.includes(name)),
    create,
    update,
    unchanged,
    remove: only ? [] : deployed.filter((old) => old.mark !== null && !isWanted(old)),
    domain,
    problems,
  };
}

export const isEmpty = ({ create, update, remove, namespaces, domain }: DeployPlan): boolean =>
  create.length + update.length + remove.length + namespaces.length === 0 &&
  (domain?.kind ?? 'unchanged') === 'unchanged';

/** A deploy that was cut off left its release on the functions that it had begun; what continues it is the same release. */
const releaseToResume = (deployed: readonly DeployedFunction[]): string | undefined =>
  deployed
    .flatMap(({ mark }) => (mark?.state === 'deploying' ? [mark.release] : []))
    .sort()
    .at(-1);

const isDone = ({ hash }: DesiredFunction, { mark, status }: DeployedFunction): boolean =>
  mark?.state === 'deployed' && mark.hash === hash && status === 'Active';

function reason({ hash }: DesiredFunction, mark: FunctionMark | null): string {
  if (mark?.state === 'deploying') return 'its last deploy did not end';
  if (mark?.state === 'rolledback') return 'it was rolled back';
  return mark?.hash === hash ? 'it is not active' : 'it changed';
}

function obstacle(one: DesiredFunction, old: DeployedFunction): string | null {
  const place = `${one.namespace}/${one.name}`;
  if (old.mark === null) {
    return `${place} exists and was not made by this service: remove it, or rename the function in serverless.yml`;
  }
  if (old.runtime !== one.runtime && old.runtime !== '') {
    return `${place} runs on ${old.runtime}, and a function's runtime cannot be changed: give it another name, or remove it first`;
  }
  return null;
}

/** The plan in lines, as it is printed before anything is done. */
export function describePlan(plan: DeployPlan): string[] {
  const place = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
  const lines = [
    ...plan.problems.map((problem) => `! ${problem}`),
    ...plan.namespaces.map((name) => `+ namespace ${name}`),
    ...plan.create.map((one) => `+ ${place(one)}`),
    ...plan.update.map((one) => `~ ${place(one)} (${one.why})`),
    ...plan.remove.map((one) => `- ${place(one)}`),
  ];
  if (plan.domain && plan.domain.kind !== 'unchanged') {
    const { kind, request, added, changed, removed } = plan.domain;
    const paths = [
      ...added.map((path) => `+${path}`),
      ...changed.map((path) => `~${path}`),
      ...removed.map((p) => `-${p}`),
    ];
    lines.push(`${kind === 'create' ? '+' : '~'} domain ${request.Domain} ${paths.join(' ')}`.trimEnd());
  }
  if (plan.unchanged.length > 0) lines.push(`= ${plan.unchanged.length} functions unchanged`);
  return lines.length === 0 ? ['nothing to do'] : lines;
}
