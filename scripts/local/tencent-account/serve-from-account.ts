import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { unzipSync } from 'fflate';
import { matchPath } from '../../../infra/serverless/match-path.ts';
import {
  resolveQualifier,
  type ScfFunction,
  type ScfState,
  type Snapshot,
  statusNow,
  type Trigger,
} from './scf-state.ts';

/** What would answer a path of the domain now: the rule, its function, the version that its alias names. */
export interface Target {
  readonly found: ScfFunction;
  readonly snapshot: Snapshot;
}

/** @throws when a request would meet an error of the platform's */
export function targetOf(state: ScfState, domain: string, path: string): Target {
  const rules = (state.domains.get(domain)?.endpoints ?? []).map((rule) => ({ ...rule, path: rule.PathMatch }));
  const rule = matchPath(rules, path);
  if (!rule) throw new Error(`${domain}${path}: no rule`);
  const found = state.functions.find(
    ({ name, namespace }) => name === rule.FunctionName && namespace === rule.Namespace,
  );
  if (!found) throw new Error(`${domain}${path}: no function`);
  if (
    !found.triggers.some(({ type, qualifier, isOpen }) => type === 'http' && qualifier === rule.Qualifier && isOpen)
  ) {
    throw new Error(`${domain}${path}: no function URL`);
  }
  return { found, snapshot: liveSnapshot(state, found, rule.Qualifier) };
}

/** @throws when that version does not serve */
export function liveSnapshot(state: ScfState, found: ScfFunction, qualifier: string): Snapshot {
  const version = resolveQualifier(found, qualifier);
  const status = version === '$LATEST' ? found.status : version.status;
  if (statusNow(state, status) !== 'Active') throw new Error(`${found.name} is ${statusNow(state, status)}`);
  return version === '$LATEST' ? found.latest : version.snapshot;
}

/** Calls the deployed handler in this process, as it lies in the zip: for functions of one small file. */
export async function serveFromAccount(state: ScfState, domain: string, path: string): Promise<unknown> {
  return run(targetOf(state, domain, path).snapshot, { path });
}

/** What every function answers that an object with this key would reach now, by the rules of its bucket's events. */
export const answersToUpload = (state: ScfState, key: string): Promise<unknown[]> =>
  answersOf(state, { key }, ({ type, description }) => {
    if (type !== 'cos') return false;
    const { filter } = JSON.parse(description) as { filter?: { Prefix?: string; Suffix?: string } }; // checked when it was set
    return key.startsWith(filter?.Prefix ?? '') && key.endsWith(filter?.Suffix ?? '');
  });

/** The same for a tick of the timers of this name. */
export const answersToTick = (state: ScfState, name: string): Promise<unknown[]> =>
  answersOf(state, { name }, (trigger) => trigger.type === 'timer' && trigger.name === name);

/** One answer for each trigger that fires. @throws when one of them leads to what does not serve */
function answersOf(state: ScfState, event: object, fires: (trigger: Trigger) => boolean): Promise<unknown[]> {
  const fired = state.functions.flatMap((found) =>
    found.triggers.filter((trigger) => trigger.isOpen && fires(trigger)).map(({ qualifier }) => ({ found, qualifier })),
  );
  return Promise.all(fired.map(async ({ found, qualifier }) => run(liveSnapshot(state, found, qualifier), event)));
}

function run({ handler, zip }: Snapshot, event: object): unknown {
  const [file, name = ''] = handler.split('.');
  const source = Buffer.from(unzipSync(zip)[`${file}.js`] ?? '').toString('utf8');
  const exports: Record<string, (event: unknown) => unknown> = {};
  compileFunction(source, ['exports', 'require'])(exports, createRequire(import.meta.url));
  return exports[name]?.(event);
}
