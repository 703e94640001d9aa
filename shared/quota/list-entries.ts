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
  readonly balance: number;
}

export interface EntryRow {
  readonly seq: string;
  readonly kind: Entry['kind'];
  readonly amount: number;
  readonly lotId: string;
  readonly taskId: string | null;
  readonly orderId: string | null;
  readonly reverses: string | null;
  readonly createdAtMs: number;
  /** Of the newest of the rows, or of this one. */
  readonly balance: number;
}

/**
 * The balance after the newest line is what all lots hold, dead ones too: a read of a few rows, in the same statement and so of the same
 * moment. Later pages carry theirs in the cursor; of a bare cursor the lines before it are summed.
 */
function balanceOf(cursor: string | undefined): {
  sql: string;
  params: (before: string, merchantId: string) => string[];
} {
  if (cursor === undefined) {
    const sql = '(SELECT COALESCE(SUM(remaining), 0) FROM quota_lots WHERE merchant_id = ?)';
    return { sql, params: (_, merchantId) => [merchantId] };
  }
  const known = cursor.split('_')[1];
  if (known !== undefined) return { sql: 'CAST(? AS SIGNED)', params: () => [known] };
  const sql = '(SELECT COALESCE(SUM(amount), 0) FROM quota_entries b WHERE b.merchant_id = ? AND b.seq < ?)';
  return { sql, params: (before, merchantId) => [merchantId, before] };
}

/** One page of a merchant's ledger, newest first. */
export async function listEntries(
  db: Database,
  merchantId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: Entry[]; nextCursor?: string }> {
  const before = page.cursor?.split('_')[0] ?? '9223372036854775807';
  const top = balanceOf(page.cursor);
  // `e.seq`, for a bare `seq` in ORDER BY is the column of the answer: text, in which 1000 comes before 999.
  const rows = await db.query<EntryRow>(
    `SELECT CAST(seq AS CHAR) AS seq, kind, amount, lot_id AS lotId, task_id AS taskId, order_id AS orderId,
       CAST(reverses_entry_id AS CHAR) AS reverses, created_at AS createdAtMs, ${top.sql} AS balance
     FROM quota_entries AS e WHERE merchant_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
    [...top.params(before, merchantId), merchantId, before, String(page.limit + 1)],
  );
  let balance = Number(rows[0]?.balance ?? 0);
  const items = rows.slice(0, page.limit).map((row): Entry => {
    const entry = entryOf(row, balance);
    balance -= row.amount;
    return entry;
  });
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: `${last.entryId}_${balance}` } : { items };
}

export function entryOf(row: EntryRow, balance: number): Entry {
  return {
    entryId: row.seq,
    kind: row.kind,
    amount: row.amount,
    lotId: row.lotId,
    ...(row.taskId !== null && { taskId: row.taskId }),
    ...(row.orderId !== null && { orderId: row.orderId }),
    ...(row.reverses !== null && { reversesEntryId: row.reverses }),
    createdAtMs: row.createdAtMs,
    balance,
  };
}
