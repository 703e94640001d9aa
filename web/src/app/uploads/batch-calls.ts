import type * as z from 'zod/mini';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
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

/** Said before the key of a call is looked at (401, 429), or of a key that is known (422). */
const SAY_NOTHING = [401, 422, 429];
/** Whether the service has said that there is no such batch. Without an answer, or with one of a gateway, there may be. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ApiCallError && error.status >= 400 && error.status < 500 && !SAY_NOTHING.includes(error.status);

export interface BatchCalls {
  /** Each batch once for all of its photos, however many ask; again for links that have run out. */
  readonly create: (upload: StoredUpload, batch: UploadBatch) => Promise<CreatedBatch>;
  /** Whether the batch of that key may be there: its call is under way, was answered, or its answer got lost. */
  readonly isAsked: (key: string) => boolean;
  /** A link was refused: whatever this device's clock says, they have run out by the service's. */
  readonly outdate: (key: string) => void;
}

export function openBatchCalls(client: Client, nowMs: () => number): BatchCalls {
  const calls = new Map<string, Promise<CreatedBatch>>();
  const outdated = new WeakSet<CreatedBatch>();
  const isFresh = (batch: CreatedBatch): boolean =>
    !outdated.has(batch) && batch.uploads.every(({ expiresAtMs }) => expiresAtMs > nowMs() + FRESH_MS);
  const call = ({ featureId, values }: StoredUpload, { key, photos }: UploadBatch): Promise<CreatedBatch> => {
    const input = { featureId, photos: [...photos], ...(values && { form: { ...values } }) };
    const asked = client.call(createBatch, input, { idempotencyKey: key });
    calls.set(key, asked);
    asked.catch((error: unknown) => {
      if (isRefusal(error) && calls.get(key) === asked) calls.delete(key);
    });
    return asked;
  };
  return {
    create: async (upload, batch) => {
      const begun = calls.get(batch.key);
      const known = begun && (await begun.catch(() => null));
      if (known && isFresh(known)) return known;
      // Another photo may have asked while this one waited.
      const later = calls.get(batch.key);
      return later && later !== begun ? later : call(upload, batch);
    },
    isAsked: (key) => calls.has(key),
    outdate: (key) =>
      void calls.get(key)?.then(
        (batch) => outdated.add(batch),
        () => undefined,
      ),
  };
}
