import type { Database } from '../db/database.ts';
import type { Violation } from './audit-ledger.ts';

/** What somebody was told, and may rely on: `kind` names the table, `id` the row, `state` one that it can never leave. */
export interface Acknowledged {
  readonly kind: 'task' | 'order';
  readonly id: string;
  readonly state?: 'succeeded' | 'failed' | 'canceled' | 'expired' | 'paid';
}

const PAGE = 500;

/** I2: whatever was acknowledged is there, in the final state that was told. For whoever keeps such a record. @public */
export async function auditAcknowledged(db: Database, told: readonly Acknowledged[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const kind of ['task', 'order'] as const) {
    const ofKind = told.filter((one) => one.kind === kind);
    for (let from = 0; from < ofKind.length; from += PAGE) {
      const page = ofKind.slice(from, from + PAGE);
      const rows = await db.query<{ id: string; state: string }>(
        `SELECT id, state FROM ${kind}s WHERE id IN (${page.map(() => '?').join(', ')})`,
        page.map(({ id }) => id),
      );
      const states = new Map(rows.map(({ id, state }) => [id, state]));
      for (const { id, state } of page) {
        const found = states.get(id) ?? 'nothing';
        if (found !== 'nothing' && (state === undefined || state === found)) continue;
        violations.push({
          rule: 'I2',
          what: `what was acknowledged is there`,
          row: { [kind]: id, told: state, found },
        });
      }
    }
  }
  return violations;
}
