import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ChannelError, type ChannelId, type ChannelOrder, type PaymentChannel } from './channel.ts';
import { nextQueryAt } from './query-schedule.ts';
import { type Settlement, settleOrder } from './settle-order.ts';

/** One number of an order whose channel is to be asked. */
export interface DueAttempt {
  readonly outTradeNo: string;
  readonly orderId: string;
  readonly channel: ChannelId;
  readonly orderState: 'pending' | 'paid' | 'closed';
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly queryAtMs: number;
  readonly trace: string | null;
}

export type AttemptResult = Settlement | 'unpaid' | 'closed' | 'taken';

export const DUE_ATTEMPT = `a.out_trade_no AS outTradeNo, a.order_id AS orderId, a.channel, o.state AS orderState,
  a.created_at AS createdAtMs, o.expires_at AS expiresAtMs, a.query_at AS queryAtMs, o.trace
  FROM order_attempts a JOIN orders o ON o.id = a.order_id`;

/**
 * Asks the channel, and acts on what it says: a payment is settled; an order that is over, or was paid another way, is closed there,
 * and then asked about once more, for the payer may have been faster and closing proves nothing. Whoever claims the attempt first
 * does it; the others find it `taken`.
 * @throws ChannelError; the attempt's next time stands by then
 */
export async function reconcileAttempt(
  db: Database,
  channel: PaymentChannel | undefined,
  attempt: DueAttempt,
  nowMs: number,
): Promise<AttemptResult> {
  if (!(await claimAttempt(db, attempt, nowMs))) return 'taken';
  if (!channel) throw new ChannelError('unavailable', 'channel_closed', `${attempt.channel} queryOrder`);
  const first = await channel.queryOrder(attempt.outTradeNo);
  if (first.state === 'paid' || first.state === 'refunded') return settleQueried(db, attempt, first, nowMs);
  const isOver = attempt.orderState !== 'pending' || attempt.expiresAtMs <= nowMs;
  if (first.state !== 'closed') {
    if (!isOver) return 'unpaid';
    if (first.state === 'unpaid') {
      await channel.closeOrder(attempt.outTradeNo);
      const second = await channel.queryOrder(attempt.outTradeNo);
      if (second.state === 'paid' || second.state === 'refunded') return settleQueried(db, attempt, second, nowMs);
      // Closed at the channel is what the channel says, not what we have asked for.
      if (second.state === 'unpaid') return 'unpaid';
    }
  }
  await closeAttempt(db, attempt, nowMs);
  return 'closed';
}

async function claimAttempt(db: Database, attempt: DueAttempt, nowMs: number): Promise<boolean> {
  const next = nextQueryAt(attempt.createdAtMs, attempt.expiresAtMs, nowMs);
  const { affectedRows } = await db.write(
    `UPDATE order_attempts SET queries = queries + 1, query_at = ?
     WHERE out_trade_no = ? AND state = 'open' AND query_at = ?`,
    [sqlTime(next), attempt.outTradeNo, sqlTime(attempt.queryAtMs)],
  );
  return affectedRows === 1;
}

async function settleQueried(
  db: Database,
  { outTradeNo }: DueAttempt,
  order: Extract<ChannelOrder, { state: 'paid' | 'refunded' }>,
  nowMs: number,
): Promise<Settlement> {
  const settled = await settleOrder(db, order, 'query', nowMs, order.state === 'refunded' ? 'hold' : 'grant');
  if (settled === 'duplicate') {
    await db.write("UPDATE order_attempts SET state = 'paid', query_at = NULL WHERE out_trade_no = ?", [outTradeNo]);
  }
  return settled;
}

/** The order closes with the last of its numbers, in the same transaction. */
async function closeAttempt(db: Database, { outTradeNo }: DueAttempt, nowMs: number): Promise<void> {
  await db.callProcedure('close_attempt_v1', [outTradeNo, sqlTime(nowMs)]);
}
