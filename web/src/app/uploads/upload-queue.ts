import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import { cancelTask, createTask } from '../../../../shared/contract/tasks.ts';
import { asBatch, openBatchCalls } from './batch-calls.ts';
import { putObject } from './put-object.ts';
import type { StoredUpload, UploadStore } from './upload-store.ts';

export type UploadState = 'waiting' | 'creating' | 'sending' | 'sent' | 'offline' | 'failed';

export interface Upload {
  readonly id: string;
  readonly featureId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly previewUrl: string;
  readonly state: UploadState;
  readonly sentBytes: number;
  readonly taskId?: string;
  readonly batchId?: string;
  readonly error?: unknown;
}

export interface NewUpload {
  readonly featureId: string;
  readonly name: string;
  readonly contentType: StoredUpload['contentType'];
  readonly file: Blob;
  readonly previewUrl: string;
  readonly values?: StoredUpload['values'];
}

export interface UploadQueue {
  readonly list: () => readonly Upload[];
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes up what a closed page left behind. */
  readonly resume: () => Promise<void>;
  /** @returns their ids, in order */
  readonly add: (photos: readonly NewUpload[]) => Promise<string[]>;
  readonly retry: (id: string) => void;
  readonly retryFailed: () => void;
  /** Ends it here and, where its task was created, there: the credits come back. */
  readonly cancel: (id: string) => Promise<void>;
  readonly clearSent: () => void;
  /** Forgets everything on this device. */
  readonly forget: () => Promise<void>;
}

export interface UploadParts {
  readonly client: Client;
  readonly store: UploadStore;
  readonly merchantId: string;
  /** A task was created, sent or canceled: balances and lists are out of date. */
  readonly onChange: () => void;
  readonly onBatch: (batch: { readonly batchId: string; readonly photos: number }) => void;
  readonly nowMs: () => number;
}

const PARALLEL = 3;
const lockOf = (id: string): string => `yiying-upload-${id}`;

/**
 * Photos on their way: three at once, each a task of its own; those that were added together are one batch. What is stored has not arrived yet; it is taken from the
 * store when it has. Two tabs share the store, and a lock for each photo lets one of them send it.
 */
