import type { Database } from '../db/database.ts';
import { pageOf, withoutNulls } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';

type State = 'requested' | 'issued' | 'rejected';

interface Row {
  readonly orderId: string;
  readonly merchantId: string;
  readonly state: State;
  readonly titleKind: 'personal' | 'company';
  readonly title: string;
  readonly taxNumber: string | null;
  readonly email: string;
  readonly amountFen: number;
  readonly paidFen: number | null;
  readonly refundedFen: string;
  readonly invoiceNumber: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** Invoices of one state, oldest first. `cursor` is the last of the page before. */
export async function listInvoices(
  db: Database,
  { state = 'requested', cursor, limit }: { state?: State | undefined; cursor?: string | undefined; limit: number },
) {
  // The page first: joined before, all of that state would be read for it.
  const after = sqlTime(cursor === undefined ? 0 : await askedAt(db, cursor));
  const rows = await db.query<Row>(
    `SELECT i.order_id AS orderId, i.merchant_id AS merchantId, i.state, i.title_kind AS titleKind, i.title, i.tax_number AS taxNumber,
       i.email, i.amount_fen AS amountFen, p.amount_fen AS paidFen,
       (SELECT COALESCE(SUM(r.amount_fen), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state <> 'closed') AS refundedFen,
       i.invoice_number AS invoiceNumber, i.created_at AS createdAtMs, i.ended_at AS endedAtMs
     FROM (
       SELECT * FROM invoice_requests q
       WHERE q.state = ? AND q.created_at >= ? AND (q.created_at > ? OR q.order_id > ?)
       ORDER BY q.created_at, q.order_id LIMIT ?) i
     LEFT JOIN payments p ON p.order_id = i.order_id AND p.disposition = 'granted'
     ORDER BY i.created_at, i.order_id`,
    [state, after, after, cursor ?? '', limit + 1],
  );
  const shown = rows.map(({ paidFen, refundedFen, ...row }) => ({
    ...withoutNulls(row),
    amountFen: row.state === 'requested' ? (paidFen ?? 0) - Number(refundedFen) : row.amountFen,
  }));
  return pageOf(shown, limit, ({ orderId }) => orderId);
}

async function askedAt(db: Database, orderId: string): Promise<number> {
  const [row] = await db.query<{ atMs: number }>('SELECT created_at AS atMs FROM invoice_requests WHERE order_id = ?', [
    orderId,
  ]);
  return row?.atMs ?? 0;
}
