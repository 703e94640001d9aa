import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';

interface OperatorRow {
  readonly operatorId: string;
  readonly name: string;
  readonly role: 'operator' | 'support';
  readonly state: 'active' | 'suspended' | 'ended';
  readonly isEnrolled: number;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** Who has or had a role, the oldest account first. `cursor` is the last row of the page before. */
export async function listOperators(db: Database, page: { limit: number; cursor?: string | undefined }) {
  const rows = await db.query<OperatorRow>(
    `SELECT o.merchant_id AS operatorId, o.name, o.role, o.created_at AS createdAtMs, o.ended_at AS endedAtMs,
       CASE WHEN o.ended_at IS NOT NULL THEN 'ended' WHEN m.state = 'active' THEN 'active' ELSE 'suspended' END AS state,
       COALESCE((SELECT t.sealed IS NOT NULL FROM operator_totps t WHERE t.merchant_id = o.merchant_id), 0) AS isEnrolled
     FROM operators o JOIN merchants m ON m.id = o.merchant_id
     WHERE o.merchant_id > ? ORDER BY o.merchant_id LIMIT ?`,
    [page.cursor ?? '', String(page.limit + 1)],
  );
  const { items, ...rest } = pageOf(rows, page.limit, ({ operatorId }) => operatorId);
  return {
    items: items.map(({ isEnrolled, endedAtMs, ...row }) => ({
      ...{ ...row, enrolled: isEnrolled === 1 },
      ...(endedAtMs !== null && { endedAtMs }),
    })),
    ...rest,
  };
}
