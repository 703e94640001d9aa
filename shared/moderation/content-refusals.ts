import type { Objects } from '../cos/objects.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { Refusal } from './moderator.ts';

interface Services {
  readonly db: Database;
  readonly objects: Objects;
}

/** Whoever recorded it deletes the object at once; when it has died meanwhile, the sweeper does. */
const SWEEP_AFTER_MS = 60_000;
export const PAGE = 100;

/** A row first, then the object: so that an object without its row's word is deleted all the same. */
export async function refuseObject(
  { db, objects }: Services,
  { key, merchantId, taskId }: { key: string; merchantId: string; taskId: string },
  { suggestion, label, subLabel, score, requestId }: Refusal,
  nowMs: number,
): Promise<void> {
  await db.write(
    `INSERT INTO content_refusals (object_key, merchant_id, task_id, suggestion, label, sub_label, score, request_id, created_at, remove_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE object_key = object_key`,
    [
      ...[
        key,
        merchantId,
        taskId,
        suggestion,
        label.slice(0, 64),
        subLabel.slice(0, 64),
        score,
        requestId.slice(0, 64),
      ],
      ...[sqlTime(nowMs), sqlTime(nowMs + SWEEP_AFTER_MS)],
    ],
  );
  await removeObject({ db, objects }, key);
}

export async function wasRefused(db: Database, key: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM content_refusals WHERE object_key = ?', [key])).length > 0;
}

/** The object of a refused picture, whatever stands there now. */
export async function removeObject({ db, objects }: Services, key: string): Promise<void> {
  await objects.delete(key);
  await db.write('UPDATE content_refusals SET remove_at = NULL WHERE object_key = ?', [key]);
}

/** Deletes what a worker that died had still to delete. @returns how many, and what failed */
export async function sweepRefusals(
  services: Services,
  nowMs: number,
): Promise<{ removed: number; failures: unknown[] }> {
  const due = await services.db.query<{ key: string }>(
    'SELECT object_key AS `key` FROM content_refusals WHERE remove_at <= ? ORDER BY remove_at LIMIT ?',
    [sqlTime(nowMs), PAGE],
  );
  const failures: unknown[] = [];
  for (const { key } of due) await removeObject(services, key).catch((error: unknown) => failures.push(error));
  return { removed: due.length - failures.length, failures };
}
