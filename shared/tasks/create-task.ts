import type { ErrorCode } from '../contract/errors.ts';
import type { FormValues } from '../contract/form.ts';
import type { TaskState } from '../contract/tasks.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { Catalogue } from '../features/catalogue.ts';
import { closedReason } from '../features/closed-reason.ts';
import { type Plan, planOf } from '../features/plan.ts';
import { forgetCard, type OpenCard, readCard } from '../features/read-card.ts';
import { type FilledForm, readForm } from '../features/read-form.ts';
import { ApiError, type FieldProblem } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { byPresets } from './preset-editions.ts';
import { CATALOGUE } from './processor-catalogue.ts';
import { QUEUE_DEADLINE_MS, UNIT_FIRST_LOOK_MS, UPLOAD_DEADLINE_MS, UPLOAD_FIRST_LOOK_MS } from './task.ts';
import type { DeclaredInput } from './upload-slots.ts';

export interface TaskRequest {
  readonly merchantId: string;
  readonly featureId: string;
  readonly inputs: readonly (DeclaredInput & { readonly field?: string | undefined })[];
  readonly form?: FormValues;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  /** Of the request that orders it. */
  readonly trace?: string;
  readonly retryOf?: string;
  /** Of `retryOf`: goes on at `step` with what is done; `credits`, when only a part of the price is due. */
  readonly takeOver?: {
    readonly version: number;
    readonly step: number;
    readonly credits?: number;
    readonly filled: FilledForm;
    /** The edition of the shops' figures of what is done; undefined: no step follows them, or it is from before there were any. */
    readonly presets: number | undefined;
  };
  readonly nowMs: number;
}

export interface CreatedTask {
  readonly taskId: string;
  readonly featureId: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly createdAtMs: number;
  /** Of a task that waits for no photo: how many units of its first step are to be started. */
  readonly unitsToStart?: number;
}

type Outcome = CreateOutcome | Replayed;
export type CreateOutcome =
  | { outcome: 'created'; credits: number }
  | { outcome: 'rate_limited' | 'card_limited'; retry_ms: number }
  | { outcome: 'too_many_inputs'; max_inputs: number }
  | { outcome: keyof typeof REFUSALS | 'invalid_form' };
type Replayed = { outcome: 'replayed'; task_id: string; state: TaskState; credits: number; created_at: number };

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  no_feature: 'FEATURE_NOT_FOUND',
  closed: 'FEATURE_CLOSED',
  changed: 'UNAVAILABLE',
  no_account: 'NOT_SIGNED_IN',
  not_a_member: 'NOT_A_MEMBER',
  credits_short: 'CREDITS_SHORT',
} as const satisfies Record<string, ErrorCode>;

/** Counted on the account row, which creating a task locks anyway: no statement, no commit of its own. */
export const CREATE_RATE = { limit: 600, windowSeconds: 60 };

/**
 * Judges the form by the card, takes the credits and creates the task in one transaction; the same key answers with the
 * task that it created first, whatever else would be refused by now.
 * @throws ApiError with one of REFUSALS, VALIDATION_FAILED with the form's fields, RATE_LIMITED
 */
export async function createTask(db: Database, request: TaskRequest, catalogue = CATALOGUE): Promise<CreatedTask> {
  for (let lastTry = false; ; lastTry = true) {
    const card = await readCard(db, request.featureId, request.nowMs);
    const order = orderOf(card, request, catalogue);
    const taskId = newId('tsk_', request.nowMs);
    const row = await db.callProcedure<Outcome>('create_task_v4', paramsOf(taskId, request, order));
    if (row.outcome === 'changed') {
      forgetCard(db, request.featureId);
      if (!lastTry) continue;
    }
    const { featureId, nowMs } = request;
    if (row.outcome === 'created' && 'plan' in order) {
      const created = { taskId, featureId, credits: row.credits, createdAtMs: nowMs };
      if (request.inputs.length > 0) return { ...created, state: 'awaiting_upload' };
      return { ...created, state: 'queued', unitsToStart: order.plan[0]?.units ?? 0 };
    }
    if (row.outcome === 'replayed') {
      return { taskId: row.task_id, featureId, state: row.state, credits: row.credits, createdAtMs: row.created_at };
    }
    throw refusalOf(row, order);
  }
}

