import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { GROWTH_CHECKS } from './audit-growth.ts';
import type { Check, Rule } from './ledger-check.ts';

/** One row that breaks one rule: what a reader needs to find it. */
export interface Violation {
  readonly rule: Rule;
  readonly what: string;
  readonly row: Readonly<Record<string, unknown>>;
}

const FAILED_ENDINGS = "('failed', 'canceled', 'expired')";

/** I1: the books add up, and nothing is spent that could not be. */
const BOOKS: readonly Check[] = [
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
    what: "an entry, its lot and its task are the same merchant's",
    sql: `SELECT e.seq AS entry, e.lot_id AS lot, e.task_id AS task
      FROM quota_entries e LEFT JOIN quota_lots l ON l.id = e.lot_id LEFT JOIN tasks t ON t.id = e.task_id
      WHERE l.id IS NULL OR l.merchant_id <> e.merchant_id
        OR (e.task_id IS NOT NULL AND (t.id IS NULL OR t.merchant_id <> e.merchant_id))`,
  },
  {
    rule: 'I1',
    what: 'a lot begins with one entry of its whole amount',
    sql: `SELECT l.id AS lot, l.amount, COUNT(e.seq) AS beginnings, SUM(e.amount) AS begun
      FROM quota_lots l LEFT JOIN quota_entries e ON e.lot_id = l.id
        AND (e.kind = 'grant' OR (e.kind = 'refund' AND l.source_key = CONCAT('refund:', e.reverses_entry_id)))
      GROUP BY l.id, l.amount HAVING COUNT(e.seq) <> 1 OR SUM(e.amount) <> l.amount`,
  },
  {
    rule: 'I1',
    what: 'nothing is taken from a lot after its end',
    sql: `SELECT e.seq AS entry, l.id AS lot, l.expires_at AS expiresAtMs, e.created_at AS takenAtMs
      FROM quota_entries e JOIN quota_lots l ON l.id = e.lot_id
      WHERE e.kind = 'deduct' AND (e.created_at >= l.expires_at OR e.created_at > l.revoked_at)`,
  },
];

