import type { Database } from '../db/database.ts';
import type { CaseClass } from '../payments/open-case.ts';
import { pageOf, withoutNulls } from './page-of.ts';

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

/** Cases of the reconciliation, oldest first. `cursor` is the last of the page before; its time is in its id. */
export async function listCases(
  db: Database,
  {
    state = 'open',
    cursor,
    limit,
  }: { state?: 'open' | 'ended' | undefined; cursor?: string | undefined; limit: number },
) {
  const rows = await db.query<Row>(
    `SELECT c.id AS caseId, c.class, c.channel, c.subject, c.order_id AS orderId, c.expected_fen AS expectedFen,
       c.actual_fen AS actualFen, c.state, c.remedy, c.created_at AS createdAtMs, c.ended_at AS endedAtMs
     FROM reconciliation_cases c
     WHERE c.state = ? AND (c.created_at, c.id) > (
       COALESCE((SELECT b.created_at FROM reconciliation_cases b WHERE b.id = ?), '1970-01-01'), ?)
     ORDER BY c.created_at, c.id LIMIT ?`,
    [state, cursor ?? '', cursor ?? '', limit + 1],
  );
  return pageOf(rows.map(withoutNulls), limit, ({ caseId }) => caseId);
}
