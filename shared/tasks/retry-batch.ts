import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { BatchRequest } from './create-batch.ts';
import { type BatchItem, readBatchItems, readOwnBatch } from './read-batch.ts';
import { type RetriedTask, retryTask } from './retry-task.ts';
import { isRefunded } from './task.ts';
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
 * points to the new one.
 * @param counted makes one task under the key that it is told, within what its caller may make; what it refuses stops the rest
 * @throws ApiError NOT_FOUND, UNAVAILABLE
 */
export async function retryBatch(
  db: Database,
  bucket: Bucket,
  request: Pick<BatchRequest, 'merchantId' | 'requestHash' | 'nowMs' | 'language' | 'trace'> & { batchId: string },
  catalogue?: Parameters<typeof retryTask>[3],
  counted: (idempotencyKey: string, again: () => Promise<RetriedTask>) => Promise<RetriedTask> = (_, again) => again(),
): Promise<RetriedBatch> {
  const { merchantId, batchId, requestHash, nowMs, language, trace } = request;
  const asked = { merchantId, requestHash, nowMs, ...(trace !== undefined && { trace }) };
  if (!(await readOwnBatch(db, merchantId, batchId))) throw new ApiError('NOT_FOUND');
  const uploads: UploadSlot[] = [];
  const again = (taskId: string) => {
    // With a blank, which no caller's key can have.
    const idempotencyKey = `again ${taskId}`;
    return counted(idempotencyKey, () => retryTask(db, bucket, { ...asked, taskId, idempotencyKey }, catalogue));
  };
  const offer = (n: number, { taskId, missing }: RetriedTask) =>
    uploads.push(...uploadSlots(bucket, taskId, missing, nowMs).map((slot) => ({ ...slot, n })));
  // Begun before, by a call whose answer may have been lost: the links are the same key's answer.
  for (const { n, retryOf } of await readBegun(db, batchId)) offer(n, await again(retryOf));
  let retried = 0;
  let stoppedBy: string | undefined;
  for (const item of await readBatchItems(db, batchId, language)) {
    if (!isRefunded(item.state)) continue;
    const outcome = await again(item.taskId).catch(refusal);
    if (typeof outcome === 'string') {
      if (outcome === 'TASK_NOT_RETRYABLE') continue;
      stoppedBy = outcome;
      break;
    }
    await pointTo(db, batchId, item, outcome.taskId);
    offer(item.n, outcome);
    retried += 1;
  }
  const items = await readBatchItems(db, batchId, language);
  return { batchId, retried, ...(stoppedBy !== undefined && { stoppedBy }), items, uploads };
}

/** Tasks of the batch that this operation has made of others, and that still wait for a photo. */
function readBegun(db: Database, batchId: string): Promise<{ n: number; retryOf: string }[]> {
  return db.query(
    `SELECT b.n, t.retry_of AS retryOf FROM batch_tasks b JOIN tasks t ON t.id = b.task_id
     WHERE b.batch_id = ? AND t.state = 'awaiting_upload' AND t.idempotency_key = CONCAT('again ', t.retry_of) ORDER BY b.n`,
    [batchId],
  );
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
