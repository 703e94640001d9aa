import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is kept of an object beside its bytes. `headers` are the ones that a GET gives back. */
export type StoredObject = {
  key: string;
  etag: string;
  sizeBytes: number;
  lastModifiedMs: number;
  headers: Readonly<Record<string, string>>;
  /** File name under `blobs/`; a new one for every write. */
  blob: string;
};

/** A file with an object's bytes that nobody can see yet. */
export type NewBlob = { path: string; etag: string; sizeBytes: number };

/**
 * The objects of one bucket on disk. A key never becomes a path: the metadata's file is named by the key's hash, the
 * bytes' file by chance. A write appears in one rename of the metadata, whose file names the bytes, so a process
 * killed at any moment leaves the old object or the new one. One process owns the folder; the index is in memory.
 * Nothing is fsynced: what survives here is the death of the process, not of the machine.
 */
export class ObjectStore {
  readonly #blobs: string;
  readonly #meta: string;
  readonly #staging: string;
  readonly #index = new Map<string, StoredObject>();
  /** Sorted as COS lists, by UTF-8 bytes; dropped on every change of the set of keys. */
  #sorted: string[] | undefined;

  constructor(folder: string) {
    this.#blobs = join(folder, 'blobs');
    this.#meta = join(folder, 'meta');
    this.#staging = join(folder, 'staging');
    // What a killed process was still receiving.
    rmSync(this.#staging, { recursive: true, force: true });
    for (const path of [this.#blobs, this.#meta, this.#staging]) mkdirSync(path, { recursive: true });
    for (const name of readdirSync(this.#meta)) {
      if (!name.endsWith('.json')) rmSync(join(this.#meta, name));
      else {
        const object = JSON.parse(readFileSync(join(this.#meta, name), 'utf8')) as StoredObject;
        this.#index.set(object.key, object);
      }
    }
    const referenced = new Set([...this.#index.values()].map(({ blob }) => blob));
    for (const name of readdirSync(this.#blobs)) if (!referenced.has(name)) rmSync(join(this.#blobs, name));
  }

  /** A path for bytes that are still arriving; gone after a restart. */
  stagingPath(): string {
    return join(this.#staging, randomBytes(12).toString('hex'));
  }

  head(key: string): StoredObject | undefined {
    return this.#index.get(key);
  }

  /** A descriptor that stays readable when the object is overwritten or deleted meanwhile. The caller closes it. */
  open(object: StoredObject): number {
    return openSync(this.pathOf(object), 'r');
  }

  /** Synchronous from here on, so that two writers of one key cannot interleave. */
  commit(key: string, bytes: NewBlob, headers: Record<string, string>, lastModifiedMs: number): StoredObject {
    const blob = randomBytes(12).toString('hex');
    renameSync(bytes.path, join(this.#blobs, blob));
    return this.#write({ key, etag: bytes.etag, sizeBytes: bytes.sizeBytes, lastModifiedMs, headers, blob });
  }

  /** Blobs never change, so a copy, also from another bucket of this disk, is one more name for the same file. */
  link(blobPath: string, object: Omit<StoredObject, 'blob'>): StoredObject {
    const blob = randomBytes(12).toString('hex');
    linkSync(blobPath, join(this.#blobs, blob));
    return this.#write({ ...object, blob });
  }

  pathOf(object: StoredObject): string {
    return join(this.#blobs, object.blob);
  }

  /** @returns what was deleted, or undefined when there was nothing */
  delete(key: string): StoredObject | undefined {
    const object = this.#index.get(key);
    if (!object) return undefined;
    rmSync(this.#metaPath(key));
    this.#index.delete(key);
    this.#sorted = undefined;
    rmSync(join(this.#blobs, object.blob), { force: true });
    return object;
  }

  /** Keys in the order of COS's listings. */
  keys(): readonly string[] {
    this.#sorted ??= [...this.#index.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return this.#sorted;
  }

  #metaPath(key: string): string {
    return join(this.#meta, `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  #write(object: StoredObject): StoredObject {
    const path = this.#metaPath(object.key);
    const old = this.#index.get(object.key);
    writeFileSync(`${path}.new`, JSON.stringify(object));
    renameSync(`${path}.new`, path);
    this.#index.set(object.key, object);
    if (old) rmSync(join(this.#blobs, old.blob), { force: true });
    else this.#sorted = undefined;
    return object;
  }
}
