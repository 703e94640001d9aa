import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

export interface Lot {
  readonly lotId: string;
  readonly amount: number;
  readonly remaining: number;
  readonly expiresAtMs: number;
}

/** What can be spent at `nowMs`: live lots with credits left, in the order in which they are spent. */
export async function queryQuota(
  db: Database,
  merchantId: string,
  nowMs: number,
): Promise<{ available: number; lots: Lot[] }> {
  const lots = await db.query<Lot>(
    `SELECT id AS lotId, amount, remaining, expires_at AS expiresAtMs FROM quota_lots
     WHERE merchant_id = ? AND expires_at > ? AND remaining > 0 AND revoked_at IS NULL
     ORDER BY expires_at, id`,
    [merchantId, sqlTime(nowMs)],
  );
  return { available: lots.reduce((sum, lot) => sum + lot.remaining, 0), lots };
}
