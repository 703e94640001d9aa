import type { Database } from '../db/database.ts';
import type { BillRow, PaymentChannel } from './channel.ts';
import { type CaseFinding, plainSubject } from './open-case.ts';
import { type Settlement, settleOrder } from './settle-order.ts';

/** One day of one channel that is being compared. */
export interface Comparing {
  readonly db: Database;
  readonly channel: PaymentChannel;
  /** `YYYY-MM-DD` in China. */
  readonly day: string;
  readonly nowMs: number;
  readonly note: (found: Omit<CaseFinding, 'channel' | 'day'>) => Promise<void>;
}

export const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ');

/** The order's id, as far as a number of ours begins with one. */
export const orderIdOf = (outTradeNo: string) =>
  /^ord_[0-9A-Z]{26}/.test(outTradeNo) ? { orderId: outTradeNo.slice(0, 30) } : {};

/** What was found before, by a notice, a query or an attempt that broke off, belongs to the day of the bill that shows it. */
export async function dateCases({ db, channel, day }: Comparing, subjects: readonly string[]): Promise<void> {
  await db.write(
    `UPDATE reconciliation_cases SET day = ?
     WHERE class IN ('paid_not_granted', 'granted_not_paid', 'amount_differs', 'refund_differs', 'paid_twice') AND channel = ?
       AND subject IN (${marks(subjects)}) AND day IS NULL`,
    [day, channel.id, ...subjects.map(plainSubject)],
  );
}

/**
 * A bill's row carries neither merchant nor app: the channel's own answer about the order is what is settled. The case of what comes of
 * it is written with it (`settle-order.ts`).
 */
export async function settleFromBill(
  { db, channel, nowMs, note }: Comparing,
  {
    transactionId: subject,
    amountFen: actualFen,
    outTradeNo,
  }: Pick<BillRow, 'transactionId' | 'amountFen' | 'outTradeNo'>,
): Promise<Settlement | 'unconfirmed'> {
  const order = await channel.queryOrder(outTradeNo);
  if ((order.state === 'paid' || order.state === 'refunded') && order.transactionId === subject)
    return settleOrder(db, order, 'bill', nowMs, order.state === 'refunded' ? 'hold' : 'grant');
  await note({ class: 'paid_not_granted', subject, actualFen, ...orderIdOf(outTradeNo), remedy: 'none' });
  return 'unconfirmed';
}
