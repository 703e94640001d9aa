import type { Database, SqlValue } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from '../payments/order.ts';

export interface OrderSearch {
  readonly merchantId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Orders of all merchants, newest first. */
export async function searchOrders(db: Database, search: OrderSearch, nowMs: number) {
  const asked: [string, string | undefined][] = [
    ['o.merchant_id = ?', search.merchantId],
    ['o.id = ?', search.orderId],
    ['o.id < ?', search.cursor ?? 'ord_~'],
  ];
  const conditions = asked.filter(([, value]) => value !== undefined);
  const values: SqlValue[] = conditions.map(([, value]) => value ?? '');
  const rows = await db.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM orders o WHERE ${conditions.map(([condition]) => condition).join(' AND ')}
     ORDER BY o.id DESC LIMIT ?`,
    [...values, search.limit + 1],
  );
  const shown = rows.map((row) => ({ merchantId: row.merchantId, order: toOrder(row, nowMs) }));
  return pageOf(shown, search.limit, ({ order }) => order.orderId);
}
