import { ARCHIVE_FAILURES, type ArchiveState } from '../../contract/archives.ts';
import type { Bucket } from '../../cos/bucket.ts';
import type { Database } from '../../db/database.ts';
import { ApiError } from '../../http/api-error.ts';
import { shanghaiDay } from '../../shanghai-day.ts';
import { LINK_SECONDS, readLink, signedAt } from '../../tasks/read-link.ts';
import type { Language } from '../../tasks/task-summary.ts';
import { type ArchiveRow, readArchive } from './archive-rows.ts';

export interface ArchiveView {
  readonly archiveId: string;
  readonly state: ArchiveState;
  readonly createdAtMs: number;
  readonly files?: number;
  readonly sizeBytes?: number;
  readonly expiresAtMs?: number;
  readonly fileName?: string;
  readonly url?: string;
  readonly urlExpiresAtMs?: number;
  readonly error?: { code: string; message: string };
  readonly pollAfterMs?: number;
}

const POLL_MS = 2000;

/** @throws ApiError NOT_FOUND: another's, or none */
export async function getArchive(
  { db, bucket }: { db: Database; bucket: Bucket },
  merchantId: string,
  archiveId: string,
  at: { language: Language; nowMs: number },
): Promise<ArchiveView> {
  const archive = await readArchive(db, archiveId);
  if (archive?.merchantId !== merchantId) throw new ApiError('NOT_FOUND');
  return viewArchive(bucket, archive, at);
}

/** What its merchant sees; one whose time is over is expired, whether the sweeper has come or not. */
export function viewArchive(
  bucket: Bucket,
  archive: ArchiveRow,
  { language, nowMs }: { language: Language; nowMs: number },
): ArchiveView {
  const { archiveId, createdAtMs, files, sizeBytes, expiresAtMs, key } = archive;
  const isOver = archive.state === 'ready' && (expiresAtMs === null || expiresAtMs <= nowMs);
  const state = isOver ? 'expired' : archive.state;
  const known = { archiveId, state, createdAtMs };
  if (state === 'waiting' || state === 'building') return { ...known, pollAfterMs: POLL_MS };
  if (state === 'failed') return { ...known, error: errorOf(archive.errorCode, language) };
  if (state !== 'ready' || key === null || expiresAtMs === null) return known;
  const fileName = `${language === 'zh' ? '衣影成品' : 'yiying'}-${shanghaiDay(createdAtMs)}-${archiveId.slice(-6)}.zip`;
  return {
    ...known,
    ...{ files, sizeBytes, expiresAtMs, fileName },
    url: readLink(bucket, key, nowMs, fileName),
    urlExpiresAtMs: signedAt(nowMs) + LINK_SECONDS * 1000,
  };
}

function errorOf(code: string | null, language: Language): { code: string; message: string } {
  const known = code === 'NOTHING_TO_ARCHIVE' ? code : 'ARCHIVE_FAILED';
  return { code: known, message: ARCHIVE_FAILURES[known][language] };
}
