import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import { cancelTask, createTask } from '../../../../shared/contract/tasks.ts';
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
  readonly nowMs: () => number;
}

const PARALLEL = 3;
const lockOf = (id: string): string => `yiying-upload-${id}`;

/**
 * Photos on their way: three at once, each a task of its own. What is stored has not arrived yet; it is taken from the
 * store when it has. Two tabs share the store, and a lock for each photo lets one of them send it.
 */
export function openUploadQueue({ client, store, merchantId, onChange, nowMs }: UploadParts): UploadQueue {
  let uploads: readonly Upload[] = [];
  const stored = new Map<string, StoredUpload>();
  const aborts = new Map<string, AbortController>();
  const listeners = new Set<() => void>();

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
      if (!abort.signal.aborted) change(id, { state: isOffline ? 'offline' : 'failed', error });
    } finally {
      aborts.delete(id);
      pump();
    }
  };

  const send = async (id: string, signal: AbortSignal): Promise<void> => {
    const upload = stored.get(id);
    if (!upload) return;
    const { featureId, contentType, file, idempotencyKey, values } = upload;
    change(id, { state: 'creating', sentBytes: 0 });
    const input = { featureId, inputs: [{ contentType, sizeBytes: file.size }], ...(values && { form: values }) };
    const task = await client.call(createTask, input, { idempotencyKey });
    change(id, { taskId: task.taskId });
    onChange();
    const [slot] = task.uploads;
    // An earlier try may have sent it just before its page was closed.
    if (slot && task.state === 'awaiting_upload') {
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
      const added = photos.map(({ previewUrl, ...photo }) => {
        const keys = { id: crypto.randomUUID(), idempotencyKey: crypto.randomUUID() };
        return { one: { ...photo, ...keys, merchantId, addedAtMs: nowMs() }, previewUrl };
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
      stored.delete(id);
      await store.remove(id);
      publish(uploads.filter((one) => one.id !== id));
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
