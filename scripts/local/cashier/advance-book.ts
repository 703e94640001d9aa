import { addNotices } from './add-notices.ts';
import type { CashierBook, CashierOrder, CashierRefund } from './cashier-book.ts';
import { DAY_MS } from './china-time.ts';

/** After that an Alipay trade is finished: paid, and no longer refundable. */
export const FINISHES_AFTER_MS = 365 * DAY_MS;

function endRefund(book: CashierBook, order: CashierOrder, refund: CashierRefund, nowMs: number): void {
  refund.state = refund.end;
  // Alipay tells the payment's address, and only of money that moved.
  if (order.channel === 'alipay' && refund.end !== 'SUCCESS') return;
  const { outRefundNo, fault, delayMs, endsAtMs } = refund;
  const url = order.channel === 'alipay' ? order.notifyUrl : refund.notifyUrl;
  addNotices(book, order, { subject: 'refund', outRefundNo, url, happenedAtMs: endsAtMs, fault, delayMs }, nowMs);
}

/** @returns whether that changed anything */
export function finishTrade(book: CashierBook, order: CashierOrder, nowMs: number): boolean {
  if (order.channel !== 'alipay' || order.state !== 'SUCCESS' || order.finishedAtMs !== undefined) return false;
  order.finishedAtMs = nowMs;
  // Told by default of `wap` alone: https://opendocs.alipay.com/open/203/105286
  const url = order.method === 'wap' ? order.notifyUrl : null;
  addNotices(book, order, { subject: 'finished', url, happenedAtMs: nowMs, fault: null }, nowMs);
  return true;
}

function expire(book: CashierBook, order: CashierOrder, nowMs: number): boolean {
  if (order.channel !== 'alipay' || order.state !== 'NOTPAY' || nowMs <= order.expiresAtMs) return false;
  order.state = 'CLOSED';
  order.closedAtMs = order.expiresAtMs;
  const url = order.method === 'wap' && order.opened ? order.notifyUrl : null;
  addNotices(book, order, { subject: 'closed', url, happenedAtMs: order.expiresAtMs, fault: null }, nowMs);
  return true;
}

/**
 * What the passing of time alone does: refunds end, and Alipay's trades expire (WeChat's `time_expire` closes nothing) and
 * finish.
 */
export function advanceBook(book: CashierBook, nowMs: number): void {
  let changed = false;
  for (const refund of book.refunds()) {
    const order = book.order(refund.channel, refund.outTradeNo);
    if (refund.state !== 'PROCESSING' || refund.endsAtMs > nowMs || order === undefined) continue;
    endRefund(book, order, refund, nowMs);
    changed = true;
  }
  for (const order of book.orders('alipay')) {
    const isOver = order.paidAtMs !== undefined && nowMs >= order.paidAtMs + FINISHES_AFTER_MS;
    if (expire(book, order, nowMs) || (isOver && finishTrade(book, order, nowMs))) changed = true;
  }
  if (changed) book.save();
}
