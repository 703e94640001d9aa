import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { hashRefreshToken } from './refresh-token.ts';

/** Ends the session of a refresh token, also of one that was used before. Tells nobody whether there was one. */
export async function endSession(db: Database, token: string | null, nowMs: number): Promise<void> {
  if (token === null) return;
  await db.write(
    `UPDATE sessions JOIN refresh_tokens ON refresh_tokens.session_id = sessions.id
     SET sessions.revoked_at = ? WHERE refresh_tokens.token_hash = ? AND sessions.revoked_at IS NULL`,
    [sqlTime(nowMs), hashRefreshToken(token)],
  );
}
