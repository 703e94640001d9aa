import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import type { PaymentNotice } from './channel.ts';
import { type CaseFinding, openCase } from './open-case.ts';

/**
 * - `granted`: the order is paid, its credits are there.
 * - `held`: paid, but refunded at the channel before we knew of it: the credits are there and out of reach.
 * - `ownerless`: paid, but its merchant has deleted the account: likewise, and its case was opened with it.
 * - `duplicate`: this payment was settled before.
 * - `refund_due`: a second payment of a paid order; recorded, on its way back.
 * - `amount_mismatch`, `wrong_channel`, `unknown`: nothing was granted; a case is open, and somebody has to look.
 */
export type Settlement =
  | 'granted'
  | 'held'
  | 'ownerless'
  | 'duplicate'
  | 'refund_due'
  | 'amount_mismatch'
  | 'wrong_channel'
  | 'unknown';

/** Where the news of the payment came from. */
export type PaymentSource = 'notify' | 'query' | 'bill';

/**
 * The one way in which a payment becomes credits. Durable when it returns; any number of calls grant once.
 * `payment.payerHash`: who paid, where that is known (`payer-hash.ts`).
 * @param how `hold`: the channel says that it was refunded since, and we did not do it
 * @param onTrace told which request ordered it, for the log
 */
export async function settleOrder(
  db: Database,
  payment: PaymentNotice,
  source: PaymentSource,
  nowMs: number,
  how: 'grant' | 'hold' = 'grant',
  onTrace?: (trace: string | null) => void,
): Promise<Settlement> {
  const outcome =
    payment.currency === 'CNY' ? await settle(db, payment, source, nowMs, how, onTrace) : 'amount_mismatch';
  const unusual = UNUSUAL[outcome];
  if (unusual !== undefined) {
    const { channel, transactionId: subject, outTradeNo, amountFen: actualFen } = payment;
    const orderId = outTradeNo.slice(0, ORDER_ID_CHARS);
    await openCase(db, { ...unusual, channel, subject, orderId, actualFen }, nowMs);
  }
  return outcome;
}

/** An attempt's number begins with its order's id. */
const ORDER_ID_CHARS = 30;

/** What a person should know of, whoever brought the news. Written after the fact: the daily bill finds what is lost here. */
const UNUSUAL: Readonly<Partial<Record<Settlement, Pick<CaseFinding, 'class' | 'remedy'>>>> = {
  held: { class: 'refund_differs', remedy: 'held' },
  refund_due: { class: 'paid_twice', remedy: 'refunding' },
  amount_mismatch: { class: 'amount_differs', remedy: 'none' },
  wrong_channel: { class: 'paid_not_granted', remedy: 'none' },
  unknown: { class: 'paid_not_granted', remedy: 'none' },
};

async function settle(
  db: Database,
  payment: PaymentNotice,
  source: PaymentSource,
  nowMs: number,
  how: 'grant' | 'hold',
  onTrace: ((trace: string | null) => void) | undefined,
): Promise<Settlement> {
  const { outcome, trace } = await db.callProcedure<{ outcome: Settlement; trace: string | null }>('settle_order_v4', [
    ...[payment.outTradeNo, payment.channel, payment.transactionId, payment.amountFen, sqlTime(payment.paidAtMs)],
    ...[
      source,
      how === 'hold' ? 1 : 0,
      newId('pay_', nowMs),
      newId('lot_', nowMs),
      newId('rfd_', nowMs),
      sqlTime(nowMs),
      payment.payerHash ?? null,
    ],
  ]);
  onTrace?.(trace);
  return outcome;
}
