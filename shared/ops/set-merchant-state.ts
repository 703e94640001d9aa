import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

type Outcome = 'done' | 'replayed' | 'conflict' | 'unknown';

/**
 * Suspends a merchant, or lets one back in. No session can be renewed or begun from then on; an access token that is out is good for
 * what is left of its 15 minutes. @throws ApiError NOT_FOUND, IDEMPOTENCY_CONFLICT
 */
export async function setMerchantState(
  db: Database,
  { merchantId, state, reason }: { merchantId: string; state: 'active' | 'suspended'; reason: string },
  write: OperatorWrite,
) {
  const { outcome } = await db.callProcedure<{ outcome: Outcome }>('set_merchant_state_v2', [
    ...[write.operatorId, merchantId, state, reason, ...writeParams(write)],
  ]);
  if (outcome === 'unknown') throw new ApiError('NOT_FOUND');
  if (outcome === 'conflict') throw new ApiError('IDEMPOTENCY_CONFLICT');
  return { merchantId, state };
}
