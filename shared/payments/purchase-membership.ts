import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { attemptSuffix } from './attempt-number.ts';
import { ChannelError, type PayMethod, type PaymentChannel } from './channel.ts';
import { type Order, type OrderAttempt, readOwnOrder } from './order.ts';
import { firstQueryAt } from './query-schedule.ts';
import { fenToYuan } from './yuan.ts';

const ORDER_MS = 15 * 60_000;
/** An open order with less time than this left is not offered again: its code would die in the payer's hands. */
const USABLE_MS = 60_000;

export interface PurchaseRequest {
  readonly merchantId: string;
  readonly planId: string;
  /** What the buyer was shown, as `listPlans` told it; not said, the plan is taken as it is. */
  readonly offer?: string | undefined;
  readonly method: PayMethod;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  /** Of the request that orders it. */
  readonly trace?: string;
  readonly notifyUrl: string;
  readonly returnUrl?: string;
  readonly clientIp?: string;
  readonly nowMs: number;
}

/** `payUrl`: where the browser goes to pay, of every method but `qr`. */
export type PurchasedOrder = Order & { readonly method: PayMethod; readonly payUrl?: string };

type Outcome = {
  outcome: 'created' | 'pending' | 'replayed' | 'conflict' | 'no_plan' | 'plan_changed' | 'no_account';
  order_id: string | null;
};

/**
 * Orders a plan, or another way of paying the order of that plan which is open: one order of one offer, whatever channels it is
 * offered through. The amount is the plan's when the order was made. An open order of a former offer is left alone: its code can
 * be paid for the rest of its fifteen minutes, and when both are paid both are granted, as two purchases. When the channel fails
 * the order stays, and the next request asks again under the same number, which is safe: a number stands for one order there.
 * @throws ApiError PLAN_NOT_FOUND, PLAN_CHANGED, IDEMPOTENCY_CONFLICT, CHANNEL_CLOSED (a method that the channel lacks),
 * PAYMENT_CHANNEL_FAILED, NOT_SIGNED_IN when the account is gone
 */
export async function purchaseMembership(
  db: Database,
  channel: PaymentChannel,
  request: PurchaseRequest,
): Promise<PurchasedOrder> {
  const { merchantId, method, nowMs } = request;
  if (!channel.methods.includes(method)) throw new ApiError('CHANNEL_CLOSED');
  const suffix = attemptSuffix(channel.id, method);
  const row = await db.callProcedure<Outcome>('create_order_v4', [
    ...[merchantId, newId('ord_', nowMs), request.planId, channel.id, method, suffix],
    ...[request.idempotencyKey, request.requestHash, sqlTime(nowMs), sqlTime(nowMs + ORDER_MS)],
    ...[sqlTime(nowMs + USABLE_MS), sqlTime(firstQueryAt(nowMs)), request.trace ?? null],
    request.offer ?? null,
  ]);
  if (row.outcome === 'conflict') throw new ApiError('IDEMPOTENCY_CONFLICT');
  // A token outlives its account by minutes.
  if (row.outcome === 'no_account') throw new ApiError('NOT_SIGNED_IN');
  if (row.outcome === 'plan_changed') throw await planChanged(db, request.planId);
  const order = row.order_id === null ? undefined : await readOwnOrder(db, merchantId, row.order_id, nowMs);
  if (!order) throw new ApiError('PLAN_NOT_FOUND');
  if (order.state !== 'pending') return { ...order, method };
  const asked = { ...order, channel: channel.id, method };
  const isAsked = (attempt: OrderAttempt) => attempt.channel === channel.id && attempt.method === method;
  const known = order.attempts?.find(isAsked)?.codeUrl;
  if (known !== undefined) return { ...asked, codeUrl: known };
  const payUrl = await orderAtChannel(db, channel, order, `${order.orderId}${suffix}`, request);
  if (method !== 'qr') return { ...asked, payUrl };
  const attempts =
    order.attempts?.map((attempt) => (isAsked(attempt) ? { ...attempt, codeUrl: payUrl } : attempt)) ?? [];
  return { ...asked, attempts, codeUrl: payUrl };
}

interface SoldPlan {
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly access: 'basic' | 'member';
}

const ACCESS = {
  basic: ['仅可用于基础功能', 'for basic cards only'],
  member: ['可用于会员功能', 'for all cards'],
} as const satisfies Record<SoldPlan['access'], readonly [zh: string, en: string]>;

/** Says all that is sold, as it is now: whatever of it is not as it was shown can be seen. */
async function planChanged(db: Database, planId: string): Promise<ApiError> {
  const [plan] = await db.query<SoldPlan>(
    'SELECT amount_fen AS amountFen, credits, days, access FROM plans WHERE id = ? AND on_sale = 1',
    [planId],
  );
  // Taken off sale since.
  if (!plan) return new ApiError('PLAN_NOT_FOUND');
  const { amountFen, credits, days, access } = plan;
  const yuan = fenToYuan(amountFen).replace(/\.00$/, '');
  const [accessZh, accessEn] = ACCESS[access];
  const zh = `现为 ¥${yuan}、${credits} 额度、${days} 天，${accessZh}`;
  const en = `it is ¥${yuan}, ${credits} credits and ${days} days now, ${accessEn}`;
  return new ApiError('PLAN_CHANGED', { fields: [{ path: 'offer', rule: 'plan', zh, en }] });
}

async function orderAtChannel(
  db: Database,
  channel: PaymentChannel,
  order: Order,
  outTradeNo: string,
  { method, notifyUrl, returnUrl, clientIp }: PurchaseRequest,
): Promise<string> {
  try {
    const { payUrl } = await channel.createOrder({
      outTradeNo,
      method,
      amountFen: order.amountFen,
      description: `衣影会员 ${order.credits} 次 / ${order.days} 天`,
      expiresAtMs: order.expiresAtMs,
      notifyUrl,
      ...(returnUrl !== undefined && { returnUrl }),
      ...(clientIp !== undefined && { clientIp }),
    });
    // Other methods' addresses live for minutes: they are made anew each time.
    if (method === 'qr') {
      await db.write('UPDATE order_attempts SET code_url = ? WHERE out_trade_no = ?', [payUrl, outTradeNo]);
    }
    return payUrl;
  } catch (error) {
    if (error instanceof ChannelError) throw new ApiError('PAYMENT_CHANNEL_FAILED', { cause: error });
    throw error;
  }
}
