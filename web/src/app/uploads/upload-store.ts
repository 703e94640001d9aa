import type { FieldValues } from '../forms/field-spec.ts';

/** A photo that is on its way, kept on this device until it has arrived: a reload in the middle loses nothing. */
export interface StoredUpload {
  readonly id: string;
  readonly merchantId: string;
  readonly featureId: string;
  readonly name: string;
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly file: Blob;
  /** What the card's other fields were filled in with; absent where it has none. */
  readonly values?: FieldValues | undefined;
  /** The same key answers with the same task, however often it is asked for. */
  readonly idempotencyKey: string;
  /** The photos that it was ordered with; absent for one that came alone. */
  readonly batch?: UploadBatch | undefined;
  readonly addedAtMs: number;
}

/** Photos that are ordered together: one call creates the tasks of all, or of none. Each photo keeps the whole list, for the call to be repeated. */
export interface UploadBatch {
  /** The same key answers with the same batch, however often it is asked for. */
  readonly key: string;
  readonly n: number;
  readonly photos: readonly {
    readonly name: string;
    readonly contentType: StoredUpload['contentType'];
    readonly sizeBytes: number;
  }[];
}

export interface UploadStore {
  readonly all: (merchantId: string) => Promise<StoredUpload[]>;
  readonly get: (id: string) => Promise<StoredUpload | undefined>;
  /** All of it or nothing, also when the page is closed in the middle. */
  readonly replace: (removedIds: readonly string[], put: readonly StoredUpload[]) => Promise<void>;
  readonly clear: () => Promise<void>;
}

const STORE = 'uploads';

/** In the browser's own database; in private windows that have none, only as long as the page. */
export async function openUploadStore(): Promise<UploadStore> {
  const database = await open().catch(() => null);
  if (!database) return memoryStore();
  const run = <Answer>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => () => Answer) =>
    new Promise<Answer>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const answer = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(answer());
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser’s database refused'));
    });
  return {
    all: async (merchantId) => {
      const stored = await run('readonly', (store) => {
        const request: IDBRequest<StoredUpload[]> = store.getAll(); // written by `replace` alone
        return () => request.result;
      });
      return stored.filter((one) => one.merchantId === merchantId).sort((a, b) => a.addedAtMs - b.addedAtMs);
    },
    get: (id) =>
      run('readonly', (store) => {
        const request: IDBRequest<StoredUpload | undefined> = store.get(id);
        return () => request.result;
      }),
    replace: (removedIds, put) =>
      run('readwrite', (store) => {
        for (const id of removedIds) store.delete(id);
        for (const upload of put) store.put(upload);
        return () => undefined;
      }),
    clear: () =>
      run('readwrite', (store) => {
        store.clear();
        return () => undefined;
      }),
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('yiying', 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser has no database'));
  });
}

/** As long as the page. */
export function memoryStore(): UploadStore {
  const kept = new Map<string, StoredUpload>();
  return {
    all: async (merchantId) => [...kept.values()].filter((one) => one.merchantId === merchantId),
    get: async (id) => kept.get(id),
    replace: async (removedIds, put) => {
      for (const id of removedIds) kept.delete(id);
      for (const upload of put) kept.set(upload.id, upload);
    },
    clear: async () => kept.clear(),
  };
}
