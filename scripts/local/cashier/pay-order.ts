import { randomUUID } from 'node:crypto';
import type { CashierBook, Delivery } from './cashier-book.ts';
import { randomDigits } from './cashier-merchant.ts';
import type { NoticeFault } from './wechat/seal-notice.ts';

export interface PayOptions {
  /** What goes wrong with the notice. */
  readonly fault?: NoticeFault;
  /** With `delayed`: how long after the payment the first notice leaves. 10 minutes unless said. */
  readonly delayMs?: number;
  /** The payer was faster than the close, or than the deadline: pays an order that is closed or expired. */
  readonly evenIfClosed?: boolean;
}

/** Why an order cannot be paid, in the payer's words. */
export class NotPayable extends Error {
  override readonly name = 'NotPayable';
}

/** Days in China's calendar, as the service numbers its transactions: 28 digits. */
function newTransactionId(nowMs: number): string {
  const day = new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  return `4200${randomDigits(6)}${day}${randomDigits(10)}`;
}

function newDeliveries(outTradeNo: string, nowMs: number, { fault, delayMs = 600_000 }: PayOptions): Delivery[] {
  if (fault === 'lost') return [];
  const first: Delivery = {
    outTradeNo,
    eventId: `EV-${randomUUID()}`,
    scheduled: true,
    fault: fault ?? null,
    attempts: 0,
    dueAtMs: fault === 'delayed' ? nowMs + delayMs : nowMs,
  };
  if (fault === 'twin') return [first, { ...first, scheduled: false }];
  // Re-sent by another route a second later, which the vendor says happens.
  if (fault === 'twice') return [first, { ...first, scheduled: false, dueAtMs: nowMs + 1000 }];
  return [first];
}

/**
 * The payer pays. The notice is due at once and is sent by the next tick.
 * @throws NotPayable
 */
export function payOrder(book: CashierBook, outTradeNo: string, nowMs: number, options: PayOptions = {}) {
  const order = book.orders.get(outTradeNo);
  if (order === undefined) throw new NotPayable('订单不存在');
  if (order.state === 'SUCCESS') throw new NotPayable('订单已支付');
  if (!options.evenIfClosed) {
    if (order.state === 'CLOSED') throw new NotPayable('订单已关闭');
    if (nowMs > order.expiresAtMs) throw new NotPayable('订单已超过支付截止时间');
  }
  order.state = 'SUCCESS';
  order.paidAtMs = nowMs;
  order.transactionId = newTransactionId(nowMs);
  if (options.fault === 'coupon') order.payerFen = Math.max(0, order.amountFen - 100);
  for (const delivery of newDeliveries(outTradeNo, nowMs, options)) book.deliveries.add(delivery);
  book.save();
  return { transactionId: order.transactionId, paidAtMs: nowMs };
}
