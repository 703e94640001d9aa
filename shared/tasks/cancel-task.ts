import type { ErrorCode } from '../contract/errors.ts';
import type { Database } from '../db/database.ts';
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
 * Cancels what has not started, and refunds it. Canceling a canceled task again answers as the first time did.
 * @throws ApiError NOT_FOUND, TASK_RUNNING, TASK_ENDED
 */
export async function cancelTask(
  db: Database,
  merchantId: string,
  taskId: string,
  { nowMs, language }: { nowMs: number; language: Language },
): Promise<TaskSummary> {
  const row = await db.callProcedure<Outcome>('cancel_task_v1', [merchantId, taskId, sqlTime(nowMs)]);
  if (row.outcome !== 'canceled' && row.state !== 'canceled') {
    throw new ApiError(REFUSALS[row.outcome]);
  }
  const task = await readOwnTask(db, merchantId, taskId);
  if (!task) throw new ApiError('NOT_FOUND');
  return taskSummary(task, language);
}