/** I3: nothing is applied twice. */
const ONCE: readonly Check[] = [
  {
    rule: 'I3',
    what: 'a refund reverses one deduction of its task, or one revocation of its order, once and in full, but for shares of what is missing',
    sql: `SELECT d.seq AS entry, d.amount, COUNT(r.seq) AS refunds, SUM(r.amount) AS refunded
      FROM quota_entries d JOIN quota_entries r ON r.reverses_entry_id = d.seq
      GROUP BY d.seq, d.amount, d.kind, d.task_id, d.order_id
      HAVING COUNT(r.seq) > 1 OR SUM(r.amount) > -d.amount OR (SUM(r.amount) < -d.amount
          AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = d.task_id AND t.state = 'succeeded' AND t.refunded_credits > 0))
        OR d.kind NOT IN ('deduct', 'revoke')
        OR NOT (MIN(r.task_id) <=> d.task_id) OR NOT (MIN(r.order_id) <=> d.order_id)`,
  },
  {
    rule: 'I3',
    what: 'a refund goes to the lot that it came from, or once to a fresh one that buys the same and lives seven days',
    sql: `SELECT r.seq AS refund, r.lot_id AS lot, d.lot_id AS cameFrom
      FROM quota_entries r JOIN quota_entries d ON d.seq = r.reverses_entry_id
      JOIN quota_lots f ON f.id = r.lot_id JOIN quota_lots l ON l.id = d.lot_id
      WHERE r.lot_id <> d.lot_id AND (f.source_key <> CONCAT('refund:', d.seq) OR l.source_key LIKE 'refund:%' OR l.revoked_at < r.created_at
          OR f.access <> l.access OR f.expires_at <> f.created_at + INTERVAL 7 DAY)`,
  },
  {
    rule: 'I3',
    what: 'one source made one lot and one entry',
    sql: `SELECT source_key AS source, MAX(lots) AS lots, MAX(entries) AS entries FROM (
        SELECT source_key, COUNT(*) AS lots, 0 AS entries FROM quota_lots GROUP BY source_key
        UNION ALL
        SELECT source_key, 0, COUNT(*) FROM quota_entries WHERE source_key IS NOT NULL GROUP BY source_key) AS made
      GROUP BY source_key HAVING MAX(lots) > 1 OR MAX(entries) > 1`,
  },
  {
    rule: 'I3',
    what: 'a code was used as often as merchants have redeemed it, and no more often than it may be',
    sql: `SELECT c.batch_id AS batch, c.n, c.used, COUNT(r.merchant_id) AS redeemed
      FROM redeem_codes c JOIN redeem_batches b ON b.id = c.batch_id LEFT JOIN redemptions r ON r.code_hash = c.code_hash
      GROUP BY c.code_hash, c.batch_id, c.n, c.used, b.uses HAVING COUNT(r.merchant_id) <> c.used OR c.used > b.uses`,
  },
  {
    rule: 'I3',
    what: "a redemption is one lot of the merchant's, and a redeemed lot one redemption",
    sql: `SELECT r.lot_id AS lot, r.merchant_id AS merchant FROM redemptions r LEFT JOIN quota_lots l ON l.id = r.lot_id
      WHERE l.id IS NULL OR l.merchant_id <> r.merchant_id OR l.source_key NOT LIKE CONCAT('redeem:', r.batch_id, ':%')
      UNION ALL
      SELECT l.id, l.merchant_id FROM quota_lots l LEFT JOIN redemptions r ON r.merchant_id = l.merchant_id AND r.lot_id = l.id
      WHERE l.source_key LIKE 'redeem:%' AND r.lot_id IS NULL`,
  },
  {
    rule: 'I3',
    what: 'one key made one task',
    sql: `SELECT merchant_id AS merchant, idempotency_key AS idempotencyKey, COUNT(*) AS tasks FROM tasks
      GROUP BY merchant_id, idempotency_key HAVING COUNT(*) > 1`,
  },
  {
    rule: 'I3',
    what: 'one key made one order',
    sql: `SELECT merchant_id AS merchant, idempotency_key AS idempotencyKey, COUNT(*) AS orders FROM orders
      GROUP BY merchant_id, idempotency_key HAVING COUNT(*) > 1`,
  },
  {
    rule: 'I3',
    what: 'one transaction of a channel is one payment',
    sql: `SELECT channel, transaction_id AS transactionId, COUNT(*) AS payments FROM payments
      GROUP BY channel, transaction_id HAVING COUNT(*) > 1`,
  },
];

