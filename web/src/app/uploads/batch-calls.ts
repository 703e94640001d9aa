import type * as z from 'zod/mini';
import { createBatch } from '../../../../shared/contract/batches.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import type { StoredUpload, UploadBatch } from './upload-store.ts';

export type CreatedBatch = z.output<typeof createBatch.output>;

/** Links are asked for again when they have less than this left. */
const FRESH_MS = 60_000;
const MAX_NAME = 120;

/** A file's name as the service takes it: no paths, no control characters, not too long. */
export function batchFileName(name: string): string {
  const cleaned = name.replace(/[/\\\p{Cc}]/gu, '_');
  if (cleaned.length <= MAX_NAME) return cleaned || '_';
  const end = /\.\w{1,5}$/.exec(cleaned)?.[0] ?? '';
  return cleaned.slice(0, MAX_NAME - end.length).replace(/[\ud800-\udbff]$/, '') + end;
}

/** Puts photos that are added together into one batch, by their order. */
export function asBatch(photos: readonly Pick<StoredUpload, 'name' | 'contentType' | 'file'>[]): UploadBatch[] {
  const key = crypto.randomUUID();
  const list = photos.map(({ name, contentType, file }) => ({
    name: batchFileName(name),
    contentType,
    sizeBytes: file.size,
  }));
  return list.map((_, n) => ({ key, n, photos: list }));
}

/** Creates batches, each once for all of its photos however many ask; again for links that have run out. */
export function openBatchCalls(client: Client, nowMs: () => number) {
  const calls = new Map<string, Promise<CreatedBatch>>();
  const isFresh = ({ uploads }: CreatedBatch): boolean =>
    uploads.every(({ expiresAtMs }) => expiresAtMs > nowMs() + FRESH_MS);
  return async (upload: StoredUpload, batch: UploadBatch): Promise<CreatedBatch> => {
    const begun = calls.get(batch.key);
    const known = await begun?.catch(() => null);
    if (known && isFresh(known)) return known;
    // Another photo may have asked while this one waited.
    if (calls.get(batch.key) === begun) calls.set(batch.key, call(upload, batch));
    return calls.get(batch.key) as Promise<CreatedBatch>; // set right before
  };

  function call({ featureId, values }: StoredUpload, { key, photos }: UploadBatch): Promise<CreatedBatch> {
    const input = { featureId, photos: [...photos], ...(values && { form: { ...values } }) };
    return client.call(createBatch, input, { idempotencyKey: key });
  }
}
