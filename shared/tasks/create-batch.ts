import type { FormValues } from '../contract/form.ts';
import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { forgetCard, readCard } from '../features/read-card.ts';
import { newId } from '../id.ts';
import { CREATE_RATE, type CreateOutcome, orderOf, refusalOf } from './create-task.ts';
import { CATALOGUE } from './processor-catalogue.ts';
import { type BatchItem, readBatchItems } from './read-batch.ts';
import { UPLOAD_DEADLINE_MS, UPLOAD_FIRST_LOOK_MS } from './task.ts';
import type { Language } from './task-summary.ts';
import { type DeclaredInput, type UploadSlot, uploadSlots } from './upload-slots.ts';

export interface BatchRequest {
  readonly merchantId: string;
  readonly featureId: string;
  readonly form?: FormValues;
  readonly photos: readonly (DeclaredInput & { readonly name: string })[];
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly trace?: string;
  readonly nowMs: number;
  readonly language: Language;
}

export interface CreatedBatch {
  readonly batchId: string;
  readonly featureId: string;
  readonly credits: number;
  readonly items: BatchItem[];
  readonly uploads: UploadSlot[];
}

/**
 * One task for each photo, or none at all; the same key answers with the batch that it created, and with new links for what
 * has not been sent yet. @throws ApiError as createTask does
 */
export async function createBatch(
  db: Database,
  bucket: Bucket,
  request: BatchRequest,
  catalogue = CATALOGUE,
): Promise<CreatedBatch> {
  const { nowMs, featureId, photos, language } = request;
  for (let lastTry = false; ; lastTry = true) {
    const card = await readCard(db, featureId, nowMs);
    const order = orderOf(card, { ...request, inputs: photos.slice(0, 1) }, catalogue);
    const newBatchId = newId('bat_', nowMs);
    const tasks = photos.map(({ name, contentType, sizeBytes }) => {
      return { taskId: newId('tsk_', nowMs), name, contentType, sizeBytes };
    });
    const ordered = 'plan' in order ? order : undefined;
    const row = await db.callProcedure<CreateOutcome | { outcome: 'replayed'; batch_id: string }>('create_batch_v3', [
      ...[request.merchantId, newBatchId, featureId, order.version, request.idempotencyKey, request.requestHash],
      ...[JSON.stringify(tasks), ordered ? JSON.stringify(ordered.filled) : null],
      ...[ordered ? JSON.stringify(ordered.plan) : null, sqlTime(nowMs), sqlTime(nowMs + UPLOAD_DEADLINE_MS)],
      ...[sqlTime(nowMs + UPLOAD_FIRST_LOOK_MS), nowMs, CREATE_RATE.limit, CREATE_RATE.windowSeconds * 1000],
      request.trace ?? null,
    ]);
    if (row.outcome === 'changed') {
      forgetCard(db, featureId);
      if (!lastTry) continue;
    }
    if (row.outcome !== 'created' && row.outcome !== 'replayed') throw refusalOf(row, order);
    const batchId = 'batch_id' in row ? row.batch_id : newBatchId;
    const items = await readBatchItems(db, batchId, language);
    const credits = items.reduce((sum, item) => sum + item.credits, 0);
    return { batchId, featureId, credits, items, uploads: batchUploads(bucket, items, photos, nowMs) };
  }
}

/** Numbered as the photos of the batch; only what is still to be sent. */
function batchUploads(
  bucket: Bucket,
  items: readonly BatchItem[],
  photos: readonly DeclaredInput[],
  nowMs: number,
): UploadSlot[] {
  return items.flatMap(({ n, taskId, state }) => {
    const photo = photos[n];
    if (state !== 'awaiting_upload' || !photo) return [];
    return uploadSlots(bucket, taskId, [photo], nowMs).map((slot) => ({ ...slot, n }));
  });
}
