import type { Database, SqlValue } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';

export interface AuditEntry {
  readonly auditId: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  readonly details: string;
  readonly requestId: string;
  readonly createdAtMs: number;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
}

/** Each filter has its index; of several, the rows of the narrowest are looked through. */
const COLUMNS = ['target', 'actor', 'action'] as const;

/** One page of the audit log, newest first. `cursor` is the last row of the page before. */
export async function listAudit(
  db: Database,
  filter: AuditFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: AuditEntry[]; nextCursor?: string }> {
  const asked = COLUMNS.filter((column) => filter[column] !== undefined);
  const conditions = [...asked.map((column) => `a.${column} = ?`), 'a.seq < ?'];
  const values: SqlValue[] = asked.map((column) => filter[column] ?? '');
  const rows = await db.query<AuditEntry>(
    `SELECT CAST(a.seq AS CHAR) AS auditId, a.actor, a.action, a.target, a.reason, a.details_json AS details,
       a.request_id AS requestId, a.created_at AS createdAtMs
     FROM audit_log a WHERE ${conditions.join(' AND ')} ORDER BY a.seq DESC LIMIT ?`,
    [...values, page.cursor ?? '9223372036854775807', String(page.limit + 1)],
  );
  return pageOf(rows, page.limit, ({ auditId }) => auditId);
}
