import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

/** A run that was missed is made up for this long; credits that come back to a dead lot come within hours of its end. */
const LOOK_BACK_MS = 35 * 86_400_000;
const PAGE = 500;
/** A run ends well before its function's time does; the next one goes on. */
export const MAX_LOTS = 5000;

interface DeadLot {
  readonly lotId: string;
  readonly merchantId: string;
  readonly expiresAtMs: number;
  readonly remaining: number;
}

/**
 * Writes off what dead lots still hold, so that a ledger says where they went. Nothing that anybody sees depends on it: expiry is
 * judged by whoever spends or reads.
 */
export async function expireCredits(
  db: Database,
  nowMs: number,
  maxLots = MAX_LOTS,
): Promise<{ readonly expiredLots: number }> {
  let expiredLots = 0;
  let after = { atMs: nowMs - LOOK_BACK_MS, id: '' };
  for (;;) {
    const lots = await db.query<DeadLot>(
      `SELECT id AS lotId, merchant_id AS merchantId, expires_at AS expiresAtMs, remaining FROM quota_lots
       WHERE expires_at <= ? AND (expires_at > ? OR (expires_at = ? AND id > ?)) AND revoked_at IS NULL
       ORDER BY expires_at, id LIMIT ?`,
      [sqlTime(nowMs), sqlTime(after.atMs), sqlTime(after.atMs), after.id, PAGE],
    );
    for (const { lotId, merchantId, remaining } of lots) {
      if (remaining === 0) continue;
      const params = [merchantId, lotId, sqlTime(nowMs)];
      const { outcome } = await db.callProcedure<{ outcome: 'expired' | 'not_due' }>('expire_lot_v1', params);
      if (outcome === 'expired') expiredLots += 1;
      if (expiredLots >= maxLots) return { expiredLots };
    }
    const last = lots.at(-1);
    if (!last || lots.length < PAGE) return { expiredLots };
    after = { atMs: last.expiresAtMs, id: last.lotId };
  }
}
