import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

/** One row that breaks one rule: what a reader needs to find it. */
export interface Violation {
  readonly rule: Rule;
  readonly what: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export type Rule = 'I1' | 'I3' | 'I4' | 'I5' | 'I6';

interface Check {
  readonly rule: Rule;
  readonly what: string;
  /** Answers the rows that break the rule. One `?` stands for the moment that "overdue" is judged by. */
  readonly sql: string;
}

const FAILED_ENDINGS = "('failed', 'canceled', 'expired')";

/**
 * What must hold of credits, payments and tasks at every moment, each as a query for its counterexamples. I2 (whatever was
 * acknowledged is there) needs the caller's own record of acknowledgements and is checked where there is one.
 */
export const CHECKS: readonly Check[] = [
  {
    rule: 'I1',
    what: "a lot's entries add up to what remains of it",
    sql: `SELECT l.id AS lot, l.remaining, COALESCE(SUM(e.amount), 0) AS entries
      FROM quota_lots l LEFT JOIN quota_entries e ON e.lot_id = l.id
      GROUP BY l.id, l.remaining HAVING l.remaining <> COALESCE(SUM(e.amount), 0)`,
  },
  {
    rule: 'I1',
    what: 'a lot never holds less than nothing, nor more than it began with',
    sql: 'SELECT id AS lot, amount, remaining FROM quota_lots WHERE remaining < 0 OR remaining > amount',
  },
  {
    rule: 'I1',
    what: "an entry and its lot are the same merchant's",
    sql: `SELECT e.seq AS entry, e.lot_id AS lot FROM quota_entries e LEFT JOIN quota_lots l ON l.id = e.lot_id
      WHERE l.id IS NULL OR l.merchant_id <> e.merchant_id`,
  },
  {
    rule: 'I3',
    what: 'a refund reverses one deduction of its task, once and in full',
    sql: `SELECT d.seq AS deduction, d.amount, COUNT(r.seq) AS refunds, SUM(r.amount) AS refunded
      FROM quota_entries d JOIN quota_entries r ON r.reverses_entry_id = d.seq
      GROUP BY d.seq, d.amount, d.kind, d.task_id
      HAVING COUNT(r.seq) > 1 OR SUM(r.amount) <> -d.amount OR d.kind <> 'deduct' OR MIN(r.task_id) <> d.task_id`,
  },
  {
    rule: 'I3',
    what: 'one key made one task',
    sql: `SELECT merchant_id AS merchant, idempotency_key AS idempotencyKey, COUNT(*) AS tasks FROM tasks
      GROUP BY merchant_id, idempotency_key HAVING COUNT(*) > 1`,
  },
  {
    rule: 'I3',
    what: 'one transaction of a channel is one payment',
    sql: `SELECT channel, transaction_id AS transactionId, COUNT(*) AS payments FROM payments
      GROUP BY channel, transaction_id HAVING COUNT(*) > 1`,
  },
  {
    rule: 'I4',
    what: 'a task took exactly its credits',
    sql: `SELECT t.id AS task, t.credits, COALESCE(-SUM(e.amount), 0) AS deducted
      FROM tasks t LEFT JOIN quota_entries e ON e.task_id = t.id AND e.kind = 'deduct'
      GROUP BY t.id, t.credits HAVING t.credits <> COALESCE(-SUM(e.amount), 0)`,
  },
  {
    rule: 'I4',
    what: 'a task gave its credits back exactly if it ended without success',
    sql: `SELECT t.id AS task, t.state, t.credits, COALESCE(SUM(e.amount), 0) AS refunded
      FROM tasks t LEFT JOIN quota_entries e ON e.task_id = t.id AND e.kind = 'refund'
      GROUP BY t.id, t.state, t.credits
      HAVING COALESCE(SUM(e.amount), 0) <> IF(t.state IN ${FAILED_ENDINGS}, t.credits, 0)`,
  },
  {
    rule: 'I4',
    what: 'an ended task has no open unit, a succeeded one has results',
    sql: `SELECT t.id AS task, t.state, u.state AS unit FROM tasks t
      LEFT JOIN task_units u ON u.task_id = t.id AND u.state <> 'done' AND u.state <> 'dropped'
      WHERE t.ended_at IS NOT NULL AND (u.task_id IS NOT NULL OR (t.state = 'succeeded'
        AND NOT EXISTS (SELECT 1 FROM task_outputs o WHERE o.task_id = t.id)))`,
  },
  {
    rule: 'I5',
    what: 'a paid order was granted once, with what was ordered; an unpaid one never',
    sql: `SELECT o.id AS \`order\`, o.state, o.credits, COUNT(e.seq) AS grants, COALESCE(SUM(e.amount), 0) AS granted
      FROM orders o LEFT JOIN quota_entries e ON e.order_id = o.id AND e.kind = 'grant'
      GROUP BY o.id, o.state, o.credits
      HAVING COALESCE(SUM(e.amount), 0) <> IF(o.state = 'paid', o.credits, 0) OR COUNT(e.seq) > 1`,
  },
  {
    rule: 'I5',
    what: 'a paid order has one payment that was granted, of its amount',
    sql: `SELECT o.id AS \`order\`, o.state, COUNT(p.id) AS payments FROM orders o
      LEFT JOIN payments p ON p.order_id = o.id AND p.disposition = 'granted'
      GROUP BY o.id, o.state, o.amount_fen
      HAVING COUNT(p.id) <> IF(o.state = 'paid', 1, 0) OR MIN(p.amount_fen) <> o.amount_fen`,
  },
  {
    rule: 'I6',
    what: 'nothing outlives its deadline',
    sql: 'SELECT id AS task, state, deadline_at AS deadlineAtMs FROM tasks WHERE deadline_at <= ?',
  },
];

const SHOWN = 20;

/** Runs every check. `overdueAtMs`: tasks whose deadline lies before it should have been swept by now. */
export async function auditLedger(db: Database, overdueAtMs: number): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { rule, what, sql } of CHECKS) {
    const params = sql.includes('?') ? [sqlTime(overdueAtMs)] : [];
    const rows = await db.query<Record<string, unknown>>(`${sql} LIMIT ${SHOWN}`, params);
    violations.push(...rows.map((row) => ({ rule, what, row })));
  }
  return violations;
}
