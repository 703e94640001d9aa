import { makeZip } from 'client-zip';
import { ObjectNotFound, type Objects } from '../../cos/objects.ts';
import { SHANGHAI_MS } from '../../shanghai-day.ts';
import type { ArchiveEntry } from './archive-entries.ts';

/** What one read of COS takes into memory. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Small files are fetched ahead of their turn, so that a thousand of them do not wait for a thousand round trips. */
const AHEAD = 4;

/**
 * The archive's bytes as they come, stored without compression: pictures and films are compressed already. An entry whose object is
 * gone is left out and told to `onMissing`; `closing` makes the last file, when all others are known.
 */
export async function* zipEntries(
  objects: Objects,
  entries: readonly ArchiveEntry[],
  parts: { onMissing: (entry: ArchiveEntry) => void; closing: () => { name: string; text: string }; atMs: number },
): AsyncGenerator<Uint8Array> {
  const reader = makeZip(files(objects, entries, parts)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* files(
  objects: Objects,
  entries: readonly ArchiveEntry[],
  { onMissing, closing, atMs }: Parameters<typeof zipEntries>[2],
) {
  const begun = new Map<number, Promise<Buffer | undefined>>();
  for (const [n, entry] of entries.entries()) {
    for (let ahead = n; ahead < Math.min(n + AHEAD, entries.length); ahead++) {
      if (!begun.has(ahead)) begun.set(ahead, quietly(firstChunk(objects, entries[ahead])));
    }
    const first = await begun.get(n);
    begun.delete(n);
    if (!first) {
      onMissing(entry);
      continue;
    }
    yield { name: entry.path, lastModified: wallClock(entry.task.createdAtMs), input: bytesOf(objects, entry, first) };
  }
  const { name, text } = closing();
  yield { name, lastModified: wallClock(atMs), input: text };
}

/** A failure is met when its turn has come, and is no unhandled one until then. */
function quietly<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

async function firstChunk(objects: Objects, entry: ArchiveEntry | undefined): Promise<Buffer | undefined> {
  if (!entry) return undefined;
  const { key, sizeBytes } = entry.file;
  try {
    const whole = sizeBytes <= CHUNK_BYTES;
    return (await objects.get(key, whole ? {} : { range: [0, CHUNK_BYTES - 1] })).bytes;
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

async function* bytesOf(objects: Objects, { file }: ArchiveEntry, first: Buffer): AsyncGenerator<Uint8Array> {
  yield first;
  for (let from = CHUNK_BYTES; from < file.sizeBytes; from += CHUNK_BYTES) {
    const last = Math.min(from + CHUNK_BYTES, file.sizeBytes) - 1;
    yield (await objects.get(file.key, { range: [from, last] })).bytes;
  }
}

/** A ZIP's times have no zone and are written from local parts: the merchant's clock on the wall, wherever this runs. */
function wallClock(atMs: number): Date {
  const shifted = new Date(atMs + SHANGHAI_MS);
  return new Date(shifted.getTime() + shifted.getTimezoneOffset() * 60_000);
}
