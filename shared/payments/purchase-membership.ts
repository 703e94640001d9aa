import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { ChannelError, type PaymentChannel } from './channel.ts';
import { type Order, readOwnOrder } from './order.ts';

const ORDER_MS = 15 * 60_000;
/** An open order with less time than this left is not offered again: its code would die in the payer's hands. */
const USABLE_MS = 60_000;

export interface PurchaseRequest {
  readonly merchantId: string;
  readonly planId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly notifyUrl: string;
  readonly nowMs: number;
}

type Outcome = {
  outcome: 'created' | 'pending' | 'replayed' | 'conflict' | 'no_plan' | 'no_account';
  order_id: string | null;
};

/**
 * Orders a plan at the channel. The amount is the plan's at this moment. While an order of the same plan and channel is
 * open, that one is answered. When the channel fails the order stays, and the next request asks the channel again under
 * the same number, which is safe: a number stands for one order there.
 * @throws ApiError PLAN_NOT_FOUND, IDEMPOTENCY_CONFLICT, PAYMENT_CHANNEL_FAILED, NOT_SIGNED_IN when the account is gone
 */
export async function purchaseMembership(
  db: Database,
  channel: PaymentChannel,
  request: PurchaseRequest,
): Promise<Order> {
  const { merchantId, nowMs } = request;
  const row = await db.callProcedure<Outcome>('create_order_v1', [
    merchantId,
    newId('ord_', nowMs),
    request.planId,
    channel.id,
    request.idempotencyKey,
    request.requestHash,
    sqlTime(nowMs),
    sqlTime(nowMs + ORDER_MS),
    sqlTime(nowMs + USABLE_MS),
  ]);
  if (row.outcome === 'conflict') throw new ApiError('IDEMPOTENCY_CONFLICT');
  // A token outlives its account by minutes.
  if (row.outcome === 'no_account') throw new ApiError('NOT_SIGNED_IN');
  const order = row.order_id === null ? undefined : await readOwnOrder(db, merchantId, row.order_id, nowMs);
  if (!order) throw new ApiError('PLAN_NOT_FOUND');
  if (order.state !== 'pending' || order.codeUrl !== undefined) return order;
  return { ...order, codeUrl: await orderAtChannel(db, channel, order, request.notifyUrl) };
}

async function orderAtChannel(db: Database, channel: PaymentChannel, order: Order, notifyUrl: string): Promise<string> {
  try {
    const { codeUrl } = await channel.createOrder({
      outTradeNo: order.orderId,
      amountFen: order.amountFen,
      description: `衣影会员 ${order.credits} 次 / ${order.days} 天`,
      expiresAtMs: order.expiresAtMs,
      notifyUrl,
    });
    await db.write('UPDATE orders SET code_url = ? WHERE id = ?', [codeUrl, order.orderId]);
    return codeUrl;
  } catch (error) {
    if (error instanceof ChannelError) throw new ApiError('PAYMENT_CHANNEL_FAILED', { cause: error });
    throw error;
  }
}
