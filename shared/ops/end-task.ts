import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { FRESH_LOT_MS } from '../tasks/task.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

interface Row {
  readonly outcome: 'ended' | 'replayed' | 'conflict' | 'unknown' | 'over';
  readonly credits: number | null;
}

const REFUSALS = { unknown: 'NOT_FOUND', over: 'TASK_ENDED' } as const;

/**
 * Fails a task that has not ended, with its refund. Whoever works on it finds the lease gone; what an engine makes of it later is
 * dropped. @throws ApiError NOT_FOUND, TASK_ENDED, IDEMPOTENCY_CONFLICT
 */
export async function endTask(
  db: Database,
  { taskId, reason }: { taskId: string; reason: string },
  write: OperatorWrite,
): Promise<{ taskId: string; state: 'failed'; refundedCredits: number }> {
  const params = [taskId, reason, sqlTime(write.nowMs + FRESH_LOT_MS)];
  const { credits } = await callWrite<Row>(db, 'stop_task_v1', params, write, REFUSALS);
  return { taskId, state: 'failed', refundedCredits: credits ?? 0 };
}
