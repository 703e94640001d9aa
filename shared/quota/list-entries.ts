import type { Database } from '../db/database.ts';

export interface Entry {
  readonly entryId: string;
  readonly kind: 'grant' | 'deduct' | 'refund' | 'expire' | 'revoke';
  readonly amount: number;
  readonly lotId: string;
  readonly taskId?: string;
  readonly orderId?: string;
  readonly reversesEntryId?: string;
  readonly createdAtMs: number;
}

interface Row {
  readonly seq: string;
  readonly kind: Entry['kind'];
  readonly amount: number;
  readonly lotId: string;
  readonly taskId: string | null;
  readonly orderId: string | null;
  readonly reverses: string | null;
  readonly createdAtMs: number;
}

/** One page of a merchant's ledger, newest first. `cursor` is the last entry of the page before. */
export async function listEntries(
  db: Database,
  merchantId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: Entry[]; nextCursor?: string }> {
  // `e.seq`, for a bare `seq` in ORDER BY is the column of the answer: text, in which 1000 comes before 999.
  const rows = await db.query<Row>(
    `SELECT CAST(seq AS CHAR) AS seq, kind, amount, lot_id AS lotId, task_id AS taskId, order_id AS orderId,
       CAST(reverses_entry_id AS CHAR) AS reverses, created_at AS createdAtMs
     FROM quota_entries AS e WHERE merchant_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
    [merchantId, page.cursor ?? '9223372036854775807', String(page.limit + 1)],
  );
  const items = rows.slice(0, page.limit).map(
    (row): Entry => ({
      entryId: row.seq,
      kind: row.kind,
      amount: row.amount,
      lotId: row.lotId,
      ...(row.taskId !== null && { taskId: row.taskId }),
      ...(row.orderId !== null && { orderId: row.orderId }),
      ...(row.reverses !== null && { reversesEntryId: row.reverses }),
      createdAtMs: row.createdAtMs,
    }),
  );
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: last.entryId } : { items };
}
