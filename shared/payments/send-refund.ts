import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ChannelError, type ChannelId, type ChannelRefund, type PaymentChannel } from './channel.ts';
import { nextRefundAt } from './query-schedule.ts';
import { type RefundNews, type RefundSettlement, settleRefund } from './settle-refund.ts';

export interface DueRefund {
  readonly refundId: string;
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly channel: ChannelId;
  readonly state: 'requested' | 'processing' | 'abnormal';
  readonly refundFen: number;
  readonly totalFen: number;
  readonly reason: string;
  readonly attempts: number;
  readonly nextAtMs: number;
  readonly trace: string | null;
}

export const DUE_REFUND = `r.id AS refundId, r.order_id AS orderId, p.out_trade_no AS outTradeNo, p.channel, r.state,
  r.amount_fen AS refundFen, p.amount_fen AS totalFen, r.reason, r.attempts, r.next_at AS nextAtMs, COALESCE(r.trace, o.trace) AS trace
  FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN orders o ON o.id = r.order_id`;

export type RefundResult = RefundSettlement | 'taken';

/**
 * Sends a refund to its channel, or asks what became of it. The refund's id is its number there: sent twice, it moves money once.
 * A channel that says no (out of money, say) leaves it requested with the reason, for a later try.
 */
export async function sendRefund(
  db: Database,
  channel: PaymentChannel | undefined,
  refund: DueRefund,
  notifyUrl: string,
  nowMs: number,
): Promise<RefundResult> {
  const nextAtMs = nextRefundAt(refund.attempts, nowMs);
  const { affectedRows } = await db.write(
    'UPDATE refunds SET attempts = attempts + 1, next_at = ? WHERE id = ? AND state = ? AND next_at = ?',
    [sqlTime(nextAtMs), refund.refundId, refund.state, sqlTime(refund.nextAtMs)],
  );
  if (affectedRows !== 1) return 'taken';
  const news = channel ? await ask(channel, refund, notifyUrl) : { state: refund.state, errorCode: 'channel_closed' };
  return settleRefund(db, { channel: refund.channel, refundId: refund.refundId, nextAtMs, ...news }, nowMs);
}

async function ask(
  channel: PaymentChannel,
  refund: DueRefund,
  notifyUrl: string,
): Promise<Pick<RefundNews, 'state' | 'errorCode'>> {
  const { outTradeNo, refundId: outRefundNo, refundFen, totalFen, reason } = refund;
  try {
    const known: ChannelRefund =
      refund.state === 'requested' ? { state: 'absent' } : await channel.queryRefund({ outTradeNo, outRefundNo });
    if (known.state !== 'absent') return { state: known.state };
    const sent = await channel.refund({ outTradeNo, outRefundNo, refundFen, totalFen, reason, notifyUrl });
    return { state: sent.state === 'absent' ? 'requested' : sent.state };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return { state: refund.state, errorCode: error.code };
  }
}
