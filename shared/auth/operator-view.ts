import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { AccessTokens } from './access-token.ts';
import type { TokenSubject } from './sign-token.ts';

/**
 * Whether the operator may still look, asked at each call: the view was not ended, the operator's session stands, who is still the operator, in
 * the role of the beginning, and not suspended, and the merchant has not left. @throws ApiError VIEW_ENDED
 */
export async function seenByOperator(
  db: Database,
  { viewId, merchantId, sessionId }: TokenSubject & { readonly viewId: string },
  nowMs: number,
): Promise<void> {
  const [live] = await db.query<{ live: number }>(
    `SELECT 1 AS live FROM operator_views v
     JOIN operators o ON o.merchant_id = v.operator_id JOIN merchants m ON m.id = v.operator_id
     JOIN sessions s ON s.id = v.session_id JOIN merchants seen ON seen.id = v.merchant_id
     WHERE v.id = ? AND v.merchant_id = ? AND v.session_id = ? AND v.ended_at IS NULL AND v.expires_at > ?
       AND o.role = v.role AND o.ended_at IS NULL AND m.state = 'active'
       AND s.merchant_id = v.operator_id AND s.revoked_at IS NULL AND s.expires_at > ? AND seen.state <> 'deleted'`,
    [viewId, merchantId, sessionId, sqlTime(nowMs), sqlTime(nowMs)],
  );
  if (!live) throw new ApiError('VIEW_ENDED');
}

/** Ends the view of this token; whoever holds it may. What is none, or over, is nothing to end: nobody is told. */
export async function endView(
  { db, tokens }: { readonly db: Database; readonly tokens: AccessTokens },
  token: string,
  nowMs: number,
): Promise<void> {
  let subject: TokenSubject;
  try {
    subject = await tokens.verify(token, nowMs);
  } catch (error) {
    if (error instanceof ApiError) return;
    throw error;
  }
  if (subject.viewId === undefined) return;
  await db.write('UPDATE operator_views SET ended_at = ? WHERE id = ? AND ended_at IS NULL', [
    ...[sqlTime(nowMs), subject.viewId],
  ]);
}
