import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { type NotMoved, type OnMoved, traced, unheard } from '../timer/work-moved.ts';
import type { ChannelId, PaymentChannel } from './channel.ts';
import { type AttemptResult, DUE_ATTEMPT, type DueAttempt, reconcileAttempt } from './reconcile-attempt.ts';
import { DUE_REFUND, type DueRefund, sendRefund } from './send-refund.ts';

/** The channels that are open. */
export type Channels = (id: ChannelId) => Promise<PaymentChannel | undefined>;

export interface Reconciled {
  readonly queried: number;
  readonly granted: number;
  readonly closed: number;
  readonly refundsSent: number;
  readonly failures: readonly NotMoved[];
}

/** Each costs up to two questions of a few hundred milliseconds; the rest has its turn at the next tick. */
export const PAGE = 40;
/** What has moved nothing: another has it, or nobody has paid yet. */
const IDLE: ReadonlySet<AttemptResult> = new Set(['taken', 'unpaid']);

/**
 * The timer's work: asks about orders whose time has come, closes those that are over, and sends refunds. Any number may run at
 * once; one that fails does not stop the others. A closed channel's rows wait for the day it opens.
 * @param onMoved told of each order and refund that moved on, for the log
 */
export async function reconcileOrders(
  db: Database,
  channels: Channels,
  notifyUrl: (channel: ChannelId) => string,
  nowMs: number,
  onMoved: OnMoved = unheard,
): Promise<Reconciled> {
  const counts = { queried: 0, granted: 0, closed: 0, refundsSent: 0 };
  const failures: NotMoved[] = [];
  const attempts = await db.query<DueAttempt>(
    `SELECT ${DUE_ATTEMPT} WHERE a.query_at <= ? ORDER BY a.query_at, a.out_trade_no LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
  for (const attempt of attempts) {
    const named = { orderId: attempt.orderId, ...traced(attempt.trace) };
    try {
      const result = await reconcileAttempt(db, await channels(attempt.channel), attempt, nowMs);
      if (result !== 'taken') counts.queried += 1;
      if (result === 'granted' || result === 'granted_late') counts.granted += 1;
      if (result === 'closed') counts.closed += 1;
      if (!IDLE.has(result)) onMoved({ did: result, ...named });
    } catch (error) {
      failures.push({ error, ...named });
    }
  }
  const refunds = await db.query<DueRefund>(
    `SELECT ${DUE_REFUND} WHERE r.next_at <= ? ORDER BY r.next_at, r.id LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
  for (const refund of refunds) {
    const named = { refundId: refund.refundId, orderId: refund.orderId, ...traced(refund.trace) };
    try {
      const result = await sendRefund(db, await channels(refund.channel), refund, notifyUrl(refund.channel), nowMs);
      if (result === 'taken') continue;
      counts.refundsSent += 1;
      onMoved({ did: `refund_${result}`, ...named });
    } catch (error) {
      failures.push({ error, ...named });
    }
  }
  return { ...counts, failures };
}
