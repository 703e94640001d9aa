import type { CashierBook, CashierChannel, CashierOrder, CashierRefund } from './cashier-book.ts';
import { randomDigits } from './cashier-merchant.ts';
import { chinaMidnightMs, DAY_MS } from './china-time.ts';

/** One payment or refund of a day, before either service's format. */
export interface CashierBillRow {
  readonly atMs: number;
  readonly order: CashierOrder;
  /** Of a refund. */
  readonly refund?: CashierRefund;
  /** What the bill says, positive. */
  readonly amountFen: number;
}

/** Not before ten in the morning of the day after. */
export function billReadyAtMs(dayStartMs: number): number {
  return dayStartMs + DAY_MS + 10 * 3_600_000;
}

/**
 * The payments that succeeded and the refunds that were accepted on that day of China, by time. Failed orders do not stand in
 * it. https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 */
export function billRows(book: CashierBook, channel: CashierChannel, day: string): CashierBillRow[] {
  const fromMs = chinaMidnightMs(day) ?? 0;
  const isOfDay = (atMs: number | undefined): atMs is number =>
    atMs !== undefined && atMs >= fromMs && atMs < fromMs + DAY_MS;
  const rows = book.orders(channel).flatMap((order): CashierBillRow[] => {
    const paid = isOfDay(order.paidAtMs) ? [{ atMs: order.paidAtMs, order, amountFen: order.amountFen }] : [];
    const refunds = book.refundsOf(order).flatMap((refund) => {
      // Alipay knows a refund when the money has moved.
      const atMs = channel === 'wechat' ? refund.createdAtMs : refund.endsAtMs;
      const counts = channel === 'wechat' || refund.state === 'SUCCESS';
      return counts && isOfDay(atMs) ? [{ atMs, order, refund, amountFen: refund.refundFen }] : [];
    });
    return [...paid, ...refunds];
  });
  return rows.sort((a, b) => a.atMs - b.atMs);
}

/** A bill that is wrong, and genuine all the same. */
export function spoilRows(rows: readonly CashierBillRow[], fault: string | undefined): readonly CashierBillRow[] {
  const [first, ...rest] = rows;
  if (first === undefined) return rows;
  if (fault === 'missing_row') return rest;
  if (fault === 'altered_row') return [{ ...first, amountFen: first.amountFen + 1 }, ...rest];
  if (fault !== 'extra_row') return rows;
  const { order } = first;
  const stranger = { ...order, outTradeNo: `ord_STRANGER${randomDigits(6)}`, transactionId: `4200${randomDigits(24)}` };
  return [...rows, { atMs: first.atMs, order: stranger, amountFen: order.amountFen }];
}
