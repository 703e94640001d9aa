import type { Database } from '../db/database.ts';
import { type Entry, type EntryRow, entryOf } from './list-entries.ts';

/**
 * The lines of one task, newest first: what it took, from each lot, and what came back. Between them stand other tasks' lines, so each
 * has a balance of its own: what all lots hold now without what newer lines have changed, in one statement and so of one moment. It is
 * counted from the newest, since mostly a task is looked at soon after; counted from the first, each look would read a whole ledger.
 */
export async function listTaskEntries(
  db: Database,
  merchantId: string,
  { taskId, limit, cursor }: { taskId: string; limit: number; cursor?: string | undefined },
): Promise<{ items: Entry[]; nextCursor?: string }> {
  const before = cursor?.split('_')[0] ?? '9223372036854775807';
  const rows = await db.query<EntryRow>(
    `SELECT CAST(seq AS CHAR) AS seq, kind, amount, lot_id AS lotId, task_id AS taskId, order_id AS orderId,
       CAST(reverses_entry_id AS CHAR) AS reverses, created_at AS createdAtMs,
       (SELECT COALESCE(SUM(remaining), 0) FROM quota_lots WHERE merchant_id = ?)
         - (SELECT COALESCE(SUM(n.amount), 0) FROM quota_entries n WHERE n.merchant_id = ? AND n.seq > e.seq) AS balance
     FROM quota_entries AS e WHERE task_id = ? AND merchant_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
    [merchantId, merchantId, taskId, merchantId, before, String(limit + 1)],
  );
  const items = rows.slice(0, limit).map((row) => entryOf(row, Number(row.balance)));
  const last = items.at(-1);
  return rows.length > limit && last ? { items, nextCursor: last.entryId } : { items };
}
