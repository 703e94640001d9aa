import { CSV_MARK, csvRow } from '../csv.ts';
import type { Database } from '../db/database.ts';
import { shanghaiTime } from '../shanghai-day.ts';
import { type Entry, listEntries } from './list-entries.ts';

/** About half a megabyte: a function's answer may have six. */
const ROWS = 5000;
const HEADER = [
  '编号 entry',
  '时间 time (UTC+8)',
  '类型 kind',
  '额度 credits',
  '余额 balance',
  '任务 task',
  '订单 order',
  '批次 lot',
];
const KINDS: Readonly<Record<Entry['kind'], string>> = {
  grant: '获得 grant',
  deduct: '使用 deduct',
  refund: '退回 refund',
  expire: '到期 expire',
  revoke: '收回 revoke',
};

/** One part of the ledger as CSV; the first has the mark of UTF-8 and the header. */
export async function exportEntries(
  db: Database,
  merchantId: string,
  cursor: string | undefined,
  rows = ROWS,
): Promise<{ fileName: string; csv: string; nextCursor?: string }> {
  const { items, nextCursor } = await listEntries(db, merchantId, { limit: rows, cursor });
  const lines = items.map(({ entryId, createdAtMs, kind, amount, balance, taskId = '', orderId = '', lotId }) =>
    csvRow([entryId, shanghaiTime(createdAtMs), KINDS[kind], amount, balance, taskId, orderId, lotId]),
  );
  const head = cursor === undefined ? CSV_MARK + csvRow(HEADER) : '';
  return { fileName: '额度明细.csv', csv: head + lines.join(''), ...(nextCursor !== undefined && { nextCursor }) };
}
