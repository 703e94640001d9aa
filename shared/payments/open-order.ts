import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { type Order, readOwnOrder } from './order.ts';
import { DUE_ATTEMPT, type DueAttempt, reconcileAttempt } from './reconcile-attempt.ts';
import type { Channels } from './reconcile-orders.ts';
import type { Settlement } from './settle-order.ts';

export interface OpenedOrder {
  readonly order: Order;
  /** What asking its channels came to, where they know a payment. */
  readonly settled: readonly Settlement[];
  /** Of asking the channel: the merchant sees what is known here. */
  readonly failures: readonly unknown[];
}

/**
 * The merchant's own order, as he looks at it. While it is pending its channels are asked when their time has come: the page asks every
 * two seconds, and finds a payment whose notify is late within five. Without `channels` nobody is asked.
 * @throws ApiError NOT_FOUND
 */
export async function openOrder(
  db: Database,
  channels: Channels | null,
  merchantId: string,
  orderId: string,
  nowMs: number,
): Promise<OpenedOrder> {
  const order = await readOwnOrder(db, merchantId, orderId, nowMs);
  if (!order) throw new ApiError('NOT_FOUND');
  if (order.state === 'paid' || channels === null) return { order, settled: [], failures: [] };
  const due = await db.query<DueAttempt>(
    `SELECT ${DUE_ATTEMPT} WHERE a.order_id = ? AND a.state = 'open' AND a.query_at <= ?`,
    [orderId, sqlTime(nowMs)],
  );
  if (due.length === 0) return { order, settled: [], failures: [] };
  const settled: Settlement[] = [];
  const failures: unknown[] = [];
  for (const attempt of due) {
    try {
      const result = await reconcileAttempt(db, await channels(attempt.channel), attempt, nowMs);
      if (result !== 'unpaid' && result !== 'closed' && result !== 'taken') settled.push(result);
    } catch (error) {
      failures.push(error);
    }
  }
  return { order: (await readOwnOrder(db, merchantId, orderId, nowMs)) ?? order, settled, failures };
}
