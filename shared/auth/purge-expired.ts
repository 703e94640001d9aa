import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

const DAY_MS = 86_400_000;
export const ROWS_AT_ONCE = 1000;
export const ROUNDS = 50;

/** Rows that nothing reads any more: each table by its index of expiry. Codes stay for a day, since limits count them; views as long,
 * so that who asks again for one is told that it has ended. */
const PURGES = [
  {
    table: 'login_codes',
    sql: 'DELETE FROM login_codes WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    keptMs: DAY_MS,
  },
  {
    table: 'refresh_tokens',
    sql: 'DELETE FROM refresh_tokens WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    keptMs: 0,
  },
  { table: 'rate_limits', sql: 'DELETE FROM rate_limits WHERE expires_at < ? ORDER BY expires_at LIMIT ?', keptMs: 0 },
  {
    table: 'operator_step_ups',
    sql: 'DELETE FROM operator_step_ups WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    keptMs: 0,
  },
  {
    table: 'operator_views',
    sql: 'DELETE FROM operator_views WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    keptMs: DAY_MS,
  },
] as const;

/** Deletes in small statements, so that no lock is held for long. @returns rows deleted, by table */
export async function purgeExpired(db: Database, nowMs: number): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const { table, sql, keptMs } of PURGES) {
    deleted[table] = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { affectedRows } = await db.write(sql, [sqlTime(nowMs - keptMs), ROWS_AT_ONCE]);
      deleted[table] += affectedRows;
      if (affectedRows < ROWS_AT_ONCE) break;
    }
  }
  return deleted;
}
