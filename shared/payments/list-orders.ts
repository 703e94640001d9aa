import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
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
  return pageOf(
    rows.map((row) => toOrder(row, nowMs)),
    page.limit,
    ({ orderId }) => orderId,
  );
}
