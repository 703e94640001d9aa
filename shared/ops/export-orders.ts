import { CSV_MARK, type CsvCell, csvRow } from '../csv.ts';
import type { Database } from '../db/database.ts';
import { firstIdOf } from '../id.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from '../payments/order.ts';
import { DAY_MS, shanghaiTime, startOfShanghaiDay } from '../shanghai-day.ts';

/** About half a megabyte: a function's answer may have six. */
const ROWS = 3000;
const HEADER = [
  ...['订单 order', '商户 merchant', '下单时间 ordered (UTC+8)', '套餐编号 plan', '套餐名称 plan name'],
  ...['渠道 channel', '状态 state'],
  ...['金额 amount (CNY)', '额度 credits', '支付时间 paid (UTC+8)', '已退 refunded (CNY)', '发票 invoice'],
];
const STATES = { pending: '待支付 pending', paid: '已支付 paid', closed: '已关闭 closed' } as const;

/** Of the parts so far. */
interface Sums {
  readonly orders: number;
  readonly paid: number;
  readonly paidFen: number;
  readonly refundedFen: number;
}
const NONE: Sums = { orders: 0, paid: 0, paidFen: 0, refundedFen: 0 };

export interface OrderExport {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly cursor?: string | undefined;
}

/** One part of the orders of some days, oldest first. The sums of what was exported travel in the cursor; the last part ends with them. */
export async function exportOrders(
  db: Database,
  { firstDay, lastDay, cursor }: OrderExport,
  nowMs: number,
  rows = ROWS,
): Promise<{ fileName: string; csv: string; nextCursor?: string }> {
  const { after, sums } = readCursor(cursor);
  const found = await db.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM orders o WHERE o.id >= ? AND o.id < ? AND o.id > ? ORDER BY o.id LIMIT ?`,
    [
      firstIdOf('ord_', startOfShanghaiDay(firstDay)),
      firstIdOf('ord_', startOfShanghaiDay(lastDay) + DAY_MS),
      ...[after, rows + 1],
    ],
  );
  const page = found.slice(0, rows);
  const total = page.reduce(add, sums);
  const last = page.at(-1);
  const isLast = found.length <= rows || last === undefined;
  const lines = page.map((row) => csvRow(cellsOf(row, nowMs)));
  const head = cursor === undefined ? CSV_MARK + csvRow(HEADER) : '';
  return {
    fileName: `订单-${firstDay}-${lastDay}.csv`,
    csv: head + lines.join('') + (isLast ? csvRow(totalsOf(total)) : ''),
    ...(!isLast && { nextCursor: [last.orderId, ...Object.values(total)].join('_') }),
  };
}

function readCursor(cursor: string | undefined): { after: string; sums: Sums } {
  if (cursor === undefined) return { after: '', sums: NONE };
  const [orders = 0, paid = 0, paidFen = 0, refundedFen = 0] = cursor.split('_').slice(2).map(Number);
  return { after: cursor.split('_').slice(0, 2).join('_'), sums: { orders, paid, paidFen, refundedFen } };
}

const add = (sums: Sums, { state, amountFen, refundedFen }: OrderRow): Sums => ({
  orders: sums.orders + 1,
  paid: sums.paid + (state === 'paid' ? 1 : 0),
  paidFen: sums.paidFen + (state === 'paid' ? amountFen : 0),
  refundedFen: sums.refundedFen + Number(refundedFen),
});

function cellsOf(row: OrderRow, nowMs: number): CsvCell[] {
  const order = toOrder(row, nowMs);
  return [
    ...[order.orderId, row.merchantId, shanghaiTime(order.createdAtMs), order.planId, planName(order)],
    ...[order.channel, STATES[order.state]],
    ...[yuan(order.amountFen), order.credits, order.paidAtMs === undefined ? '' : shanghaiTime(order.paidAtMs)],
    ...[yuan(order.refundedFen), order.invoice ?? ''],
  ];
}

const totalsOf = ({ orders, paid, paidFen, refundedFen }: Sums): CsvCell[] => [
  ...[
    `合计 total: ${orders}`,
    '',
    '',
    '',
    '',
    '',
    `已支付 paid: ${paid}`,
    yuan(paidFen),
    '',
    '',
    yuan(refundedFen),
    '',
  ],
];

/** As the plan was called when it was ordered; once where both languages call it the same. */
const planName = ({ planNameZh, planNameEn }: Pick<OrderRow, 'planNameZh' | 'planNameEn'>): string =>
  [...new Set([planNameZh, planNameEn])].join(' ').trim();

/** Exact: 9900 fen are 99.00, as a number of the sheet. */
const yuan = (fen: number): CsvCell => fen / 100;
