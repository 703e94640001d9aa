import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { ChannelId } from './channel.ts';
import { PLAN_NAMES } from './order.ts';

export interface Receipt {
  readonly receiptNumber: string;
  readonly orderId: string;
  readonly planNameZh: string;
  readonly planNameEn: string;
  readonly credits: number;
  readonly days: number;
  readonly amountFen: number;
  readonly refundedFen: number;
  readonly channel: ChannelId;
  readonly transactionId: string;
  readonly paidAtMs: number;
  readonly refunds: ReceiptRefund[];
}

interface ReceiptRefund {
  readonly refundId: string;
  readonly amountFen: number;
  readonly credits: number;
  readonly state: 'requested' | 'processing' | 'succeeded' | 'abnormal';
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
}

type PaidRow = Omit<Receipt, 'receiptNumber' | 'refundedFen' | 'refunds'> & { readonly merchantId: string };

/**
 * What was paid for an order and what of it went back. Its number is the payment's own.
 * @throws ApiError NOT_FOUND (or another merchant's), ORDER_NOT_PAID
 */
export async function getReceipt(db: Database, merchantId: string, orderId: string): Promise<Receipt> {
  const [order] = await db.query<{ merchantId: string; state: string }>(
    'SELECT merchant_id AS merchantId, state FROM orders WHERE id = ?',
    [orderId],
  );
  if (order?.merchantId !== merchantId) throw new ApiError('NOT_FOUND');
  const [paid] = await db.query<PaidRow & { paymentId: string }>(
    `SELECT p.id AS paymentId, o.id AS orderId, o.merchant_id AS merchantId, ${PLAN_NAMES},
       o.credits, o.days, p.amount_fen AS amountFen, p.channel, p.transaction_id AS transactionId, p.paid_at AS paidAtMs
     FROM payments p JOIN orders o ON o.id = p.order_id
     WHERE p.order_id = ? AND p.disposition = 'granted'`,
    [orderId],
  );
  if (!paid) throw new ApiError('ORDER_NOT_PAID');
  const rows = await db.query<Omit<ReceiptRefund, 'endedAtMs'> & { endedAtMs: number | null }>(
    `SELECT id AS refundId, amount_fen AS amountFen, credits, state, created_at AS createdAtMs, ended_at AS endedAtMs
     FROM refunds WHERE payment_id = ? AND state <> 'closed' ORDER BY id`,
    [paid.paymentId],
  );
  const refunds = rows.map(({ endedAtMs, ...refund }) => ({ ...refund, ...(endedAtMs !== null && { endedAtMs }) }));
  const { paymentId, merchantId: _, ...receipt } = paid;
  const refundedFen = refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);
  return { receiptNumber: paymentId.replace('pay_', 'R'), ...receipt, refundedFen, refunds };
}
