import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import type { PaymentNotice } from './channel.ts';
import { type CaseClass, openCase } from './open-case.ts';

/**
 * - `granted`: the order is paid, its credits are there. `granted_late`: likewise, after its time had run out.
 * - `held`: paid, but refunded at the channel before we knew of it: the credits are there and out of reach.
 * - `ownerless`: paid, but its merchant has deleted the account: likewise.
 * - `duplicate`: this payment was settled before.
 * - `refund_due`: a second payment of a paid order; recorded, on its way back.
 * - `amount_mismatch`, `wrong_channel`, `unknown`: nothing was granted; a case is open, and somebody has to look.
 */
export type Settlement =
  | 'granted'
  | 'granted_late'
  | 'held'
  | 'ownerless'
  | 'duplicate'
  | 'refund_due'
  | 'amount_mismatch'
  | 'wrong_channel'
  | 'unknown';

const RECORDED: ReadonlySet<Settlement> = new Set([
  ...(['granted', 'granted_late', 'held', 'ownerless', 'duplicate', 'refund_due'] as const),
]);

/** Our books have the payment, now or before: its channel need not tell it again. */
export const isRecorded = (settled: Settlement): boolean => RECORDED.has(settled);

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
  const refused = REFUSED[outcome];
  if (refused !== undefined) {
    const { channel, transactionId: subject, outTradeNo, amountFen: actualFen } = payment;
    const orderId = outTradeNo.slice(0, ORDER_ID_CHARS);
    await openCase(db, { class: refused, channel, subject, orderId, actualFen, remedy: 'none' }, nowMs);
  }
  return outcome;
}

/** An attempt's number begins with its order's id. */
const ORDER_ID_CHARS = 30;

/**
 * Nothing was written, and nothing is acknowledged: the news comes again, and so does its case. The cases of what was written are
 * written with it, by the procedure.
 */
const REFUSED: Readonly<Partial<Record<Settlement, CaseClass>>> = {
  amount_mismatch: 'amount_differs',
  wrong_channel: 'paid_not_granted',
  unknown: 'paid_not_granted',
};

interface Settled {
  readonly outcome: Exclude<Settlement, 'granted_late'>;
  readonly trace: string | null;
  readonly late: 0 | 1;
}

async function settle(
  db: Database,
  payment: PaymentNotice,
  source: PaymentSource,
  nowMs: number,
  how: 'grant' | 'hold',
  onTrace: ((trace: string | null) => void) | undefined,
): Promise<Settlement> {
  if (source === 'notify') {
    const known = await findKnown(db, payment);
    if (known) {
      onTrace?.(known.trace);
      return 'duplicate';
    }
  }
  const { outcome, trace, late } = await db.callProcedure<Settled>('settle_order_v5', [
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
  return outcome === 'granted' && late === 1 ? 'granted_late' : outcome;
}

/**
 * A notice that comes again meets what it wrote, and takes no lock on the order; a first one pays a read by a unique index.
 * Whatever is not to the letter what our books have is for the procedure to judge.
 */
async function findKnown(db: Database, payment: PaymentNotice): Promise<Pick<Settled, 'trace'> | undefined> {
  const { channel, transactionId, outTradeNo, amountFen } = payment;
  const [known] = await db.query<Pick<Settled, 'trace'>>(
    `SELECT (SELECT trace FROM orders WHERE id = order_id) AS trace FROM payments
     WHERE channel = ? AND transaction_id = ? AND out_trade_no = ? AND amount_fen = ?`,
    [channel, transactionId, outTradeNo, amountFen],
  );
  return known;
}
