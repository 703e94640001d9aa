import type { Database } from '../db/database.ts';
import { pageOf, withoutNulls } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { CaseClass } from '../payments/open-case.ts';

interface Row {
  readonly caseId: string;
  readonly class: CaseClass;
  readonly channel: string;
  readonly subject: string;
  readonly orderId: string | null;
  readonly expectedFen: number | null;
  readonly actualFen: number | null;
  readonly state: 'open' | 'ended';
  readonly remedy: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** Cases of the reconciliation, oldest first. `cursor` is the last of the page before; whose time is read first. */
export async function listCases(
  db: Database,
  {
    state = 'open',
    cursor,
    limit,
  }: { state?: 'open' | 'ended' | undefined; cursor?: string | undefined; limit: number },
) {
  const after = sqlTime(cursor === undefined ? 0 : await openedAt(db, cursor));
  const rows = await db.query<Row>(
    `SELECT c.id AS caseId, c.class, c.channel, c.subject, c.order_id AS orderId, c.expected_fen AS expectedFen,
       c.actual_fen AS actualFen, c.state, c.remedy, c.created_at AS createdAtMs, c.ended_at AS endedAtMs
     FROM reconciliation_cases c
     WHERE c.state = ? AND c.created_at >= ? AND (c.created_at > ? OR c.id > ?)
     ORDER BY c.created_at, c.id LIMIT ?`,
    [state, after, after, cursor ?? '', limit + 1],
  );
  return pageOf(rows.map(withoutNulls), limit, ({ caseId }) => caseId);
}

async function openedAt(db: Database, caseId: string): Promise<number> {
  const [row] = await db.query<{ atMs: number }>('SELECT created_at AS atMs FROM reconciliation_cases WHERE id = ?', [
    caseId,
  ]);
  return row?.atMs ?? 0;
}
