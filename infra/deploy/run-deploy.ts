import { type ApplyContext, applyFunction, type CodeOf } from './apply-function.ts';
import type { DesiredFunction } from './desired-function.ts';
import { settle, type Timing } from './paced-call.ts';
import { type DeployPlan, describePlan, isEmpty, planDeploy, type Wanted } from './plan-deploy.ts';
import type { DomainPlan } from './plan-domain.ts';
import { layerPublisher } from './publish-layer.ts';
import { removeFunction } from './remove-function.ts';
import { removeOldLayers } from './remove-layers.ts';
import type { ScfCall } from './scf-call.ts';

export interface DeployOptions {
  readonly call: ScfCall;
  readonly timing: Timing;
  readonly codeOf: CodeOf;
  readonly say: (line: string) => void;
  /** Prints the plan and stops. */
  readonly dryRun?: boolean;
}

export interface DeployOutcome {
  readonly plan: DeployPlan;
  readonly done: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
  /** Not tried, because something before it failed. */
  readonly skipped: readonly string[];
}

/** Nothing was changed: the plan itself says why. */
export class DeployRefused extends Error {
  override readonly name = 'DeployRefused';
}

/**
 * Functions at once: each waits for the platform most of its time, and the calls' own rate is reached by about so many. It also
 * bounds what is unfinished when a deploy is cut off.
 */
const AT_ONCE = 12;

/**
 * Plans, prints the plan, and carries it out: namespaces, functions side by side, then the domain, then what is no longer
 * wanted. A function that fails keeps its old version serving; then domain and removals wait for the next run, so that
 * no path leads to what is not there. @throws DeployRefused
 */
export async function runDeploy(wanted: Wanted, options: DeployOptions): Promise<DeployOutcome> {
  const { call, timing, say, dryRun = false } = options;
  const plan = await settle(() => planDeploy(call, wanted, timing.nowMs()), timing);
  for (const line of describePlan(plan)) say(line);
  if (plan.problems.length > 0) throw new DeployRefused(plan.problems.join('\n'));
  const nothing = { plan, done: [], failed: [], skipped: [] };
  if (dryRun || isEmpty(plan)) return nothing;
  await createNamespaces(plan.namespaces, options);
  const work = [...plan.create, ...plan.update];
  const runtime = work[0]?.runtime ?? '';
  const layerVersion = layerPublisher({ call, timing, runtime, contentOf: options.codeOf });
  const outcome = await applyAll(work, { ...options, layerVersion, release: plan.release }, say);
  const rest = [
    ...(plan.domain && plan.domain.kind !== 'unchanged' ? [`domain ${plan.domain.request.Domain}`] : []),
    ...plan.remove.map(({ name }) => `removal of ${name}`),
  ];
  if (outcome.failed.length > 0) return { plan, ...outcome, skipped: rest };
  // Without all that use a layer nobody knows which of its versions is needed.
  const isLayered = ({ layers }: DesiredFunction) => layers.length > 0;
  const users = !wanted.only && work.some(isLayered) ? wanted.functions.filter(isLayered) : [];
  return { plan, ...(await finish(plan, outcome.done, users, options)) };
}

type Finished = Omit<DeployOutcome, 'plan'>;

async function createNamespaces(names: readonly string[], { call, timing }: DeployOptions): Promise<void> {
  for (const name of names) {
    await settle(async () => {
      try {
        await call('CreateNamespace', { Namespace: name, Description: 'yiying' });
      } catch (error) {
        if (!(error as { code?: string }).code?.startsWith('ResourceInUse')) throw error;
      }
    }, timing);
  }
}

async function applyAll(
  work: readonly DesiredFunction[],
  context: ApplyContext,
  say: (line: string) => void,
): Promise<Omit<Finished, 'skipped'>> {
  const done: string[] = [];
  const failed: { name: string; error: unknown }[] = [];
  const queue = [...work];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const { name } = one;
      try {
        const version = await applyFunction(one, context, (step) => say(`  ${name}: ${step}`));
        done.push(name);
        say(`✓ ${name} version ${version} (${done.length + failed.length}/${work.length})`);
      } catch (error) {
        failed.push({ name, error });
        say(`✗ ${name}: ${messageOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done, failed };
}

async function finish(
  plan: DeployPlan,
  functions: readonly string[],
  layered: readonly DesiredFunction[],
  options: DeployOptions,
): Promise<Finished> {
  const { call, timing, say } = options;
  const done = [...functions];
  const failed: { name: string; error: unknown }[] = [];
  const attempt = async (name: string, run: () => Promise<void>): Promise<boolean> => {
    try {
      await settle(run, timing);
      done.push(name);
      say(`✓ ${name}`);
    } catch (error) {
      failed.push({ name, error });
      say(`✗ ${name}: ${messageOf(error)}`);
    }
    return failed.length === 0;
  };
  const { domain } = plan;
  if (domain && domain.kind !== 'unchanged') {
    const ok = await attempt(`domain ${domain.request.Domain}`, () => setDomain(call, domain));
    // A path may still lead to what would be removed.
    if (!ok) return { done, failed, skipped: plan.remove.map(({ name }) => `removal of ${name}`) };
  }
  for (const old of plan.remove) await attempt(`removal of ${old.name}`, () => removeFunction(call, old));
  if (layered.length > 0) await attempt('old versions of layers', () => removeOldLayers(call, layered, say));
  return { done, failed, skipped: [] };
}

async function setDomain(call: ScfCall, { kind, request }: DomainPlan): Promise<void> {
  if (kind === 'create') {
    try {
      await call('CreateCustomDomain', request);
      return;
    } catch (error) {
      // It was made by an attempt whose answer got lost.
      if (!/^(ResourceInUse|InvalidParameterValue\.DomainExist)/.test((error as { code?: string }).code ?? ''))
        throw error;
    }
  }
  await call('UpdateCustomDomain', request);
}

/** Tencent's code in front of its message: what a search finds. */
export function messageOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return [code, message ?? String(error)].filter(Boolean).join(': ');
}
