import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

/**
 * Suspends a merchant, or lets one back in. No session can be renewed or begun from then on; an access token that is out is good for
 * what is left of its 15 minutes. @throws ApiError NOT_FOUND, IDEMPOTENCY_CONFLICT
 */
export async function setMerchantState(
  db: Database,
  { merchantId, state, reason }: { merchantId: string; state: 'active' | 'suspended'; reason: string },
  write: OperatorWrite,
) {
  await callWrite(db, 'set_merchant_state_v2', [merchantId, state, reason], write, { unknown: 'NOT_FOUND' });
  return { merchantId, state };
}
