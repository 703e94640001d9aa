import type { Clock } from '../clock.ts';
import type { Objects } from '../cos/objects.ts';
import { type Retention, resultsKeptSinceMs } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { firstIdOf } from '../id.ts';
import { sideBySide } from '../side-by-side.ts';
import type { ResultId } from '../tasks/asset-id.ts';

export interface SweptLibrary {
  /** Deleted by their merchants seven days ago. */
  readonly deleted: number;
  /** At the end of their life. */
  readonly outlived: number;
  readonly failures: readonly unknown[];
}

interface Services {
  readonly db: Database;
  readonly objects: Objects;
}

type Due = ResultId & { readonly key: string };

/** Of each kind; at some 40 ms an object a tick takes 20 s. */
export const PAGE = 2000;
export const SIDE_BY_SIDE = 8;
/** Of its function's two minutes, which is not alone in it: after this nothing more is begun. */
export const WORK_MS = 60_000;
/** Nothing can be deleted: the next tick may find COS or the database well again. */
const MOST_FAILURES = 100;
const COLUMNS = 'task_id AS taskId, step, unit, name, object_key AS `key`';

/**
 * Deletes the objects of results whose time has come, then says so on their rows: an object without its row's word is met by the next
 * tick, which finds nothing to delete and writes the word. The bucket's own rule comes a day later, for what nobody knows of.
 */
export async function sweepLibrary(
  services: Services,
  retention: Retention,
  nowMs: number,
  clock: Clock,
): Promise<SweptLibrary> {
  const { db } = services;
  const endsAtMs = clock() + WORK_MS;
  const deleted = await db.query<Due>(
    `SELECT ${COLUMNS} FROM task_outputs WHERE purge_at <= ? ORDER BY purge_at, task_id, step, unit, name LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
  const oldest = firstIdOf('tsk_', Math.max(0, resultsKeptSinceMs(nowMs, retention)));
  const outlived = await db.query<Due>(
    `SELECT ${COLUMNS} FROM task_outputs WHERE purged_at IS NULL AND task_id < ? ORDER BY task_id LIMIT ?`,
    [oldest, PAGE],
  );
  const failures: unknown[] = [];
  const counts = { deleted: 0, outlived: 0 };
  const all = [
    ...deleted.map((due) => ({ due, kind: 'deleted' as const })),
    ...outlived.map((due) => ({ due, kind: 'outlived' as const })),
  ];
  await sideBySide(all, SIDE_BY_SIDE, async ({ due, kind }) => {
    if (clock() >= endsAtMs || failures.length >= MOST_FAILURES) return;
    counts[kind] += 1;
    await purge(services, due, nowMs).catch((error: unknown) => void failures.push(error));
  });
  return { ...counts, failures };
}

async function purge({ db, objects }: Services, { taskId, step, unit, name, key }: Due, nowMs: number): Promise<void> {
  await objects.delete(key);
  await db.write(
    `UPDATE task_outputs SET purged_at = ?, purge_at = NULL
     WHERE task_id = ? AND step = ? AND unit = ? AND name = ? AND purged_at IS NULL`,
    [sqlTime(nowMs), taskId, step, unit, name],
  );
}
