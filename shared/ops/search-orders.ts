import type { Database, SqlValue } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../payments/order.ts';
import { idsOfDay } from './ids-of-day.ts';
import { readOrderMoney } from './read-order-money.ts';

export interface OrderSearch {
  readonly merchantId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly state?: Order['state'] | undefined;
  /** In China. */
  readonly day?: string | undefined;
  /** Of a payment or a refund, the channel's or ours. */
  readonly number?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface FoundRow extends OrderRow {
  readonly isRevoked: number;
}
type Condition = readonly [sql: string, ...values: SqlValue[]];

/**
 * Orders of all merchants, newest first: each condition has an index that ends in the id. Of one that is asked for by its id or a number
 * the payments and refunds are told, too.
 */
export async function searchOrders(db: Database, search: OrderSearch, nowMs: number) {
  const numbered = search.number === undefined ? undefined : await ordersOfNumber(db, search.number);
  if (numbered?.length === 0) return { items: [] };
  const common = conditionsOf(search, numbered);
  const rows: FoundRow[] = [];
  for (const state of statesOf(search.state, nowMs))
    rows.push(...(await readOrders(db, [...common, ...state], search.limit)));
  rows.sort((a, b) => (a.orderId < b.orderId ? 1 : -1));
  const shown = rows.map(({ isRevoked, ...row }) => {
    const order = toOrder(row, nowMs);
    return { merchantId: row.merchantId, order, frozen: Number(isRevoked) === 1 && order.refundedFen === 0 };
  });
  const page = pageOf(shown, search.limit, ({ order }) => order.orderId);
  if (search.orderId === undefined && numbered === undefined) return page;
  const ids = page.items.map(({ order }) => order.orderId);
  return ids.length === 0 ? page : { ...page, money: await readOrderMoney(db, ids) };
}

function readOrders(db: Database, conditions: readonly Condition[], limit: number): Promise<FoundRow[]> {
  return db.query<FoundRow>(
    `SELECT ${ORDER_COLUMNS}, EXISTS (SELECT 1 FROM quota_lots l
       WHERE l.merchant_id = o.merchant_id AND l.source_key = CONCAT('pay:', o.channel, ':', o.id)
         AND l.revoked_at IS NOT NULL) AS isRevoked
     FROM orders o WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY o.id DESC LIMIT ?`,
    [...conditions.flatMap(([, ...values]) => values), limit + 1],
  );
}

function conditionsOf(search: OrderSearch, numbered: readonly string[] | undefined): Condition[] {
  const { merchantId, orderId, day, cursor = 'ord_~' } = search;
  return [
    ...(merchantId === undefined ? [] : [['o.merchant_id = ?', merchantId] as const]),
    ...(orderId === undefined ? [] : [['o.id = ?', orderId] as const]),
    ...(numbered === undefined ? [] : [[`o.id IN (${numbered.map(() => '?').join(', ')})`, ...numbered] as const]),
    ...(day === undefined ? [] : [['o.id >= ? AND o.id < ?', ...idsOfDay('ord_', day)] as const]),
    ['o.id < ?', cursor],
  ];
}

/** A pending order whose time is over reads as closed, as toOrder has it: those are looked for apart, so that each part walks its index. */
function statesOf(state: Order['state'] | undefined, nowMs: number): readonly (readonly Condition[])[] {
  if (state === undefined) return [[]];
  if (state === 'paid') return [[["o.state = 'paid'"]]];
  if (state === 'pending') return [[["o.state = 'pending' AND o.expires_at > ?", sqlTime(nowMs)]]];
  return [[["o.state = 'closed'"]], [["o.state = 'pending' AND o.expires_at <= ?", sqlTime(nowMs)]]];
}

/** A transaction's number is the channel's own, and two channels could give the same. */
async function ordersOfNumber(db: Database, number: string): Promise<string[]> {
  const rows = await db.query<{ orderId: string }>(
    `SELECT order_id AS orderId FROM payments WHERE channel IN ('wechat', 'alipay') AND transaction_id = ?
     UNION SELECT order_id FROM order_attempts WHERE out_trade_no = ?
     UNION SELECT order_id FROM refunds WHERE id = ?`,
    [number, number, number],
  );
  return rows.map(({ orderId }) => orderId);
}
