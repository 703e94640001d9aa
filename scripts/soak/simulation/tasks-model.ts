import { type CreditsModel, giveBack, giveShare, spend } from './credits-model.ts';
import type { ModelFeature, ModelStep, ModelTask, ModelUnit } from './model-task.ts';
import { goesOnWith, takenOver } from './repetition-model.ts';

/** What DESIGN says of tasks, leases and deadlines. Shares no code with the product, on purpose. */

const SECOND_MS = 1000;
const UPLOAD_MS = 60 * 60 * SECOND_MS;
const QUEUE_MS = 10 * 60 * SECOND_MS;
/** What an attempt may take beyond its limit: the function's timeout, the lease, the sweeper, the wait for the next. */
const ATTEMPT_EXTRA_SECONDS = 180;
const LEASE_EXTRA_SECONDS = 60;

export const isOpen = (task: ModelTask): boolean =>
  task.state === 'awaiting_upload' || task.state === 'queued' || task.state === 'processing';

/** A merchant's creating is paced: 600 at once, then one every 100 ms. `fullAtMs`: when it will be as if nothing had happened. */
export interface Pace {
  fullAtMs: number;
}
const PACE_STEP_MS = 100;
const PACE_WINDOW_MS = 60_000;

export interface NewTask {
  readonly id: string;
  readonly merchant: string;
  /** Of the merchant; none for one who does not exist. */
  readonly pace: Pace | undefined;
  readonly key: string;
  readonly hash: string;
  readonly feature: ModelFeature | undefined;
  readonly photos: number;
  readonly retryOf: string | null;
}

/** Adds the task to `tasks` where the outcome is `created`. */
export function createInModel(
  tasks: Map<string, ModelTask>,
  credits: CreditsModel,
  asked: NewTask,
  nowMs: number,
): string {
  if (!asked.pace) return 'no_account';
  const earlier = [...tasks.values()].find((task) => task.merchant === asked.merchant && task.key === asked.key);
  if (earlier) return earlier.hash === asked.hash ? 'replayed' : 'conflict';
  const { feature, pace } = asked;
  const fullAtMs = Math.max(pace.fullAtMs, nowMs) + PACE_STEP_MS;
  if (fullAtMs - nowMs > PACE_WINDOW_MS) return `rate_limited for ${fullAtMs - nowMs - PACE_WINDOW_MS} ms`;
  if (!feature) return 'no_feature';
  if (!feature.open) return 'closed';
  if (asked.photos > feature.maxPhotos) return 'too_many_inputs';
  const old = goesOnWith(tasks.get(asked.retryOf ?? ''), nowMs);
  const price = old?.state === 'succeeded' ? old.refunded : feature.credits;
  const refusal = spend(credits, { ...asked, credits: price }, feature.access, nowMs);
  if (refusal) return refusal;
  pace.fullAtMs = fullAtMs;
  tasks.set(asked.id, {
    ...{ id: asked.id, merchant: asked.merchant, credits: price, feature, key: asked.key, hash: asked.hash },
    ...{ retryOf: asked.retryOf, state: 'awaiting_upload', error: null, refunded: 0, endedAtMs: 0 },
    ...takenOver(old),
    photos: Array.from({ length: asked.photos }, () => ({ etag: undefined })),
    deadlineAtMs: nowMs + UPLOAD_MS,
  });
  return 'created';
}

export function acceptInModel(task: ModelTask | undefined, photo: number, etag: string, nowMs: number): string {
  if (!task) return 'unknown';
  if (task.state !== 'awaiting_upload') return 'ignored';
  const slot = task.photos[photo];
  if (slot) slot.etag ??= etag;
  if (task.photos.some((one) => one.etag === undefined)) return 'waiting';
  task.state = 'queued';
  task.deadlineAtMs = nowMs + QUEUE_MS;
  planStep(task, task.step, nowMs);
  return 'queued';
}

function planStep(task: ModelTask, step: number, nowMs: number): void {
  const { units, attempts, limitSeconds } = task.feature.steps[step] as ModelStep;
  for (let unit = 0; unit < units; unit++) {
    if (unitOf(task, step, unit)) continue;
    task.units.push({
      ...{ step, unit, maxAttempts: attempts, limitSeconds, state: 'waiting', attempts: 0, nextAtMs: nowMs },
      ...{ lease: undefined, leaseEndsAtMs: 0 },
    });
  }
}

const processingDeadline = (step: ModelStep, nowMs: number): number =>
  nowMs + step.attempts * (step.limitSeconds + ATTEMPT_EXTRA_SECONDS) * SECOND_MS;

const unitOf = (task: ModelTask | undefined, step: number, unit: number): ModelUnit | undefined =>
  task?.units.find((one) => one.step === step && one.unit === unit);

export function refuseInModel(
  task: ModelTask | undefined,
  credits: CreditsModel,
  error: string,
  nowMs: number,
): string {
  if (!task) return 'unknown';
  if (task.state !== 'awaiting_upload') return 'ignored';
  endInModel(task, credits, 'failed', error, false, nowMs);
  return 'failed';
}

function endInModel(
  task: ModelTask,
  credits: CreditsModel,
  state: 'failed' | 'canceled' | 'expired',
  error: string,
  ours: boolean,
  nowMs: number,
): void {
  task.state = state;
  task.error = error;
  task.endedAtMs = nowMs;
  for (const unit of task.units) if (unit.state === 'waiting' || unit.state === 'leased') unit.state = 'dropped';
  giveBack(credits, task.id, ours, nowMs);
}