/** I4: a task and its credits tell the same story. */
const TASKS: readonly Check[] = [
  {
    rule: 'I4',
    what: 'a task took exactly its credits',
    sql: `SELECT t.id AS task, t.credits, COALESCE(-SUM(e.amount), 0) AS deducted
      FROM tasks t LEFT JOIN quota_entries e ON e.task_id = t.id AND e.kind = 'deduct'
      GROUP BY t.id, t.credits HAVING t.credits <> COALESCE(-SUM(e.amount), 0)`,
  },
  {
    rule: 'I4',
    what: 'a task gave its credits back exactly if it ended without success, and else the shares of what is missing',
    sql: `SELECT t.id AS task, t.state, t.credits, t.refunded_credits AS shares, COALESCE(SUM(e.amount), 0) AS refunded
      FROM tasks t LEFT JOIN quota_entries e ON e.task_id = t.id AND e.kind = 'refund'
      GROUP BY t.id, t.state, t.credits, t.refunded_credits
      HAVING COALESCE(SUM(e.amount), 0) <> IF(t.state IN ${FAILED_ENDINGS}, t.credits, t.refunded_credits)`,
  },
  {
    rule: 'I4',
    what: 'the shares that a task gave back are those of its units that failed alone, and no other units fail alone',
    sql: `SELECT t.id AS task, t.state, t.refunded_credits AS shares, COUNT(u.unit) AS failed
      FROM tasks t LEFT JOIN task_units u ON u.task_id = t.id AND u.state = 'failed'
      GROUP BY t.id, t.state, t.refunded_credits
      HAVING t.refunded_credits <> IF(t.state = 'succeeded', COALESCE(SUM(CAST(JSON_EXTRACT(t.pipeline_json,
          CONCAT('$[', u.step, '].shareCredits')) AS SIGNED)), 0), 0)
        OR COUNT(u.unit) <> COUNT(JSON_EXTRACT(t.pipeline_json, CONCAT('$[', u.step, '].shareCredits')))`,
  },
  {
    rule: 'I4',
    what: 'an ended task has no open unit; a succeeded one has done them all and has results',
    sql: `SELECT t.id AS task, t.state, u.step, u.unit, u.state AS unitState
      FROM tasks t LEFT JOIN task_units u ON u.task_id = t.id
      WHERE t.ended_at IS NOT NULL AND (u.state IN ('waiting', 'leased') OR (t.state = 'succeeded'
        AND (u.task_id IS NULL OR u.state NOT IN ('done', 'failed') OR (u.state = 'done'
        AND NOT EXISTS (SELECT 1 FROM task_outputs o
          WHERE o.task_id = u.task_id AND o.step = u.step AND o.unit = u.unit)))))`,
  },
  {
    rule: 'I4',
    what: "a batch has as many tasks as it says, all its merchant's and of its card",
    sql: `SELECT b.id AS batch, b.photos, COUNT(t.id) AS tasks FROM batches b
      LEFT JOIN batch_tasks i ON i.batch_id = b.id AND i.merchant_id = b.merchant_id
      LEFT JOIN tasks t ON t.id = i.task_id AND t.merchant_id = b.merchant_id AND t.feature_id = b.feature_id
      GROUP BY b.id, b.photos HAVING COUNT(t.id) <> b.photos`,
  },
  {
    rule: 'I4',
    what: 'every unit was tried no more often than it may be',
    sql: `SELECT task_id AS task, step, unit, attempts, max_attempts AS allowed FROM task_units
      WHERE attempts > max_attempts`,
  },
];

/** I5: what was paid was granted, once; what was not paid, never. */
const PAYMENTS: readonly Check[] = [
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
    rule: 'I5',
    what: "a payment is of an order that exists, is its merchant's, and was paid",
    sql: `SELECT p.id AS payment, p.order_id AS \`order\`, o.state FROM payments p LEFT JOIN orders o ON o.id = p.order_id
      WHERE o.id IS NULL OR o.merchant_id <> p.merchant_id OR o.state <> 'paid'`,
  },
];

