import type { Clock } from '../../clock.ts';
import { archiveKey } from '../../cos/keys.ts';
import type { Objects } from '../../cos/objects.ts';
import { archiveExpiresAtMs, type Retention } from '../../cos/retention.ts';
import type { PartUploads } from '../../cos/upload-parts.ts';
import type { Database } from '../../db/database.ts';
import { DatabaseUnavailable } from '../../db/database-unavailable.ts';
import { newId } from '../../id.ts';
import { retryDelayMs } from '../../tasks/retry-delay.ts';
import { type ArchiveEntry, archiveEntries, archiveManifest, manifestName } from './archive-entries.ts';
import {
  type ArchiveRow,
  type BuiltArchive,
  claimArchive,
  failArchive,
  finishArchive,
  MAX_ATTEMPTS,
  readArchive,
} from './archive-rows.ts';
import { readArchived } from './archived-files.ts';
import { zipEntries } from './zip-entries.ts';

export interface ArchiveServices {
  readonly db: Database;
  readonly objects: Objects;
  readonly uploads: PartUploads;
  readonly retention: Retention;
  readonly clock: Clock;
  /** Told what went wrong with an attempt, for the log. */
  readonly onFailure: (failure: { archiveId: string; attempt: number; error: unknown }) => void;
  /** Told which request ordered the archive, for the log. */
  readonly onTrace?: (trace: string | null) => void;
}

export type ArchiveOutcome = 'ready' | 'busy' | 'empty' | 'waiting' | 'failed' | 'lost';

/** What cannot be archived now, nor by another attempt. */
class NothingToArchive extends Error {
  override readonly name = 'NothingToArchive';
}

/**
 * Makes one archive: claims it, streams the files from COS into COS in parts, and finishes under the lease. A failed attempt is
 * recorded and returned. @throws DatabaseUnavailable, and then the lease runs out
 */
export async function buildArchive(services: ArchiveServices, archiveId: string): Promise<ArchiveOutcome> {
  const { db, objects, clock, onTrace } = services;
  const lease = { archiveId, leaseId: newId('lse_', clock()) };
  const isOurs = await claimArchive(db, archiveId, lease.leaseId, clock());
  const archive = await readArchive(db, archiveId);
  onTrace?.(archive?.trace ?? null);
  if (!isOurs || !archive) return 'busy';
  let built: BuiltArchive;
  try {
    built = await writeArchive(services, archive, lease);
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    return recordFailure(services, archive, lease, error);
  }
  if (await finishArchive(db, lease, built, clock())) return 'ready';
  // Another worker has it, for this one took too long: nobody would ever read these bytes.
  await objects.delete(built.key);
  return 'lost';
}

async function writeArchive(
  { db, objects, uploads, retention, clock }: ArchiveServices,
  archive: ArchiveRow,
  lease: { archiveId: string; leaseId: string },
): Promise<BuiltArchive> {
  const { merchantId, batchId, assetsJson, language } = archive;
  const assetIds = assetsJson === null ? null : (JSON.parse(assetsJson) as string[]); // as it was written
  const tasks = await readArchived(db, { merchantId, batchId, assetIds }, { retention, nowMs: clock() });
  const entries = archiveEntries(tasks, language);
  const missing = new Set<ArchiveEntry>();
  const key = archiveKey(lease);
  const closing = () => {
    if (missing.size === entries.length) throw new NothingToArchive();
    return { name: manifestName(language), text: archiveManifest(tasks, entries, { missing, language }) };
  };
  const parts = { onMissing: (entry: ArchiveEntry) => missing.add(entry), closing, atMs: archive.createdAtMs };
  const sizeBytes = await uploads.write(key, zipEntries(objects, entries, parts), 'application/zip');
  const oldestMs = Math.min(...entries.map(({ task }) => task.createdAtMs));
  const expiresAtMs = archiveExpiresAtMs(clock(), oldestMs, retention);
  return { key, files: entries.length - missing.size + 1, sizeBytes, expiresAtMs };
}

async function recordFailure(
  { db, clock, onFailure }: ArchiveServices,
  { attempts }: ArchiveRow,
  lease: { archiveId: string; leaseId: string },
  error: unknown,
): Promise<ArchiveOutcome> {
  const nowMs = clock();
  if (error instanceof NothingToArchive) {
    await failArchive(db, lease, { errorCode: 'NOTHING_TO_ARCHIVE', retryAtMs: undefined }, nowMs);
    return 'empty';
  }
  onFailure({ archiveId: lease.archiveId, attempt: attempts, error });
  const retryAtMs = attempts < MAX_ATTEMPTS ? nowMs + retryDelayMs(attempts, lease.leaseId) : undefined;
  await failArchive(db, lease, { errorCode: 'ARCHIVE_FAILED', retryAtMs }, nowMs);
  return retryAtMs === undefined ? 'failed' : 'waiting';
}
