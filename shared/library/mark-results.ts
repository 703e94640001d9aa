import type { Database, SqlValue } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { parseResultId } from '../tasks/asset-id.ts';

const DAY_MS = 86_400_000;
export const RESTORABLE_MS = 7 * DAY_MS;

/** Each by its primary key. A list of row values would be a scan on MariaDB. */
function isOneOf(assetIds: readonly string[]): { sql: string; params: SqlValue[] } {
  const ids = assetIds.flatMap((assetId) => parseResultId(assetId) ?? []);
  return {
    sql: ids.map(() => '(task_id = ? AND step = ? AND unit = ? AND name = ?)').join(' OR '),
    params: ids.flatMap(({ taskId, step, unit, name }) => [taskId, step, unit, name]),
  };
}

/** @throws ApiError NOT_FOUND: another's, deleted, or none */
export async function setFavourite(db: Database, merchantId: string, assetId: string, favourite: boolean) {
  const one = isOneOf([assetId]);
  const { affectedRows } = await db.write(
    `UPDATE task_outputs SET favourite = ? WHERE ${one.sql} AND merchant_id = ? AND purge_at IS NULL AND purged_at IS NULL`,
    [favourite ? 1 : 0, ...one.params, merchantId],
  );
  if (affectedRows === 0) throw new ApiError('NOT_FOUND');
  return { assetId, favourite };
}

/** The first step of deleting: hides, and says when the second comes. What was deleted before keeps its time. */
export async function deleteAssets(db: Database, merchantId: string, assetIds: readonly string[], nowMs: number) {
  const many = isOneOf(assetIds);
  const restorableUntilMs = nowMs + RESTORABLE_MS;
  const { affectedRows } = await db.write(
    `UPDATE task_outputs SET purge_at = COALESCE(purge_at, ?) WHERE (${many.sql}) AND merchant_id = ? AND purged_at IS NULL`,
    [sqlTime(restorableUntilMs), ...many.params, merchantId],
  );
  return { deleted: affectedRows, restorableUntilMs };
}

/** Never after its time, when the sweeper may be deleting the object at this moment. */
export async function restoreAssets(db: Database, merchantId: string, assetIds: readonly string[], nowMs: number) {
  const many = isOneOf(assetIds);
  const { affectedRows } = await db.write(
    `UPDATE task_outputs SET purge_at = NULL
     WHERE (${many.sql}) AND merchant_id = ? AND purged_at IS NULL AND (purge_at IS NULL OR purge_at > ?)`,
    [...many.params, merchantId, sqlTime(nowMs)],
  );
  return { restored: affectedRows };
}
