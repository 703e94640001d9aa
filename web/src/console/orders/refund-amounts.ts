import type { MerchantDetail } from '../merchants/use-merchant.ts';
import type { FoundOrder } from './order-text.ts';

export interface RefundAmounts {
  /** All that has not gone back yet. */
  readonly wholeFen: number;
  /** The share of the credits that nobody has spent, rounded down to a fen; 0 when they can be spent no more. */
  readonly unusedFen: number;
  /** That are left of the order and are taken with it, whichever way. */
  readonly credits: number;
}

/** What `refund-order` would give back now, by its own rule (docs/runbooks/money.md). The service's answer is the one that counts. */
export function refundAmounts(
  { order }: FoundOrder,
  { lots }: Pick<MerchantDetail, 'lots'>,
  nowMs: number,
): RefundAmounts {
  const { orderId, amountFen, refundedFen, credits } = order;
  const wholeFen = amountFen - refundedFen;
  const lot = lots.find(({ source }) => source.startsWith('pay:') && source.endsWith(`:${orderId}`));
  const remaining = lot?.remaining ?? 0;
  const isLive = lot !== undefined && lot.revokedAtMs === undefined && lot.expiresAtMs > nowMs;
  const unusedFen = isLive ? Math.min(wholeFen, Math.floor((amountFen * remaining) / credits)) : 0;
  return { wholeFen, unusedFen, credits: remaining };
}
