import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

interface CardMerchant {
  readonly featureId: string;
  readonly merchantId: string;
  readonly allowed: boolean;
  readonly reason: string;
}

/** Puts a merchant on a card's whitelist, or takes one off. @throws ApiError NOT_FOUND, FEATURE_NOT_FOUND, IDEMPOTENCY_CONFLICT */
export async function setCardMerchant(
  db: Database,
  { featureId, merchantId, allowed, reason }: CardMerchant,
  write: OperatorWrite,
) {
  const refusals = { unknown: 'NOT_FOUND', no_card: 'FEATURE_NOT_FOUND' } as const;
  await callWrite(db, 'set_card_merchant_v1', [featureId, merchantId, allowed ? 1 : 0, reason], write, refusals);
  return { featureId, merchantId, allowed };
}
