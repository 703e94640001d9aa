import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { LogFields } from '../logging/logger.ts';
import { traced } from '../timer/work-moved.ts';
import type { CaseFinding } from './open-case.ts';
import { FOUND_COLUMNS, type FoundRow } from './read-cases.ts';

/** Of one tick; the rest has its turn at the next. */
export const PAGE = 100;

/**
 * Hands each case that nobody was told of to `tell`, whoever opened it: a notice, a query, an operator's refund, a bill, or a procedure.
 * Told first and marked then, so that one which ends in between is told twice, never not at all.
 * @returns how many
 */
export async function tellCases(
  db: Database,
  nowMs: number,
  tell: (found: CaseFinding & LogFields) => void,
): Promise<number> {
  const rows = await db.query<FoundRow & { caseId: string; trace: string | null }>(
    `SELECT c.id AS caseId, ${FOUND_COLUMNS}, o.trace FROM reconciliation_cases c LEFT JOIN orders o ON o.id = c.order_id
     WHERE c.told_at IS NULL ORDER BY c.created_at, c.id LIMIT ?`,
    [PAGE],
  );
  if (rows.length === 0) return 0;
  for (const { caseId, trace, ...row } of rows) tell({ caseId, ...withoutNulls(row), ...traced(trace) });
  await db.write(
    `UPDATE reconciliation_cases SET told_at = ? WHERE id IN (${rows.map(() => '?').join(', ')}) AND told_at IS NULL`,
    [sqlTime(nowMs), ...rows.map(({ caseId }) => caseId)],
  );
  return rows.length;
}
