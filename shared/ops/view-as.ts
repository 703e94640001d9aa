import type { AccessTokens } from '../auth/access-token.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { maskPhone } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';
import type { SignedInOperator } from './signed-in-operator.ts';

/** Long enough to look where a merchant points; whoever needs longer says why again. */
const VIEW_MS = 10 * 60_000;

interface Row {
  readonly outcome: 'begun' | 'replayed' | 'conflict' | 'unknown';
  readonly view_id: string | null;
  readonly created_at: number | null;
  readonly expires_at: number | null;
}

/**
 * Begins a view of one merchant for this operator's session. Asked again with its key, it is the same view, with the same end.
 * @throws ApiError NOT_FOUND, IDEMPOTENCY_CONFLICT, VIEW_ENDED: so long ago that nothing is known of it
 */
export async function viewAs(
  { db, tokens }: { readonly db: Database; readonly tokens: AccessTokens },
  { id: operatorId, sessionId, role }: SignedInOperator,
  { merchantId, reason }: { readonly merchantId: string; readonly reason: string },
  write: OperatorWrite,
) {
  // First: a row of what could not be signed would tell of a look that nobody had.
  const sign = await tokens.viewSigner();
  const ends = sqlTime(write.nowMs + VIEW_MS);
  const params = [sessionId, role, merchantId, newId('vew_', write.nowMs), ends, reason];
  const row = await callWrite<Row>(db, 'begin_view_v1', params, write, { unknown: 'NOT_FOUND' });
  const { view_id: viewId, created_at: createdAtMs, expires_at: expiresAtMs } = row;
  if (viewId === null || createdAtMs === null || expiresAtMs === null) throw new ApiError('VIEW_ENDED');
  const [merchant] = await db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [merchantId]);
  if (!merchant) throw new ApiError('NOT_FOUND');
  const viewToken = await sign({ merchantId, sessionId, viewId, operatorId, createdAtMs, expiresAtMs });
  return { viewId, viewToken, merchantId, phoneMasked: maskPhone(merchant.phone), expiresAtMs };
}
