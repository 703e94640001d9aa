import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import type { ChannelId } from '../payments/channel.ts';

interface PaymentRow {
  readonly orderId: string;
  readonly channel: ChannelId;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly disposition: 'granted' | 'refund_due';
  readonly paidAtMs: number;
  readonly billedOn: string | null;
}

interface RefundRow {
  readonly refundId: string;
  readonly orderId: string;
  readonly kind: 'whole' | 'unused' | 'second_payment';
  readonly state: 'requested' | 'processing' | 'succeeded' | 'abnormal' | 'closed';
  readonly amountFen: number;
  readonly errorCode: string | null;
  readonly createdAtMs: number;
  readonly nextAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly billedOn: string | null;
}

/** What was paid for orders, and what has gone back or is on its way, oldest first. */
export async function readOrderMoney(db: Database, orderIds: readonly string[]) {
  const marks = orderIds.map(() => '?').join(', ');
  const payments = await db.query<PaymentRow>(
    `SELECT order_id AS orderId, channel, transaction_id AS transactionId, out_trade_no AS outTradeNo, amount_fen AS amountFen,
       disposition, paid_at AS paidAtMs, DATE_FORMAT(billed_on, '%Y-%m-%d') AS billedOn
     FROM payments WHERE order_id IN (${marks}) ORDER BY created_at, id`,
    orderIds,
  );
  const refunds = await db.query<RefundRow>(
    `SELECT id AS refundId, order_id AS orderId, kind, state, amount_fen AS amountFen, error_code AS errorCode,
       created_at AS createdAtMs, next_at AS nextAtMs, ended_at AS endedAtMs, DATE_FORMAT(billed_on, '%Y-%m-%d') AS billedOn
     FROM refunds WHERE order_id IN (${marks}) ORDER BY created_at, id`,
    orderIds,
  );
  return { payments: payments.map(withoutNulls), refunds: refunds.map(withoutNulls) };
}
