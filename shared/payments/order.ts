import type { Database } from '../db/database.ts';
import type { ChannelId } from './channel.ts';

export interface Order {
  readonly orderId: string;
  readonly planId: string;
  readonly channel: ChannelId;
  readonly state: 'pending' | 'paid' | 'closed';
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly codeUrl?: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly paidAtMs?: number;
}

type Row = Omit<Order, 'codeUrl' | 'paidAtMs'> & {
  readonly merchantId: string;
  readonly codeUrl: string | null;
  readonly paidAtMs: number | null;
};

/** The merchant's own order; another's is as good as none. An order whose time is over reads as closed. */
export async function readOwnOrder(
  db: Database,
  merchantId: string,
  orderId: string,
  nowMs: number,
): Promise<Order | undefined> {
  const [row] = await db.query<Row>(
    `SELECT id AS orderId, merchant_id AS merchantId, plan_id AS planId, channel, state, amount_fen AS amountFen, credits,
       days, code_url AS codeUrl, created_at AS createdAtMs, expires_at AS expiresAtMs, paid_at AS paidAtMs
     FROM orders WHERE id = ?`,
    [orderId],
  );
  if (row?.merchantId !== merchantId) return undefined;
  const { merchantId: _, codeUrl, paidAtMs, ...order } = row;
  const state = order.state === 'pending' && order.expiresAtMs <= nowMs ? 'closed' : order.state;
  return {
    ...order,
    state,
    ...(codeUrl !== null && state === 'pending' && { codeUrl }),
    ...(paidAtMs !== null && { paidAtMs }),
  };
}
