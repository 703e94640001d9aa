import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type BatchItem, type BatchRow, readBatchItems, readOwnBatch } from './read-batch.ts';
import { isTerminal } from './task.ts';
import type { Language } from './task-summary.ts';

export interface BatchDetail extends Omit<BatchRow, 'credits'> {
  readonly percent: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
  readonly items: BatchItem[];
  readonly pollAfterMs?: number;
}

const POLL_MS = 3000;

/** How far the photos of a batch are. @throws ApiError NOT_FOUND */
export async function getBatch(
  db: Database,
  merchantId: string,
  batchId: string,
  language: Language,
): Promise<BatchDetail> {
  const batch = await readOwnBatch(db, merchantId, batchId);
  if (!batch) throw new ApiError('NOT_FOUND');
  const { credits: _, ...shown } = batch;
  const items = await readBatchItems(db, batchId, language);
  const open = items.filter(({ state }) => !isTerminal(state)).length;
  const succeeded = items.filter(({ state }) => state === 'succeeded').length;
  return {
    ...shown,
    percent: Math.floor(((items.length - open) / items.length) * 100),
    ...{ succeeded, failed: items.length - open - succeeded, open, items },
    ...(open > 0 && { pollAfterMs: POLL_MS }),
  };
}
