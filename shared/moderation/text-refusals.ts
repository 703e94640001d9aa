import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { Refusal } from './moderator.ts';

/** The words themselves stay where they are, on the task. */
export async function recordTextRefusal(
  db: Database,
  { taskId, merchantId }: { taskId: string; merchantId: string },
  { suggestion, label, subLabel, score, requestId }: Refusal,
  nowMs: number,
): Promise<void> {
  await db.write(
    `INSERT INTO text_refusals (task_id, merchant_id, suggestion, label, sub_label, score, request_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE task_id = task_id`,
    [
      ...[taskId, merchantId, suggestion, label.slice(0, 64), subLabel.slice(0, 64), score],
      ...[requestId.slice(0, 64), sqlTime(nowMs)],
    ],
  );
}

export async function wasTextRefused(db: Database, taskId: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM text_refusals WHERE task_id = ?', [taskId])).length > 0;
}
