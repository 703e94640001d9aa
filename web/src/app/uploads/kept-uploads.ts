import { asBatch } from './batch-calls.ts';
import type { StoredUpload, UploadStore } from './upload-store.ts';

/** What has not arrived yet. Memory decides, at once; the store follows, for the next page and for other tabs. */
export interface KeptUploads {
  readonly get: (id: string) => StoredUpload | undefined;
  /** What closed pages left behind. */
  readonly load: (merchantId: string) => Promise<readonly StoredUpload[]>;
  readonly add: (uploads: readonly StoredUpload[]) => Promise<void>;
  /**
   * As another tab may have changed it; one that is ordered here stays in its batch.
   * @returns undefined when it was in the store and is gone: sent or canceled there
   */
  readonly reread: (id: string, isOrdered: boolean) => Promise<StoredUpload | undefined>;
  /** What is left of batches that were not created, named by their keys, becomes batches of their own, under new keys. */
  readonly remove: (ids: readonly string[], brokenKeys?: readonly string[]) => Promise<void>;
  readonly clear: () => Promise<void>;
}

export function openKeptUploads(store: UploadStore): KeptUploads {
  const kept = new Map<string, StoredUpload>();
  /** Those that the store has, too. */
  const written = new Set<string>();

  const write = async (removedIds: readonly string[], put: readonly StoredUpload[]): Promise<void> => {
    try {
      await store.replace(removedIds, put);
      for (const { id } of put) written.add(id);
    } catch {
      // A full disk must not keep a photo from being sent, nor leave the store behind: under two keys it would be ordered twice.
      const ids = [...removedIds, ...put.map(({ id }) => id)];
      for (const id of ids) written.delete(id);
      await store.replace(ids, []).catch(() => undefined);
    }
  };
  const regroup = (key: string): StoredUpload[] => {
    const left = [...kept.values()].filter(({ batch }) => batch?.key === key);
    const batches = asBatch(left);
    const next = left.map((one, n) => ({ ...one, batch: batches[n] }));
    for (const one of next) kept.set(one.id, one);
    return next;
  };

  return {
    get: (id) => kept.get(id),
    load: async (merchantId) => {
      const found = await store.all(merchantId);
      for (const one of found) {
        kept.set(one.id, one);
        written.add(one.id);
      }
      return found;
    },
    add: async (uploads) => {
      for (const one of uploads) kept.set(one.id, one);
      await write([], uploads);
    },
    reread: async (id, isOrdered) => {
      const mine = kept.get(id);
      if (!mine || !written.has(id)) return mine;
      const theirs = await store.get(id).catch(() => mine);
      // What was decided here meanwhile counts.
      if (kept.get(id) !== mine || !written.has(id)) return kept.get(id);
      if (!theirs) kept.delete(id);
      else if (!isOrdered) kept.set(id, theirs);
      return kept.get(id);
    },
    remove: (ids, brokenKeys = []) => {
      for (const id of ids) kept.delete(id);
      return write(ids, brokenKeys.flatMap(regroup));
    },
    clear: () => {
      kept.clear();
      return store.clear();
    },
  };
}