export type Order =
  | { version: number; filled: FilledForm; plan: Plan }
  | { version: number; problems: readonly FieldProblem[] }
  | { version: number; closed: true };

/** What is ordered, or why it cannot be; a card that does not exist has no version. */
export function orderOf(
  card: OpenCard | undefined,
  request: Pick<TaskRequest, 'takeOver' | 'form' | 'inputs'>,
  catalogue: Catalogue,
): Order {
  const version = card?.version ?? 0;
  if (!card || closedReason({ ...card, enabled: true, closedZh: '', closedEn: '' }, catalogue)) {
    return { version, closed: true };
  }
  const { takeOver } = request;
  if (takeOver?.version === version) {
    return {
      version,
      filled: takeOver.filled,
      plan: byPresets(planOf(card.pipeline, takeOver.filled), takeOver.presets),
    };
  }
  const fields = request.inputs.map(({ field }) => field);
  const read = readForm(card.form, request.form ?? {}, fields);
  if ('problems' in read) return { version, ...read };
  return { version, ...read, plan: byPresets(planOf(card.pipeline, read.filled), card.presets) };
}

function paramsOf(taskId: string, request: TaskRequest, order: Order): SqlValue[] {
  const { nowMs } = request;
  const { version, takesOver, step, credits, inputs, form, plan, deadline, sweep, unitSweep } = orderParams(
    request,
    order,
  );
  return [
    ...[request.merchantId, taskId, request.featureId, version, request.idempotencyKey, request.requestHash],
    ...[
      request.retryOf ?? null,
      takesOver,
      step,
      credits,
      inputs,
      form,
      plan,
      sqlTime(nowMs),
      deadline,
      sweep,
      unitSweep,
    ],
    ...[nowMs, CREATE_RATE.limit, CREATE_RATE.windowSeconds * 1000, request.trace ?? null],
  ];
}

/** Of an order, what a procedure that creates its task is told. */
export function orderParams(request: Pick<TaskRequest, 'takeOver' | 'inputs' | 'nowMs'>, order: Order) {
  const { nowMs, takeOver, inputs } = request;
  const goesOn = takeOver?.version === order.version ? takeOver : undefined;
  const deadline = sqlTime(nowMs + (inputs.length === 0 ? QUEUE_DEADLINE_MS : UPLOAD_DEADLINE_MS));
  const ordered = 'plan' in order ? order : undefined;
  return {
    version: order.version,
    takesOver: goesOn ? 1 : 0,
    step: goesOn?.step ?? 0,
    credits: goesOn?.credits ?? null,
    inputs: JSON.stringify(inputs.map(({ contentType, sizeBytes }) => ({ contentType, sizeBytes }))),
    form: ordered ? JSON.stringify(ordered.filled) : null,
    plan: ordered ? JSON.stringify(ordered.plan) : null,
    deadline,
    sweep: inputs.length === 0 ? deadline : sqlTime(nowMs + UPLOAD_FIRST_LOOK_MS),
    unitSweep: sqlTime(nowMs + UNIT_FIRST_LOOK_MS),
  };
}

/** What the caller is told. */
export function refusalOf(row: CreateOutcome, order: Order): ApiError {
  switch (row.outcome) {
    case 'rate_limited':
    case 'card_limited':
      return new ApiError('RATE_LIMITED', { retryAfterSeconds: row.retry_ms / 1000 });
    case 'too_many_inputs': {
      const max = row.max_inputs;
      const field = { path: 'inputs', rule: `max:${max}`, zh: `最多 ${max} 张照片`, en: `at most ${max} photos` };
      return new ApiError('VALIDATION_FAILED', { fields: [field] });
    }
    case 'invalid_form':
      if ('problems' in order) return new ApiError('VALIDATION_FAILED', { fields: order.problems });
      return new ApiError('FEATURE_CLOSED');
    case 'created':
      throw new Error('a task was created without a plan');
    default:
      return new ApiError(REFUSALS[row.outcome]);
  }
}
