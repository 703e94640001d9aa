import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

export interface NewOperator {
  /** 11 digits, of somebody who has signed in before: there is no default password that could be left in place. */
  readonly phone: string;
  readonly name: string;
  readonly role: 'operator' | 'support';
  readonly requestId: string;
  readonly nowMs: number;
}

export type CreatedOperator = 'created' | 'changed' | 'unchanged' | 'unknown_phone';

/** Gives somebody a role, or another one. Twice is once; each change leaves its row in the audit log. */
export async function createOperator(db: Database, asked: NewOperator): Promise<CreatedOperator> {
  const [merchant] = await db.query<{ id: string }>('SELECT id FROM merchants WHERE phone = ?', [asked.phone]);
  if (!merchant) return 'unknown_phone';
  const { name, role, nowMs } = asked;
  const [known] = await db.query<{ role: string; name: string; ended: number }>(
    'SELECT role, name, ended_at IS NOT NULL AS ended FROM operators WHERE merchant_id = ?',
    [merchant.id],
  );
  if (known?.role === role && known.name === name && known.ended === 0) return 'unchanged';
  // Written before what it tells of: a role without its row must not be.
  await db.write(
    `INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
     VALUES ('command-line', 'create-operator', ?, '', ?, ?, ?)`,
    [merchant.id, { role, before: known?.ended === 0 ? known.role : null }, asked.requestId, sqlTime(nowMs)],
  );
  await db.write(
    `INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE role = VALUES(role), name = VALUES(name), ended_at = NULL`,
    [merchant.id, role, name, sqlTime(nowMs)],
  );
  return known ? 'changed' : 'created';
}
