import type { ArchiveFailure, ArchiveState } from '../../contract/archives.ts';
import type { Database } from '../../db/database.ts';
import { sqlTime } from '../../db/sql-time.ts';
import type { Language } from '../../tasks/task-summary.ts';
import type { ArchiveSource } from './archived-files.ts';

export interface ArchiveRow {
  readonly archiveId: string;
  readonly merchantId: string;
  readonly batchId: string | null;
  readonly assetsJson: string | null;
  readonly language: Language;
  readonly state: ArchiveState;
  readonly attempts: number;
  readonly key: string | null;
  readonly files: number;
  readonly sizeBytes: number;
  readonly errorCode: string | null;
  readonly requestHash: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly sweepAtMs: number | null;
  /** Of the request that ordered it; null: none is known. */
  readonly trace: string | null;
}

/** The function's own time limit in serverless.yml, and half a minute. */
const LEASE_MS = 630_000;
/** When nobody has come by then, the work object is written again. */
const FIRST_LOOK_MS = 30_000;
export const MAX_ATTEMPTS = 3;

const COLUMNS = `id AS archiveId, merchant_id AS merchantId, batch_id AS batchId, assets_json AS assetsJson, language, state, attempts,
  object_key AS \`key\`, files, size_bytes AS sizeBytes, error_code AS errorCode, request_hash AS requestHash, created_at AS createdAtMs,
  expires_at AS expiresAtMs, sweep_at AS sweepAtMs, trace`;

export async function readArchive(db: Database, archiveId: string): Promise<ArchiveRow | undefined> {
  const [row] = await db.query<ArchiveRow>(`SELECT ${COLUMNS} FROM archives WHERE id = ?`, [archiveId]);
  return row;
}

export async function readArchiveOfKey(db: Database, merchantId: string, key: string): Promise<ArchiveRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM archives WHERE merchant_id = ? AND idempotency_key = ?`;
  const [row] = await db.query<ArchiveRow>(sql, [merchantId, key]);
  return row;
}

/** Archives of the merchant that are not made yet. */
export async function countOpen(db: Database, merchantId: string): Promise<number> {
  const sql = "SELECT COUNT(*) AS n FROM archives WHERE merchant_id = ? AND state IN ('waiting', 'building')";
  const [row] = await db.query<{ n: number }>(sql, [merchantId]);
  return Number(row?.n ?? 0);
}

/** Leaves a row of the same key as it is: whoever asks reads by the key afterwards. */
export async function insertArchive(
  db: Database,
  archive: ArchiveSource & {
    archiveId: string;
    language: Language;
    idempotencyKey: string;
    requestHash: string;
    trace: string | null;
  },
  nowMs: number,
): Promise<void> {
  const { archiveId, merchantId, batchId, assetIds, language, idempotencyKey, requestHash, trace } = archive;
  await db.write(
    `INSERT INTO archives (id, merchant_id, batch_id, assets_json, language, state, idempotency_key, request_hash, created_at, sweep_at,
       trace)
     VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id`,
    [
      ...[archiveId, merchantId, batchId, assetIds && JSON.stringify(assetIds), language, idempotencyKey, requestHash],
      ...[sqlTime(nowMs), sqlTime(nowMs + FIRST_LOOK_MS), trace],
    ],
  );
}

/** Takes a waiting archive, or one whose worker's lease is over, under a new lease. @returns whether this worker has it */
export async function claimArchive(db: Database, archiveId: string, leaseId: string, nowMs: number): Promise<boolean> {
  const { affectedRows } = await db.write(
    `UPDATE archives SET state = 'building', lease_id = ?, attempts = attempts + 1, sweep_at = ?
     WHERE id = ? AND attempts < ? AND (state = 'waiting' OR (state = 'building' AND sweep_at <= ?))`,
    [leaseId, sqlTime(nowMs + LEASE_MS), archiveId, MAX_ATTEMPTS, sqlTime(nowMs)],
  );
  return affectedRows > 0;
}

export interface BuiltArchive {
  readonly key: string;
  readonly files: number;
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
}

/** Under the lease. @returns whether the archive is this worker's */
export async function finishArchive(
  db: Database,
  { archiveId, leaseId }: { archiveId: string; leaseId: string },
  { key, files, sizeBytes, expiresAtMs }: BuiltArchive,
  nowMs: number,
): Promise<boolean> {
  const { affectedRows } = await db.write(
    `UPDATE archives SET state = 'ready', object_key = ?, files = ?, size_bytes = ?, ended_at = ?, expires_at = ?, sweep_at = ?
     WHERE id = ? AND state = 'building' AND lease_id = ?`,
    [key, files, sizeBytes, sqlTime(nowMs), sqlTime(expiresAtMs), sqlTime(expiresAtMs), archiveId, leaseId],
  );
  return affectedRows > 0;
}

/** Of an attempt: back to the queue until `retryAtMs`, or over for good without it. */
export async function failArchive(
  db: Database,
  { archiveId, leaseId }: { archiveId: string; leaseId: string },
  { errorCode, retryAtMs }: { errorCode: ArchiveFailure; retryAtMs: number | undefined },
  nowMs: number,
): Promise<void> {
  const again = retryAtMs !== undefined;
  await db.write(
    `UPDATE archives SET state = ?, error_code = ?, ended_at = ?, sweep_at = ?, lease_id = NULL
     WHERE id = ? AND state = 'building' AND lease_id = ?`,
    [
      ...[again ? 'waiting' : 'failed', again ? null : errorCode, again ? null : sqlTime(nowMs)],
      ...[again ? sqlTime(retryAtMs) : null, archiveId, leaseId],
    ],
  );
}

export function dueArchives(db: Database, nowMs: number, limit: number): Promise<ArchiveRow[]> {
  return db.query<ArchiveRow>(`SELECT ${COLUMNS} FROM archives WHERE sweep_at <= ? ORDER BY sweep_at, id LIMIT ?`, [
    sqlTime(nowMs),
    limit,
  ]);
}

/** One change of a row that nobody has touched since it was found due. */
export async function sweepRow(
  db: Database,
  { archiveId, state, sweepAtMs }: ArchiveRow,
  change: { state: ArchiveState; sweepAtMs: number | null; errorCode?: ArchiveFailure; endedAtMs?: number },
): Promise<boolean> {
  const { affectedRows } = await db.write(
    `UPDATE archives SET state = ?, sweep_at = ?, error_code = ?, ended_at = COALESCE(ended_at, ?)
     WHERE id = ? AND state = ? AND sweep_at = ?`,
    [
      ...[change.state, change.sweepAtMs === null ? null : sqlTime(change.sweepAtMs), change.errorCode ?? null],
      ...[change.endedAtMs === undefined ? null : sqlTime(change.endedAtMs), archiveId, state, sqlTime(sweepAtMs ?? 0)],
    ],
  );
  return affectedRows > 0;
}