export function claimInModel(task: ModelTask | undefined, at: [number, number], lease: string, nowMs: number): string {
  const unit = unitOf(task, ...at);
  if (!task || !unit) return 'unknown';
  if (unit.state === 'done' || unit.state === 'failed' || unit.state === 'dropped') return 'ended';
  if (unit.state === 'leased') return 'busy';
  if (unit.nextAtMs > nowMs) return 'early';
  unit.state = 'leased';
  unit.attempts += 1;
  unit.lease = lease;
  unit.leaseEndsAtMs = nowMs + (unit.limitSeconds + LEASE_EXTRA_SECONDS) * SECOND_MS;
  if (task.state === 'queued') {
    task.state = 'processing';
    task.deadlineAtMs = processingDeadline(task.feature.steps[unit.step] as ModelStep, nowMs);
  }
  return 'claimed';
}

export function finishInModel(
  task: ModelTask | undefined,
  credits: CreditsModel,
  at: [number, number],
  lease: string,
  outputs: number,
  nowMs: number,
): string {
  const unit = unitOf(task, ...at);
  if (!task || !unit || unit.state !== 'leased' || unit.lease !== lease) return 'lost';
  unit.state = 'done';
  task.outputs += outputs;
  return unitEnded(task, credits, at[0], 'unit_done', nowMs);
}

/** A unit has been done, or has failed alone: what follows for its task. */
function unitEnded(task: ModelTask, credits: CreditsModel, step: number, one: string, nowMs: number): string {
  const siblings = task.units.filter((unit) => unit.step === step);
  if (siblings.some(({ state }) => state === 'waiting' || state === 'leased')) return one;
  if (!siblings.some(({ state }) => state === 'done')) return 'nothing done';
  const next = task.feature.steps[step + 1];
  if (!next) {
    task.state = 'succeeded';
    task.endedAtMs = nowMs;
    for (const unit of task.units) {
      if (unit.state === 'failed') task.refunded += task.feature.steps[unit.step]?.share ?? 0;
    }
    giveShare(credits, task.id, task.refunded, nowMs);
    return 'succeeded';
  }
  task.step = step + 1;
  task.deadlineAtMs = processingDeadline(next, nowMs);
  planStep(task, task.step, nowMs);
  return 'step_planned';
}

/** How an attempt failed: for good or not, and whether we are to blame. The wait doubles from 10 s on. */
export interface ModelFailure {
  readonly error: string;
  readonly ours: boolean;
  readonly final: boolean;
}

export function failInModel(
  task: ModelTask | undefined,
  credits: CreditsModel,
  at: [number, number],
  lease: string,
  failure: ModelFailure,
  nowMs: number,
  /** When the product lets the unit begin again: 10 s doubled with each attempt, and up to half as much more. */
  againAtMs: number | undefined,
): string {
  const unit = unitOf(task, ...at);
  if (!task || !unit || unit.state !== 'leased' || unit.lease !== lease) return 'lost';
  if (!failure.final && unit.attempts < unit.maxAttempts) {
    unit.state = 'waiting';
    const leastMs = nowMs + 10 * SECOND_MS * 2 ** (unit.attempts - 1);
    if (againAtMs === undefined || againAtMs < leastMs || againAtMs > leastMs + (leastMs - nowMs) / 2) {
      return `waiting, ${leastMs - nowMs} ms or half as much more`;
    }
    unit.nextAtMs = againAtMs;
    return 'waiting';
  }
  return giveUp(task, credits, unit, failure, nowMs);
}

/** No attempt is left for a unit: it fails alone where it has a share and others have done something, else its task does. */
function giveUp(
  task: ModelTask,
  credits: CreditsModel,
  unit: ModelUnit,
  { error, ours }: Omit<ModelFailure, 'final'>,
  nowMs: number,
): string {
  if (task.feature.steps[unit.step]?.share !== undefined) {
    unit.state = 'failed';
    const ended = unitEnded(task, credits, unit.step, 'unit_failed', nowMs);
    if (ended !== 'nothing done') return ended;
  }
  endInModel(task, credits, 'failed', error, ours, nowMs);
  return 'failed';
}

export function expireLeaseInModel(
  task: ModelTask | undefined,
  credits: CreditsModel,
  at: [number, number],
  nowMs: number,
): string {
  const unit = unitOf(task, ...at);
  if (!task || !unit || unit.state !== 'leased' || unit.leaseEndsAtMs > nowMs) return 'not_due';
  if (unit.attempts < unit.maxAttempts) {
    unit.state = 'waiting';
    unit.nextAtMs = nowMs;
    return 'waiting';
  }
  return giveUp(task, credits, unit, { error: 'PROCESSING_TIMEOUT', ours: true }, nowMs);
}

export function expireTaskInModel(task: ModelTask | undefined, credits: CreditsModel, nowMs: number): string {
  if (!task) return 'unknown';
  if (!isOpen(task) || task.deadlineAtMs > nowMs) return 'not_due';
  if (task.state === 'awaiting_upload') endInModel(task, credits, 'expired', 'UPLOAD_MISSING', false, nowMs);
  else if (task.state === 'queued') endInModel(task, credits, 'failed', 'QUEUE_TIMEOUT', true, nowMs);
  else endInModel(task, credits, 'failed', 'PROCESSING_TIMEOUT', true, nowMs);
  return 'ended';
}

export function cancelInModel(
  task: ModelTask | undefined,
  credits: CreditsModel,
  merchant: string,
  nowMs: number,
): string {
  if (!task || task.merchant !== merchant) return 'unknown';
  if (!isOpen(task)) return 'ended';
  endInModel(task, credits, 'canceled', 'CANCELED_BY_MERCHANT', false, nowMs);
  return 'canceled';
}
