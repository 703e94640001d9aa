import { CSV_MARK, type CsvCell, csvRow } from '../csv.ts';
import type { Database } from '../db/database.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../shanghai-day.ts';
import { type DayRow, figuresOf, readDays } from './day-figures.ts';

const HEADER = [
  ...[
    '日期 day (UTC+8)',
    '任务 tasks',
    '成功 succeeded',
    '失败 failed',
    '取消 canceled',
    '过期 expired',
    '处理中 open',
  ],
  ...['使用额度 credits used', '退回额度 returned', '售出额度 sold', '赠送额度 given'],
  ...[
    '支付订单 paid orders',
    '逾时支付 paid late',
    '收款 paid (CNY)',
    '退款笔数 refunds',
    '退款 refunded (CNY)',
    '净收入 revenue (CNY)',
  ],
  '新商户 new merchants',
];

/** The days, oldest first, and their totals. What nobody has measured is empty, and the totals say of how many days they are. */
export async function exportDays(
  db: Database,
  { firstDay, lastDay }: { firstDay: string; lastDay: string },
): Promise<{ fileName: string; csv: string }> {
  const rows = await readDays(db, firstDay, lastDay);
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const lines: string[] = [];
  for (let atMs = startOfShanghaiDay(firstDay); atMs <= startOfShanghaiDay(lastDay); atMs += DAY_MS) {
    const day = shanghaiDay(atMs);
    const row = byDay.get(day);
    lines.push(csvRow([day, ...cellsOf(row ? [row] : [])]));
  }
  const totals = csvRow([`合计 total: ${rows.length}/${lines.length}`, ...cellsOf(rows)]);
  return { fileName: `经营-${firstDay}-${lastDay}.csv`, csv: CSV_MARK + csvRow(HEADER) + lines.join('') + totals };
}

function cellsOf(rows: readonly DayRow[]): CsvCell[] {
  const figures = figuresOf(rows);
  if (!figures) return HEADER.slice(1).map(() => '');
  const { tasks, credits, money } = figures;
  return [
    ...[tasks.created, tasks.succeeded, tasks.failed, tasks.canceled, tasks.expired, tasks.open],
    ...[credits.used, credits.returned, credits.sold, credits.given],
    ...[
      money.orders,
      money.lateOrders,
      money.paidFen / 100,
      money.refunds,
      money.refundedFen / 100,
      money.revenueFen / 100,
    ],
    figures.newMerchants,
  ];
}
