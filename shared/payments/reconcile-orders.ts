import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { ChannelId, PaymentChannel } from './channel.ts';
import { DUE_ATTEMPT, type DueAttempt, reconcileAttempt } from './reconcile-attempt.ts';
import { DUE_REFUND, type DueRefund, sendRefund } from './send-refund.ts';

/** The channels that are open. */
export type Channels = (id: ChannelId) => Promise<PaymentChannel | undefined>;

export interface Reconciled {
  readonly queried: number;
  readonly granted: number;
  readonly closed: number;
  readonly refundsSent: number;
  readonly failures: readonly unknown[];
}

/** Each costs up to two questions of a few hundred milliseconds; the rest has its turn at the next tick. */
const PAGE = 40;

/**
 * The timer's work: asks about orders whose time has come, closes those that are over, and sends refunds. Any number may run at
 * once; one that fails does not stop the others. A closed channel's rows wait for the day it opens.
 */
export async function reconcileOrders(
  db: Database,
  channels: Channels,
  notifyUrl: (channel: ChannelId) => string,
  nowMs: number,
): Promise<Reconciled> {
  const counts = { queried: 0, granted: 0, closed: 0, refundsSent: 0 };
  const failures: unknown[] = [];
  const attempts = await db.query<DueAttempt>(
    `SELECT ${DUE_ATTEMPT} WHERE a.query_at <= ? ORDER BY a.query_at LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
  for (const attempt of attempts) {
    try {
      const result = await reconcileAttempt(db, await channels(attempt.channel), attempt, nowMs);
      if (result !== 'taken') counts.queried += 1;
      if (result === 'granted') counts.granted += 1;
      if (result === 'closed') counts.closed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  const refunds = await db.query<DueRefund>(`SELECT ${DUE_REFUND} WHERE r.next_at <= ? ORDER BY r.next_at LIMIT ?`, [
    sqlTime(nowMs),
    PAGE,
  ]);
  for (const refund of refunds) {
    try {
      const result = await sendRefund(db, await channels(refund.channel), refund, notifyUrl(refund.channel), nowMs);
      if (result !== 'taken') counts.refundsSent += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  return { ...counts, failures };
}
