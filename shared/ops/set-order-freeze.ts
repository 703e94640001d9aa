import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { readOwnOrder } from '../payments/order.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

const REFUSALS = {
  unknown: 'NOT_FOUND',
  not_granted: 'ORDER_NOT_PAID',
  unchanged: 'FREEZE_UNCHANGED',
  refused: 'RELEASE_REFUSED',
} as const;

/**
 * Puts an order's credits out of reach, or gives them back; of an own order that is another operator's to decide (docs/decisions/0026).
 * @throws ApiError NOT_FOUND, OWN_ACCOUNT, ORDER_NOT_PAID, FREEZE_UNCHANGED, RELEASE_REFUSED, IDEMPOTENCY_CONFLICT
 */
export async function setOrderFreeze(
  db: Database,
  { orderId, frozen, reason }: { orderId: string; frozen: boolean; reason: string },
  write: OperatorWrite,
): Promise<{ orderId: string; frozen: boolean }> {
  if (await readOwnOrder(db, write.operatorId, orderId, write.nowMs)) throw new ApiError('OWN_ACCOUNT');
  await callWrite(db, 'set_order_freeze_v1', [orderId, frozen ? 1 : 0, reason], write, REFUSALS);
  return { orderId, frozen };
}
