import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import { cancelTask, createTask } from '../../../../shared/contract/tasks.ts';
import { putObject } from '../../core/put-object.ts';
import { asBatch, openBatchCalls } from './batch-calls.ts';
import { openKeptUploads } from './kept-uploads.ts';
import type { StoredUpload, UploadBatch, UploadStore } from './upload-store.ts';

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
  /** Ends them here and, where their tasks were created, there: the credits come back. */
  readonly cancel: (ids: readonly string[]) => Promise<void>;
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
  readonly nowMs: () => number;
}

const PARALLEL = 3;
const lockOf = (id: string): string => `yiying-upload-${id}`;

/**
 * Photos on their way: three at once, each a task of its own; those that were added together are one batch. What is kept has not arrived yet.
 * Two tabs share the store, and a lock for each photo lets one of them send it.
 */
export function openUploadQueue({ client, store, merchantId, onChange, nowMs }: UploadParts): UploadQueue {
  let uploads: readonly Upload[] = [];
  const aborts = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  const kept = openKeptUploads(store);
  const batchCalls = openBatchCalls(client, nowMs);
  /** Canceled while their batch was being created, by its key: their tasks end as soon as they are known. */
  const dropped = new Map<string, number[]>();

  const publish = (next: readonly Upload[]): void => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const change = (id: string, fields: Partial<Upload>): void =>
    publish(uploads.map((one) => (one.id === id ? { ...one, ...fields } : one)));
  const without = (ids: readonly string[]): Upload[] => uploads.filter(({ id }) => !ids.includes(id));
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
      // Refused for want of credits: what is shown of them was out of date.
      if (!isOffline) onChange();
    } finally {
      aborts.delete(id);
      pump();
    }
  };

  /** A batch that was not created is none of its photos' alone. */
  const fail = (id: string, fields: Pick<Upload, 'state' | 'error'>): void => {
    const key = kept.get(id)?.batch?.key;
    const isWhole = key !== undefined && uploads.find((one) => one.id === id)?.taskId === undefined;
    const isMeant = (one: Upload): boolean =>
      one.id === id || (isWhole && one.state === 'waiting' && kept.get(one.id)?.batch?.key === key);
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
    const { batchId, items, uploads: slots } = await batchCalls.create(upload, batch);
    publish(
      uploads.map((one) => {
        const own = kept.get(one.id)?.batch;
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
    const upload = await kept.reread(id, uploads.find((one) => one.id === id)?.taskId !== undefined);
    if (!upload) return publish(without([id]));
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
      if (outcome === 'refused' && upload.batch) batchCalls.outdate(upload.batch.key);
      if (outcome !== 'sent') return change(id, { state: outcome === 'offline' ? 'offline' : 'failed' });
    }
    change(id, { state: 'sent', sentBytes: file.size });
    await kept.remove([id]);
    onChange();
  };

  /**
   * Takes photos out of their batches. One that may have been created ends the tasks of those as soon as they are known; of one that was
   * not, the others become another batch. @returns the keys of those
   */
  const leaveBatches = (photos: readonly UploadBatch[]): string[] => {
    const broken = new Set<string>();
    for (const { key, n } of photos) {
      if (batchCalls.isAsked(key)) dropped.set(key, [...(dropped.get(key) ?? []), n]);
      else broken.add(key);
    }
    return [...broken];
  };
  const cancelTasks = async (taskIds: readonly string[]): Promise<void> => {
    let failure: Error | undefined;
    // What cannot be canceled any more is told once, and keeps none of the others.
    for (const taskId of taskIds) {
      try {
        await client.call(cancelTask, { taskId });
      } catch (error) {
        if (error instanceof Error) failure = error;
      }
    }
    onChange();
    if (failure) throw failure;
  };

  const shown = ({ id, featureId, name, file }: StoredUpload, previewUrl: string): Upload => {
    return { id, featureId, name, sizeBytes: file.size, previewUrl, state: 'waiting', sentBytes: 0 };
  };
  const retry = (id: string): void => {
    if (stateOf(id) !== 'failed' && stateOf(id) !== 'offline') return;
    // It was refused with photos that were canceled while it was asked for.
    const key = kept.get(id)?.batch?.key;
    if (key !== undefined && !batchCalls.isAsked(key) && dropped.delete(key)) void kept.remove([], [key]);
    change(id, { state: 'waiting', error: undefined });
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
      const left = await kept.load(merchantId);
      publish([...uploads, ...left.map((one) => shown(one, URL.createObjectURL(one.file)))]);
      pump();
    },
    add: async (photos) => {
      const batches = photos.length > 1 ? asBatch(photos) : [];
      const added = photos.map(({ previewUrl, ...photo }, n) => {
        const keys = { id: crypto.randomUUID(), idempotencyKey: crypto.randomUUID() };
        return { one: { ...photo, ...keys, batch: batches[n], merchantId, addedAtMs: nowMs() }, previewUrl };
      });
      await kept.add(added.map(({ one }) => one));
      publish([...uploads, ...added.map(({ one, previewUrl }) => shown(one, previewUrl))]);
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
    cancel: async (ids) => {
      for (const id of ids) aborts.get(id)?.abort();
      const ended = uploads.filter(({ id }) => ids.includes(id));
      // All of it is decided before the first wait: what is sent next goes by it.
      const leaving = ended.flatMap(({ id, taskId }) => (taskId === undefined ? (kept.get(id)?.batch ?? []) : []));
      const written = kept.remove(ids, leaveBatches(leaving));
      publish(without(ids));
      await written;
      await cancelTasks(ended.flatMap(({ taskId }) => taskId ?? []));
    },
    clearSent: () => publish(uploads.filter(({ state }) => state !== 'sent')),
    forget: async () => {
      for (const abort of aborts.values()) abort.abort();
      publish([]);
      await kept.clear();
    },
  };
}

/** By one tab at a time; the others leave it alone. */
async function alone(id: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(lockOf(id), work);
}
