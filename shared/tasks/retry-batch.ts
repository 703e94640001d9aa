import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type BatchItem, readBatchItems, readOwnBatch } from './read-batch.ts';
import { type RetriedTask, retryTask } from './retry-task.ts';
import { isRefunded } from './task.ts';
import type { Language } from './task-summary.ts';
import { type UploadSlot, uploadSlots } from './upload-slots.ts';

export interface RetriedBatch {
  readonly batchId: string;
  readonly retried: number;
  readonly stoppedBy?: string;
  readonly items: BatchItem[];
  readonly uploads: UploadSlot[];
}

/**
 * Repeats each task of a batch that ended without success, in their order, until one is refused (credits, rate). Asked again, at
 * once or after a crash, it goes on where it was: a task is repeated under a key made of its own id, and the batch then
 * points to the new one. @throws ApiError NOT_FOUND, UNAVAILABLE
 */
export async function retryBatch(
  db: Database,
  bucket: Bucket,
  request: { merchantId: string; batchId: string; requestHash: string; nowMs: number; language: Language },
  catalogue?: Parameters<typeof retryTask>[3],
): Promise<RetriedBatch> {
  const { merchantId, batchId, requestHash, nowMs, language } = request;
  if (!(await readOwnBatch(db, merchantId, batchId))) throw new ApiError('NOT_FOUND');
  const uploads: UploadSlot[] = [];
  let retried = 0;
  let stoppedBy: string | undefined;
  for (const item of await readBatchItems(db, batchId, language)) {
    if (!isRefunded(item.state)) continue;
    const again = { merchantId, taskId: item.taskId, idempotencyKey: `again:${item.taskId}`, requestHash, nowMs };
    const outcome = await retryTask(db, bucket, again, catalogue).catch(refusal);
    if (typeof outcome === 'string') {
      if (outcome === 'TASK_NOT_RETRYABLE') continue;
      stoppedBy = outcome;
      break;
    }
    await pointTo(db, batchId, item, outcome.taskId);
    uploads.push(
      ...uploadSlots(bucket, outcome.taskId, outcome.missing, nowMs).map((slot) => ({ ...slot, n: item.n })),
    );
    retried += 1;
  }
  const items = await readBatchItems(db, batchId, language);
  return { batchId, retried, ...(stoppedBy !== undefined && { stoppedBy }), items, uploads };
}

function refusal(error: unknown): string | RetriedTask {
  if (error instanceof ApiError && error.code !== 'UNAVAILABLE') return error.code;
  throw error;
}

async function pointTo(db: Database, batchId: string, item: BatchItem, taskId: string): Promise<void> {
  await db.write('UPDATE batch_tasks SET task_id = ? WHERE batch_id = ? AND n = ? AND task_id = ?', [
    taskId,
    batchId,
    item.n,
    item.taskId,
  ]);
}