/** I5 too: money that goes back was paid, goes back once, and takes its credits with it. */
const REFUNDS: readonly Check[] = [
  {
    rule: 'I5',
    what: 'no more goes back of a payment than was paid',
    sql: `SELECT p.id AS payment, p.amount_fen AS paidFen, SUM(r.amount_fen) AS refundedFen
      FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id
      WHERE r.state <> 'closed'
      GROUP BY p.id, p.amount_fen HAVING p.id IS NULL OR SUM(r.amount_fen) > p.amount_fen`,
  },
  {
    rule: 'I5',
    what: 'a second payment goes back whole, once; a granted one by nobody but an operator',
    sql: `SELECT p.id AS payment, p.disposition, COUNT(r.id) AS refunds, SUM(r.amount_fen) AS refundedFen
      FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id AND r.kind = 'second_payment'
      GROUP BY p.id, p.disposition, p.amount_fen
      HAVING COUNT(r.id) <> (p.disposition = 'refund_due') OR MIN(r.amount_fen) <> p.amount_fen`,
  },
  {
    rule: 'I5',
    what: 'a refund took its credits once, and gave them back exactly if it was closed',
    sql: `SELECT r.id AS refund, r.state, r.credits, COALESCE(-SUM(e.amount), 0) AS taken, COALESCE(SUM(b.amount), 0) AS returned
      FROM refunds r LEFT JOIN quota_entries e ON e.source_key = CONCAT('revoke:', r.id)
      LEFT JOIN quota_entries b ON b.reverses_entry_id = e.seq
      GROUP BY r.id, r.state, r.credits
      HAVING COALESCE(-SUM(e.amount), 0) <> r.credits OR COALESCE(SUM(b.amount), 0) <> IF(r.state = 'closed', r.credits, 0)`,
  },
  {
    rule: 'I5',
    what: 'credits whose price is on its way back cannot be spent',
    sql: `SELECT r.id AS refund, r.state, l.id AS lot FROM refunds r JOIN orders o ON o.id = r.order_id
      JOIN quota_lots l ON l.source_key = CONCAT('pay:', o.channel, ':', o.id)
      WHERE r.kind <> 'second_payment' AND r.state <> 'closed' AND l.revoked_at IS NULL`,
  },
  {
    rule: 'I5',
    what: 'a membership ends with the last of its purchases that stands',
    sql: `SELECT a.merchant_id AS merchant, a.membership_ends_at AS endsAtMs, MAX(l.expires_at) AS lastEndsAtMs
      FROM accounts a JOIN quota_lots l ON l.merchant_id = a.merchant_id AND l.source_key LIKE 'pay:%' AND l.revoked_at IS NULL
      GROUP BY a.merchant_id, a.membership_ends_at HAVING NOT (a.membership_ends_at <=> MAX(l.expires_at))`,
  },
  {
    rule: 'I5',
    what: 'a payment came under a number of its order, of its channel',
    sql: `SELECT p.id AS payment, p.out_trade_no AS number FROM payments p
      LEFT JOIN order_attempts a ON a.out_trade_no = p.out_trade_no
      WHERE a.out_trade_no IS NULL OR a.order_id <> p.order_id OR a.channel <> p.channel OR a.state <> 'paid'`,
  },
];

/** I6: nothing is stuck. */
const ENDINGS: readonly Check[] = [
  {
    rule: 'I6',
    what: 'nothing outlives its deadline',
    sql: 'SELECT id AS task, state, deadline_at AS deadlineAtMs FROM tasks WHERE deadline_at <= ?',
  },
  {
    rule: 'I6',
    what: 'an open number of an order will be asked about, and a refund under way will be sent or asked about',
    sql: `SELECT out_trade_no AS subject, state FROM order_attempts WHERE (state = 'open') <> (query_at IS NOT NULL)
      UNION ALL SELECT id, state FROM refunds
      WHERE next_at IS NULL <> (state IN ('succeeded', 'closed') OR (state = 'abnormal' AND kind = 'second_payment' AND next_at IS NULL))`,
  },
  {
    rule: 'I6',
    what: 'a task under way has a unit that will move it on',
    sql: `SELECT t.id AS task, t.state, t.step FROM tasks t
      WHERE t.state IN ('queued', 'processing') AND NOT EXISTS (SELECT 1 FROM task_units u
        WHERE u.task_id = t.id AND u.step = t.step AND u.state IN ('waiting', 'leased'))`,
  },
];

/**
 * What must hold of credits, payments and tasks at every moment, each as a query for its counterexamples. I2 (whatever was
 * acknowledged is there) needs the caller's own record of acknowledgements: `auditAcknowledged`.
 */
export const CHECKS: readonly Check[] = [
  ...BOOKS,
  ...ONCE,
  ...TASKS,
  ...PAYMENTS,
  ...REFUNDS,
  ...GROWTH_CHECKS,
  ...ENDINGS,
];

const SHOWN = 20;

/** Runs every check. `overdueAtMs`: tasks whose deadline lies before it should have been swept by now. */
export async function auditLedger(db: Database, overdueAtMs: number): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const check of CHECKS) violations.push(...(await runCheck(db, check, overdueAtMs)));
  return violations;
}

export async function runCheck(db: Database, { rule, what, sql }: Check, overdueAtMs: number): Promise<Violation[]> {
  const params = sql.includes('?') ? [sqlTime(overdueAtMs)] : [];
  const rows = await db.query<Record<string, unknown>>(`${sql} LIMIT ${SHOWN}`, params);
  return rows.map((row) => ({ rule, what, row }));
}
