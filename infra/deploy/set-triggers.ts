import { type DesiredFunction, type DesiredTrigger, LIVE } from './desired-function.ts';
import { allPages } from './read-deployed.ts';
import type { ScfCall, ScfResponse } from './scf-call.ts';

type DeployedTrigger = NonNullable<ScfResponse<'ListTriggers'>['Triggers']>[number];

/**
 * Triggers as they should be: those that are right stay, a function URL and a timer are rewritten in place, a COS rule is
 * taken away and set anew (it has no update, and two that overlap are refused). What its events miss meanwhile, the
 * sweeper finds.
 */
export async function setTriggers(call: ScfCall, one: DesiredFunction): Promise<void> {
  const deployed = await listTriggers(call, one);
  const surplus = deployed.filter((old) => !one.triggers.some((wanted) => isSlotOf(old, wanted)));
  for (const old of surplus) await deleteTrigger(call, one, old);
  for (const wanted of one.triggers) {
    const old = deployed.find((trigger) => isSlotOf(trigger, wanted));
    if (old === undefined) await call('CreateTrigger', { ...requestOf(one, wanted), Enable: 'OPEN' });
    else if (!isRight(old, wanted)) await call('UpdateTrigger', { ...requestOf(one, wanted), Enable: 'OPEN' });
  }
}

export async function listTriggers(call: ScfCall, { name, namespace }: { name: string; namespace: string }) {
  return allPages(async (Offset, Limit) => {
    const page = await call('ListTriggers', { FunctionName: name, Namespace: namespace, Offset, Limit });
    return { items: page.Triggers ?? [], total: page.TotalCount ?? 0 };
  });
}

export async function deleteTrigger(
  call: ScfCall,
  { name, namespace }: { name: string; namespace: string },
  { TriggerName = '', Type = '', TriggerDesc, Qualifier }: DeployedTrigger,
): Promise<void> {
  await call('DeleteTrigger', {
    FunctionName: name,
    Namespace: namespace,
    TriggerName,
    Type,
    // Only a COS rule is told by its description: several may share their bucket's name.
    ...(Type === 'cos' && TriggerDesc !== undefined && { TriggerDesc: compact(TriggerDesc) }),
    ...(Qualifier !== undefined && { Qualifier }),
  });
}

const requestOf = (one: DesiredFunction, { type, name, description, argument }: DesiredTrigger) => ({
  FunctionName: one.name,
  Namespace: one.namespace,
  TriggerName: name,
  Type: type,
  TriggerDesc: description,
  Qualifier: LIVE,
  ...(type === 'timer' && argument !== '' && { CustomArgument: argument }),
});

/** Whether the deployed one takes the wanted one's place, right or not. */
function isSlotOf(old: DeployedTrigger, wanted: DesiredTrigger): boolean {
  if (old.Type !== wanted.type || old.TriggerName !== wanted.name) return false;
  // What cannot be updated is the same or another.
  if (wanted.type === 'cos') return isRight(old, wanted);
  return old.Qualifier === LIVE;
}

/** Whether the deployed one does what is wanted. */
export function isRight(old: DeployedTrigger, wanted: DesiredTrigger): boolean {
  if (old.Type !== wanted.type || old.TriggerName !== wanted.name || old.Qualifier !== LIVE) return false;
  if (old.Enable === 0) return false;
  if (wanted.type === 'timer') {
    return cronOf(old.TriggerDesc ?? '') === wanted.description && (old.CustomArgument ?? '') === wanted.argument;
  }
  return contains(parse(old.TriggerDesc ?? ''), parse(wanted.description));
}

/** A timer is written as a cron and read as `{"cron":"…"}`. */
function cronOf(description: string): string {
  const value = parse(description);
  return isRecord(value) && typeof value['cron'] === 'string' ? value['cron'] : description;
}

/** The platform adds to what it was told (a function URL's address), and may order it anew. */
function contains(whole: unknown, part: unknown): boolean {
  if (!isRecord(part)) return whole === part;
  return isRecord(whole) && Object.entries(part).every(([key, value]) => contains(whole[key], value));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const compact = (description: string): string => {
  const value = parse(description);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
