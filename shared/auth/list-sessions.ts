import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { SignedInMerchant } from './signed-in-merchant.ts';

export interface Session {
  readonly sessionId: string;
  readonly current: boolean;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
}

const MOST = 100;

/** Where the merchant is signed in now, the newest sign-in first. */
export async function listSessions(db: Database, merchant: SignedInMerchant, nowMs: number) {
  const rows = await db.query<Omit<Session, 'current'>>(
    `SELECT id AS sessionId, address, user_agent AS userAgent, created_at AS createdAtMs, last_used_at AS lastUsedAtMs,
       expires_at AS expiresAtMs
     FROM sessions WHERE merchant_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT ?`,
    [merchant.id, sqlTime(nowMs), MOST],
  );
  return { items: rows.map((row): Session => ({ ...row, current: row.sessionId === merchant.sessionId })) };
}

/**
 * Ends one session, or all but the one that asks. Its refresh token is dead at once, its access token within 15 minutes.
 * Ending it again answers the same. @throws ApiError NOT_FOUND for a session that is not the merchant's
 */
export async function revokeSession(db: Database, merchant: SignedInMerchant, which: string, nowMs: number) {
  const [condition, id] = which === 'others' ? ['id <> ?', merchant.sessionId] : ['id = ?', which];
  const { affectedRows } = await db.write(
    `UPDATE sessions SET revoked_at = COALESCE(revoked_at, ?) WHERE merchant_id = ? AND ${condition}`,
    [sqlTime(nowMs), merchant.id, id],
  );
  if (affectedRows === 0 && which !== 'others') throw new ApiError('NOT_FOUND');
  return {};
}
