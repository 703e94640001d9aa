import type { ErrorCode } from '../contract/errors.ts';
import type { TaskState } from '../contract/tasks.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { UPLOAD_DEADLINE_MS, UPLOAD_FIRST_LOOK_MS } from './task.ts';
import type { DeclaredInput } from './upload-slots.ts';

export interface TaskRequest {
  readonly merchantId: string;
  readonly featureId: string;
  readonly inputs: readonly DeclaredInput[];
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly retryOf?: string;
  readonly nowMs: number;
}

export interface CreatedTask {
  readonly taskId: string;
  readonly featureId: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly createdAtMs: number;
}

type Outcome =
  | { outcome: 'created'; credits: number }
  | { outcome: 'replayed'; task_id: string; state: TaskState; credits: number; created_at: number }
  | { outcome: 'rate_limited'; retry_ms: number }
  | { outcome: 'too_many_inputs'; max_inputs: number }
  | { outcome: 'conflict' | 'no_feature' | 'closed' | 'no_account' | 'not_a_member' | 'credits_short' };

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  no_feature: 'FEATURE_NOT_FOUND',
  closed: 'FEATURE_CLOSED',
  no_account: 'NOT_SIGNED_IN',
  not_a_member: 'NOT_A_MEMBER',
  credits_short: 'CREDITS_SHORT',
} as const satisfies Record<string, ErrorCode>;

/** Counted on the account row, which creating a task locks anyway: no statement, no commit of its own. */
export const CREATE_RATE = { limit: 600, windowSeconds: 60 };

/**
 * Takes the credits and creates the task in one transaction; the same key answers with the task that it created first.
 * @throws ApiError with one of REFUSALS
 */
export async function createTask(db: Database, request: TaskRequest): Promise<CreatedTask> {
  const { nowMs, featureId } = request;
  const taskId = newId('tsk_', nowMs);
  const row = await db.callProcedure<Outcome>('create_task_v1', [
    request.merchantId,
    taskId,
    featureId,
    request.idempotencyKey,
    request.requestHash,
    request.retryOf ?? null,
    JSON.stringify(request.inputs.map(({ contentType, sizeBytes }) => ({ contentType, sizeBytes }))),
    sqlTime(nowMs),
    sqlTime(nowMs + UPLOAD_DEADLINE_MS),
    sqlTime(nowMs + UPLOAD_FIRST_LOOK_MS),
    nowMs,
    CREATE_RATE.limit,
    CREATE_RATE.windowSeconds * 1000,
  ]);
  if (row.outcome === 'created') {
    return { taskId, featureId, state: 'awaiting_upload', credits: row.credits, createdAtMs: nowMs };
  }
  if (row.outcome === 'rate_limited') {
    throw new ApiError('RATE_LIMITED', { retryAfterSeconds: row.retry_ms / 1000 });
  }
  if (row.outcome === 'too_many_inputs') {
    const max = row.max_inputs;
    throw new ApiError('VALIDATION_FAILED', {
      fields: [{ path: 'inputs', rule: `max:${max}`, zh: `最多 ${max} 张照片`, en: `at most ${max} photos` }],
    });
  }
  if (row.outcome !== 'replayed') throw new ApiError(REFUSALS[row.outcome]);
  return { taskId: row.task_id, featureId, state: row.state, credits: row.credits, createdAtMs: row.created_at };
}
