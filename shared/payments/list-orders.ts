import type { Database } from '../db/database.ts';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from './order.ts';

/** One page of a merchant's orders, newest first. `cursor` is the last order of the page before. */
export async function listOrders(
  db: Database,
  merchantId: string,
  page: { limit: number; cursor?: string | undefined },
  nowMs: number,
): Promise<{ items: Order[]; nextCursor?: string }> {
  const rows = await db.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM orders o WHERE o.merchant_id = ? AND o.id < ? ORDER BY o.id DESC LIMIT ?`,
    [merchantId, page.cursor ?? 'ord_~', String(page.limit + 1)],
  );
  const items = rows.slice(0, page.limit).map((row) => toOrder(row, nowMs));
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: last.orderId } : { items };
}
