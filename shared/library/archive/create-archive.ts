import type { Bucket } from '../../cos/bucket.ts';
import { archiveWorkKey } from '../../cos/keys.ts';
import { putWorkObjectAt } from '../../cos/put-work-object.ts';
import type { Retention } from '../../cos/retention.ts';
import type { Database } from '../../db/database.ts';
import { ApiError } from '../../http/api-error.ts';
import { newId } from '../../id.ts';
import { readOwnBatch } from '../../tasks/read-batch.ts';
import type { Language } from '../../tasks/task-summary.ts';
import { countOpen, insertArchive, readArchiveOfKey } from './archive-rows.ts';
import { readArchived } from './archived-files.ts';
import { type ArchiveView, viewArchive } from './view-archive.ts';

export interface ArchiveRequest {
  readonly merchantId: string;
  readonly batchId?: string | undefined;
  readonly assetIds?: readonly string[] | undefined;
  readonly language: Language;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  /** Of the request that orders it. */
  readonly trace?: string;
  readonly nowMs: number;
}

interface Services {
  readonly db: Database;
  readonly bucket: Bucket;
  readonly retention: Retention;
}

const MAX_FILES = 2000;
/** What every unpacker takes: the format's extension for more is not everywhere. */
const MAX_BYTES = 4_000_000_000;
/** Of one merchant at once; two that ask at the same moment may pass it by one. */
const MAX_OPEN = 5;

/**
 * Orders an archive and starts its making. The same key answers with the archive that it ordered, whatever has become of it.
 * @throws ApiError NOT_FOUND (another's batch), NOTHING_TO_ARCHIVE, ARCHIVE_TOO_LARGE, RATE_LIMITED (five are being made), IDEMPOTENCY_CONFLICT
 */
export async function createArchive(services: Services, request: ArchiveRequest): Promise<ArchiveView> {
  const { db, bucket, retention } = services;
  const { merchantId, language, idempotencyKey, requestHash, nowMs } = request;
  const source = { merchantId, batchId: request.batchId ?? null, assetIds: request.assetIds ?? null };
  if (!(await readArchiveOfKey(db, merchantId, idempotencyKey))) {
    if (source.batchId !== null && !(await readOwnBatch(db, merchantId, source.batchId)))
      throw new ApiError('NOT_FOUND');
    if ((await countOpen(db, merchantId)) >= MAX_OPEN) throw new ApiError('RATE_LIMITED', { retryAfterSeconds: 30 });
    checkSize((await readArchived(db, source, { retention, nowMs })).flatMap(({ files }) => files));
    const archiveId = newId('arc_', nowMs);
    const ordered = { ...source, archiveId, language, idempotencyKey, requestHash, trace: request.trace ?? null };
    await insertArchive(db, ordered, nowMs);
  }
  const archive = await readArchiveOfKey(db, merchantId, idempotencyKey);
  if (!archive) throw new Error('an archive that was written is not there');
  if (archive.requestHash !== requestHash) throw new ApiError('IDEMPOTENCY_CONFLICT');
  if (archive.state === 'waiting') await putWorkObjectAt(bucket, archiveWorkKey(archive.archiveId), nowMs);
  return viewArchive(bucket, archive, { language, nowMs });
}

function checkSize(files: readonly { sizeBytes: number }[]): void {
  if (files.length === 0) throw new ApiError('NOTHING_TO_ARCHIVE');
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (files.length > MAX_FILES || bytes > MAX_BYTES) throw new ApiError('ARCHIVE_TOO_LARGE');
}
