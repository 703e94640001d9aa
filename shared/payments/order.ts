import type { Database } from '../db/database.ts';
import type { ChannelId, PayMethod } from './channel.ts';

/** One way of paying an order that was asked for. */
export interface OrderAttempt {
  readonly channel: ChannelId;
  readonly method: PayMethod;
  /** What a phone scans, of `qr` alone. */
  readonly codeUrl?: string;
}

export interface Order {
  readonly orderId: string;
  readonly planId: string;
  /** As the plan was called when it was ordered. */
  readonly planNameZh: string;
  readonly planNameEn: string;
  readonly channel: ChannelId;
  readonly state: 'pending' | 'paid' | 'closed';
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  /** The newest code that can still be scanned. */
  readonly codeUrl?: string;
  /** While pending: the ways of paying that are open, newest first. */
  readonly attempts?: OrderAttempt[];
  /** Of it, what has been given back or is about to be. */
  readonly refundedFen: number;
  readonly invoice?: 'requested' | 'issued' | 'rejected';
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly paidAtMs?: number;
}

export interface OrderRow {
  readonly orderId: string;
  readonly planId: string;
  readonly planNameZh: string;
  readonly planNameEn: string;
  readonly merchantId: string;
  readonly channel: ChannelId;
  readonly state: Order['state'];
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly refundedFen: number | string;
  readonly invoice: Order['invoice'] | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly paidAtMs: number | null;
}

/** The names of its plan: an order that has none was made before they were kept, and goes by the plan's. */
export const PLAN_NAMES = `COALESCE(o.plan_name_zh, (SELECT l.name_zh FROM plans l WHERE l.id = o.plan_id)) AS planNameZh,
  COALESCE(o.plan_name_en, (SELECT l.name_en FROM plans l WHERE l.id = o.plan_id)) AS planNameEn`;

/** Of the payment that was granted: a second one goes back whole, and is none of the merchant's receipt. */
export const ORDER_COLUMNS = `o.id AS orderId, o.merchant_id AS merchantId, o.plan_id AS planId, ${PLAN_NAMES}, o.channel, o.state,
  o.amount_fen AS amountFen, o.credits, o.days, o.created_at AS createdAtMs, o.expires_at AS expiresAtMs, o.paid_at AS paidAtMs,
  (SELECT COALESCE(SUM(r.amount_fen), 0) FROM refunds r
    WHERE r.order_id = o.id AND r.state <> 'closed' AND r.kind <> 'second_payment') AS refundedFen,
  (SELECT i.state FROM invoice_requests i WHERE i.order_id = o.id) AS invoice`;

/** An order whose time is over reads as closed. */
export function toOrder(row: OrderRow, nowMs: number, attempts: readonly OrderAttempt[] = []): Order {
  const { merchantId: _, paidAtMs, invoice, refundedFen, ...order } = row;
  const state = order.state === 'pending' && order.expiresAtMs <= nowMs ? 'closed' : order.state;
  const codeUrl = attempts.find((attempt) => attempt.codeUrl !== undefined)?.codeUrl;
  return {
    ...order,
    state,
    refundedFen: Number(refundedFen),
    ...(state === 'pending' && { attempts: [...attempts] }),
    ...(state === 'pending' && codeUrl !== undefined && { codeUrl }),
    ...(invoice !== null && invoice !== undefined && { invoice }),
    ...(paidAtMs !== null && { paidAtMs }),
  };
}

/** The merchant's own order; another's is as good as none. */
export async function readOwnOrder(
  db: Database,
  merchantId: string,
  orderId: string,
  nowMs: number,
): Promise<Order | undefined> {
  const [row] = await db.query<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders o WHERE o.id = ?`, [orderId]);
  if (row?.merchantId !== merchantId) return undefined;
  return toOrder(row, nowMs, row.state === 'pending' ? await openAttempts(db, orderId) : []);
}

async function openAttempts(db: Database, orderId: string): Promise<OrderAttempt[]> {
  const rows = await db.query<Omit<OrderAttempt, 'codeUrl'> & { codeUrl: string | null }>(
    `SELECT channel, method, code_url AS codeUrl FROM order_attempts
     WHERE order_id = ? AND state = 'open' ORDER BY created_at DESC, out_trade_no`,
    [orderId],
  );
  return rows.map(({ channel, method, codeUrl }) => ({ channel, method, ...(codeUrl !== null && { codeUrl }) }));
}
