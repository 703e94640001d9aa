import type { ErrorCode } from '../contract/errors.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { readOwnTask } from './read-task.ts';
import { type Language, type TaskSummary, taskSummary } from './task-summary.ts';

type Outcome = { outcome: 'canceled' | 'running' | 'ended' | 'unknown'; state: string | null };

const REFUSALS = {
  unknown: 'NOT_FOUND',
  running: 'TASK_RUNNING',
  ended: 'TASK_ENDED',
} as const satisfies Record<string, ErrorCode>;

/**
 * Of tasks that an engine elsewhere was given something of: as many of a merchant's may be canceled in this time. The engine may charge us for
 * what it was given, and the credits go back whole.
 */
export const ENGINE_CANCELS = { limit: 5, windowSeconds: 86_400 } as const;

/** What `cancel_task_v2` is called with. */
export function cancellation(merchantId: string, taskId: string, nowMs: number): SqlValue[] {
  return [merchantId, taskId, sqlTime(nowMs), nowMs, ENGINE_CANCELS.limit, ENGINE_CANCELS.windowSeconds];
}

/**
 * Cancels a task that has not ended, and refunds it: what waits is dropped, who works on it has lost its lease, and
 * poll-provider-jobs asks the engines to stop. Canceling a canceled task again answers as the first time did.
 * @throws ApiError NOT_FOUND, TASK_ENDED; TASK_RUNNING: engines have been given too many that were canceled
 */
export async function cancelTask(
  db: Database,
  merchantId: string,
  taskId: string,
  { nowMs, language }: { nowMs: number; language: Language },
): Promise<TaskSummary> {
  const row = await db.callProcedure<Outcome>('cancel_task_v2', cancellation(merchantId, taskId, nowMs));
  if (row.outcome !== 'canceled' && row.state !== 'canceled') {
    throw new ApiError(REFUSALS[row.outcome]);
  }
  const task = await readOwnTask(db, merchantId, taskId);
  if (!task) throw new ApiError('NOT_FOUND');
  return taskSummary(task, language);
}
