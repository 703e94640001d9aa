import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import type { PaymentNotice } from './channel.ts';

/**
 * - `granted`: the order is paid, its credits are there.
 * - `duplicate`: this payment was settled before.
 * - `refund_due`: a second payment of a paid order; recorded, nothing granted.
 * - `amount_mismatch`, `wrong_channel`, `unknown`: nothing was written; somebody has to look.
 */
export type Settlement = 'granted' | 'duplicate' | 'refund_due' | 'amount_mismatch' | 'wrong_channel' | 'unknown';

/** Where the news of the payment came from. */
export type PaymentSource = 'notify' | 'query' | 'bill';

/** The one way in which a payment becomes credits. Durable when it returns; any number of calls grant once. */
export async function settleOrder(
  db: Database,
  payment: PaymentNotice,
  source: PaymentSource,
  nowMs: number,
): Promise<Settlement> {
  if (payment.currency !== 'CNY') return 'amount_mismatch';
  const { outcome } = await db.callProcedure<{ outcome: Settlement }>('settle_order_v1', [
    payment.outTradeNo,
    payment.channel,
    payment.transactionId,
    payment.amountFen,
    sqlTime(payment.paidAtMs),
    source,
    newId('pay_', nowMs),
    newId('lot_', nowMs),
    sqlTime(nowMs),
  ]);
  return outcome;
}
