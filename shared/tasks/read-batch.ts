import type { TaskState } from '../contract/tasks.ts';
import type { Database } from '../db/database.ts';
import { isRefunded } from './task.ts';
import { type Language, taskErrorText } from './task-summary.ts';

export interface BatchRow {
  readonly batchId: string;
  readonly featureId: string;
  readonly credits: number;
  readonly createdAtMs: number;
}

export interface BatchItem {
  readonly n: number;
  readonly name: string;
  readonly taskId: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly refundedCredits: number;
  readonly error?: { code: string; message: string };
}

/** The merchant's own batch; another's is as good as none. */
export async function readOwnBatch(db: Database, merchantId: string, batchId: string): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `SELECT id AS batchId, feature_id AS featureId, credits, created_at AS createdAtMs
     FROM batches WHERE id = ? AND merchant_id = ?`,
    [batchId, merchantId],
  );
  return row;
}

type Row = Omit<BatchItem, 'error'> & { readonly errorCode: string | null };

/** The photos of a batch in their order, each with the task that stands for it now. */
export async function readBatchItems(db: Database, batchId: string, language: Language): Promise<BatchItem[]> {
  const rows = await db.query<Row>(
    `SELECT b.n, b.file_name AS name, t.id AS taskId, t.state, t.credits, t.refunded_credits AS refundedCredits,
       t.error_code AS errorCode
     FROM batch_tasks b JOIN tasks t ON t.id = b.task_id WHERE b.batch_id = ? ORDER BY b.n`,
    [batchId],
  );
  return rows.map(({ errorCode, ...row }) => ({
    ...row,
    refundedCredits: isRefunded(row.state) ? row.credits : row.refundedCredits,
    ...(errorCode !== null && { error: { code: errorCode, message: taskErrorText(errorCode, language) } }),
  }));
}
