import { addNotices } from './add-notices.ts';
import { ALIPAY_NOTICE_FAULTS, type AlipayNoticeFault } from './alipay/seal-alipay-notice.ts';
import type { CashierBook, CashierOrder } from './cashier-book.ts';
import { randomDigits } from './cashier-merchant.ts';
import { chinaDay } from './china-time.ts';
import { NOTICE_FAULTS, type NoticeFault } from './wechat/seal-notice.ts';

export interface PayOptions {
  /** What goes wrong with the notice; each channel has its own. */
  readonly fault?: NoticeFault | AlipayNoticeFault;
  /** With `delayed`: how long after the payment the first notice leaves. 10 minutes unless said. */
  readonly delayMs?: number;
  /** The payer was faster than the close, or than the deadline: pays an order that is closed or expired. */
  readonly evenIfClosed?: boolean;
}

/** Why an order cannot be paid, in the payer's words. */
export class NotPayable extends Error {
  override readonly name = 'NotPayable';
}

/** Days in China's calendar, as both services number their transactions: 28 digits. */
function newTransactionId(order: CashierOrder, nowMs: number): string {
  const day = chinaDay(nowMs).replaceAll('-', '');
  return order.channel === 'wechat'
    ? `4200${randomDigits(6)}${day}${randomDigits(10)}`
    : `${day}2200${randomDigits(16)}`;
}

/** @throws NotPayable when this channel has no such fault */
function checkFault(channel: CashierOrder['channel'], fault: string | null): void {
  const known: readonly string[] = channel === 'wechat' ? NOTICE_FAULTS : ALIPAY_NOTICE_FAULTS;
  if (fault !== null && !known.includes(fault)) throw new NotPayable(`fault 只能是 ${known.join('、')}`);
}

/**
 * The payer pays. The notice is due at once and is sent by the next tick.
 * @throws NotPayable
 */
export function payOrder(book: CashierBook, order: CashierOrder, nowMs: number, options: PayOptions = {}) {
  const fault = options.fault ?? null;
  checkFault(order.channel, fault);
  if (order.state === 'SUCCESS') throw new NotPayable('订单已支付');
  if (!options.evenIfClosed) {
    if (order.state === 'CLOSED') throw new NotPayable('订单已关闭');
    if (nowMs > order.expiresAtMs) throw new NotPayable('订单已超过支付截止时间');
  }
  order.opened = true;
  order.state = 'SUCCESS';
  order.paidAtMs = nowMs;
  order.transactionId ??= newTransactionId(order, nowMs);
  if (fault === 'coupon') order.payerFen = Math.max(0, order.amountFen - 100);
  const news = { subject: 'payment', url: order.notifyUrl, happenedAtMs: nowMs, fault } as const;
  addNotices(book, order, { ...news, delayMs: options.delayMs ?? null }, nowMs);
  book.save();
  return { transactionId: order.transactionId, paidAtMs: nowMs };
}
