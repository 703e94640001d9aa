import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import { DAY_MS } from '../shanghai-day.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';
import { refuseOwn } from './refuse-own.ts';

export interface Grant {
  readonly merchantId: string;
  readonly credits: number;
  readonly access: 'basic' | 'member';
  readonly days: number;
  readonly reason: string;
}

interface Row {
  readonly outcome: 'granted' | 'replayed' | 'conflict' | 'unknown';
  readonly lot_id: string | null;
}

/** Gives credits away. @throws ApiError NOT_FOUND, OWN_ACCOUNT, IDEMPOTENCY_CONFLICT */
export async function grantCredits(db: Database, grant: Grant, write: OperatorWrite) {
  const { merchantId, credits, access, days, reason } = grant;
  refuseOwn(merchantId, write);
  const expiresAt = sqlTime(write.nowMs + days * DAY_MS);
  const params = [merchantId, newId('lot_', write.nowMs), credits, access, expiresAt, reason];
  const { lot_id } = await callWrite<Row>(db, 'grant_credits_v1', params, write, { unknown: 'NOT_FOUND' });
  const [lot] = await db.query<{ lotId: string; credits: number; expiresAtMs: number }>(
    'SELECT id AS lotId, amount AS credits, expires_at AS expiresAtMs FROM quota_lots WHERE id = ?',
    [lot_id],
  );
  if (!lot) throw new TypeError('a lot that was just granted is gone');
  return lot;
}