export function openUploadQueue({ client, store, merchantId, onChange, onBatch, nowMs }: UploadParts): UploadQueue {
  let uploads: readonly Upload[] = [];
  const stored = new Map<string, StoredUpload>();
  const aborts = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  const createdBatch = openBatchCalls(client, nowMs);
  /** Canceled while their batch was being created, by its key: their tasks end as soon as they are known. */
  const dropped = new Map<string, number[]>();

  const publish = (next: readonly Upload[]): void => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const change = (id: string, fields: Partial<Upload>): void =>
    publish(uploads.map((one) => (one.id === id ? { ...one, ...fields } : one)));
  const stateOf = (id: string): UploadState | undefined => uploads.find((one) => one.id === id)?.state;

  const pump = (): void => {
    for (const { id, state } of uploads) {
      if (aborts.size >= PARALLEL) return;
      if (state === 'waiting' && !aborts.has(id)) void start(id);
    }
  };

  const start = async (id: string): Promise<void> => {
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      await alone(id, () => send(id, abort.signal));
    } catch (error) {
      const isOffline = error instanceof ApiCallError && error.code === 'NETWORK';
      if (!abort.signal.aborted) fail(id, { state: isOffline ? 'offline' : 'failed', error });
    } finally {
      aborts.delete(id);
      pump();
    }
  };

  /** A batch that was not created is none of its photos' alone. */
  const fail = (id: string, fields: Pick<Upload, 'state' | 'error'>): void => {
    const key = stored.get(id)?.batch?.key;
    const isWhole = key !== undefined && uploads.find((one) => one.id === id)?.taskId === undefined;
    const isMeant = (one: Upload): boolean =>
      one.id === id || (isWhole && one.state === 'waiting' && stored.get(one.id)?.batch?.key === key);
    publish(uploads.map((one) => (isMeant(one) ? { ...one, ...fields } : one)));
  };

  /** Creates its task, or the tasks of its whole batch. @returns where to put it; nothing where it has arrived before */
  const create = async (upload: StoredUpload) => {
    const { id, featureId, contentType, file, idempotencyKey, values, batch } = upload;
    if (!batch) {
      const input = { featureId, inputs: [{ contentType, sizeBytes: file.size }], ...(values && { form: values }) };
      const { taskId, uploads: slots } = await client.call(createTask, input, { idempotencyKey });
      change(id, { taskId });
      return slots[0];
    }
    const { batchId, items, uploads: slots } = await createdBatch(upload, batch);
    if (uploads.find((one) => one.id === id)?.batchId === undefined) onBatch({ batchId, photos: items.length });
    publish(
      uploads.map((one) => {
        const own = stored.get(one.id)?.batch;
        const taskId = own?.key === batch.key ? items[own.n]?.taskId : undefined;
        return taskId === undefined ? one : { ...one, taskId, batchId };
      }),
    );
    for (const n of dropped.get(batch.key) ?? []) void endTask(items[n]?.taskId);
    dropped.delete(batch.key);
    return slots.find(({ n }) => n === batch.n);
  };
  const endTask = async (taskId: string | undefined): Promise<void> => {
    if (taskId !== undefined) await client.call(cancelTask, { taskId }).then(onChange, () => undefined);
  };

  const send = async (id: string, signal: AbortSignal): Promise<void> => {
    const upload = stored.get(id);
    if (!upload) return;
    const { file } = upload;
    change(id, { state: 'creating', sentBytes: 0 });
    const slot = await create(upload);
    onChange();
    // An earlier try may have sent it just before its page was closed.
    if (slot) {
      if (signal.aborted) return;
      change(id, { state: 'sending' });
      const onProgress = (sentBytes: number): void => change(id, { sentBytes });
      const outcome = await putObject({ url: slot.url, headers: slot.headers, body: file, onProgress, signal });
      if (outcome === 'aborted') return;
      if (outcome !== 'sent') return change(id, { state: outcome === 'offline' ? 'offline' : 'failed' });
    }
    change(id, { state: 'sent', sentBytes: file.size });
    stored.delete(id);
    await store.remove(id);
    onChange();
  };

  /** The photos of a batch that was not created yet, without one of them: another batch. */
  const regroup = async (key: string): Promise<void> => {
    const left = [...stored.values()].filter(({ batch }) => batch?.key === key);
    const batches = asBatch(left);
    for (const [n, one] of left.entries()) {
      const next = { ...one, batch: batches[n] };
      stored.set(one.id, next);
      await store.put(next).catch(() => undefined);
    }
  };

  const enqueue = (one: StoredUpload, previewUrl: string): Upload => {
    stored.set(one.id, one);
    const { id, featureId, name } = one;
    return { id, featureId, name, sizeBytes: one.file.size, previewUrl, state: 'waiting', sentBytes: 0 };
  };
  const retry = (id: string): void => {
    if (stateOf(id) === 'failed' || stateOf(id) === 'offline') change(id, { state: 'waiting', error: undefined });
  };
  const retryAll = (state: UploadState): void => {
    for (const one of uploads) if (one.state === state) retry(one.id);
    pump();
  };
  window.addEventListener('online', () => retryAll('offline'));

  return {
    list: () => uploads,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume: async () => {
      const left = await store.all(merchantId);
      publish([...uploads, ...left.map((one) => enqueue(one, URL.createObjectURL(one.file)))]);
      pump();
    },
    add: async (photos) => {
      const batches = photos.length > 1 ? asBatch(photos) : [];
      const added = photos.map(({ previewUrl, ...photo }, n) => {
        const keys = { id: crypto.randomUUID(), idempotencyKey: crypto.randomUUID() };
        return { one: { ...photo, ...keys, batch: batches[n], merchantId, addedAtMs: nowMs() }, previewUrl };
      });
      // A full disk must not keep a photo from being sent.
      await Promise.allSettled(added.map(({ one }) => store.put(one)));
      publish([...uploads, ...added.map(({ one, previewUrl }) => enqueue(one, previewUrl))]);
      pump();
      return added.map(({ one }) => one.id);
    },
    retry: (id) => {
      retry(id);
      pump();
    },
    retryFailed: () => {
      retryAll('failed');
      retryAll('offline');
    },
    cancel: async (id) => {
      aborts.get(id)?.abort();
      const taskId = uploads.find((one) => one.id === id)?.taskId;
      const batch = stored.get(id)?.batch;
      const isAsked = uploads.some((one) => one.state === 'creating' && stored.get(one.id)?.batch?.key === batch?.key);
      stored.delete(id);
      await store.remove(id);
      publish(uploads.filter((one) => one.id !== id));
      if (taskId === undefined && batch) {
        if (isAsked) dropped.set(batch.key, [...(dropped.get(batch.key) ?? []), batch.n]);
        else await regroup(batch.key);
      }
      if (taskId !== undefined) await client.call(cancelTask, { taskId });
      onChange();
    },
    clearSent: () => publish(uploads.filter(({ state }) => state !== 'sent')),
    forget: async () => {
      for (const abort of aborts.values()) abort.abort();
      stored.clear();
      publish([]);
      await store.clear();
    },
  };
}

/** By one tab at a time; the others leave it alone. */
async function alone(id: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(lockOf(id), work);
}
