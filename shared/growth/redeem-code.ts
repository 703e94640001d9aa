import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { hashRedeemCode } from './redeem-code-text.ts';

export interface Redemption {
  readonly merchantId: string;
  readonly code: string;
  readonly idempotencyKey: string;
  readonly nowMs: number;
}

export interface RedeemedLot {
  readonly lotId: string;
  readonly credits: number;
  readonly expiresAtMs: number;
}

type Refusal = 'conflict' | 'no_account' | 'unknown' | 'over' | 'already_yours' | 'used_up';

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  no_account: 'NOT_SIGNED_IN',
  unknown: 'REDEEM_CODE_UNKNOWN',
  over: 'REDEEM_CODE_OVER',
  already_yours: 'REDEEM_CODE_USED',
  used_up: 'REDEEM_CODE_USED',
} as const;

/**
 * One use of a code becomes one lot of the merchant's.
 * @throws ApiError REDEEM_CODE_UNKNOWN, REDEEM_CODE_OVER, REDEEM_CODE_USED, IDEMPOTENCY_CONFLICT, NOT_SIGNED_IN (no account)
 */
export async function redeemCode(db: Database, { merchantId, code, ...request }: Redemption): Promise<RedeemedLot> {
  const row = await db.callProcedure<{ outcome: 'redeemed' | 'replayed' | Refusal; lot_id: string | null }>(
    'redeem_code_v2',
    [merchantId, hashRedeemCode(code), newId('lot_', request.nowMs), request.idempotencyKey, sqlTime(request.nowMs)],
  );
  if (row.outcome !== 'redeemed' && row.outcome !== 'replayed') throw new ApiError(REFUSALS[row.outcome]);
  const [lot] = await db.query<RedeemedLot>(
    'SELECT id AS lotId, amount AS credits, expires_at AS expiresAtMs FROM quota_lots WHERE id = ?',
    [row.lot_id],
  );
  if (!lot) throw new TypeError('a lot that was just granted is gone');
  return lot;
}
