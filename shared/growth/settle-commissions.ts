import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';

/**
 * What became of a commission: made and `frozen`, `adjusted` to what of its order went back, `released`, `postponed` while the order is looked
 * into, `void`, or none of these. `unknown`: no invited merchant's first order that was paid.
 */
export type CommissionOutcome = 'frozen' | 'adjusted' | 'released' | 'postponed' | 'void' | 'unchanged' | 'unknown';

/** An order as one statement saw it, at one moment. */
interface SeenOrder {
  readonly inviterId: string;
  readonly changes: number;
  readonly paidFen: number;
  readonly refundedFen: string;
  readonly credits: number;
  readonly access: string;
  readonly settledAtMs: number;
  readonly payerHash: string | null;
  readonly knownPayer: number;
  readonly isRevoked: number;
  readonly commissionBp: number;
  readonly commissionUnit: 'fen' | 'credits';
  readonly creditDays: number;
}

export interface SettledCommissions {
  readonly commissions: number;
  readonly failures: readonly unknown[];
}

/** Of each kind in one tick: some milliseconds each. */
export const PAGE = 100;
/** One that fails must not be the first again at once. */
const AGAIN_AFTER_MS = 60_000;

/** Brings one order's commission up to date. Any number of calls come to the same. */
export async function settleCommission(db: Database, orderId: string, nowMs: number): Promise<CommissionOutcome> {
  const seen = await seeOrder(db, orderId);
  if (!seen) return 'unknown';
  const refundedFen = Number(seen.refundedFen);
  // Out of reach until somebody has looked: neither by a refund, nor by the end of the payer's account, which revokes at its own moment. So what
  // was held before that end, or was paid after it, stays held.
  const isHeld = seen.isRevoked === 1 && refundedFen === 0;
  const { outcome } = await db.callProcedure<{ outcome: CommissionOutcome }>('settle_commission_v2', [
    ...[seen.inviterId, orderId, seen.changes, seen.paidFen, refundedFen, seen.credits, seen.access],
    ...[sqlTime(seen.settledAtMs), seen.payerHash, seen.knownPayer, isHeld ? 1 : 0],
    ...[seen.commissionBp, seen.commissionUnit, seen.creditDays],
    ...[newId('cms_', nowMs), newId('lot_', nowMs), sqlTime(nowMs)],
  ]);
  return outcome;
}

/** One statement, so that the count of changes and the sum of refunds are of one moment. */
async function seeOrder(db: Database, orderId: string): Promise<SeenOrder | undefined> {
  const [seen] = await db.query<SeenOrder>(
    `SELECT r.inviter_id AS inviterId, r.changes, p.amount_fen AS paidFen,
       (SELECT COALESCE(SUM(f.amount_fen), 0) FROM refunds f WHERE f.payment_id = p.id AND f.state <> 'closed') AS refundedFen,
       o.credits, o.access, p.created_at AS settledAtMs, p.payer_hash AS payerHash,
       EXISTS (SELECT 1 FROM payments k WHERE k.payer_hash = p.payer_hash AND k.merchant_id <> o.merchant_id
         AND k.merchant_id <> r.inviter_id AND (k.created_at < p.created_at OR (k.created_at = p.created_at AND k.id < p.id))) AS knownPayer,
       EXISTS (SELECT 1 FROM quota_lots l JOIN accounts a ON a.merchant_id = l.merchant_id
         WHERE l.source_key = CONCAT('pay:', o.channel, ':', o.id) AND l.revoked_at IS NOT NULL
           AND NOT (l.revoked_at <=> a.closed_at)) AS isRevoked,
       r.commission_bp AS commissionBp, r.commission_unit AS commissionUnit, r.credit_days AS creditDays
     FROM orders o JOIN referrals r ON r.merchant_id = o.merchant_id AND r.first_order_id = o.id AND r.commission_bp IS NOT NULL
     JOIN payments p ON p.order_id = o.id AND p.disposition = 'granted'
     WHERE o.id = ?`,
    [orderId],
  );
  return seen;
}

/**
 * The timer's work: books what the outbox tells, then releases what has been frozen long enough. A row of the outbox goes when its order was
 * looked at after it had come, so that nothing is lost; any number of ticks may run at once. One that fails has its turn a minute later, and
 * stops neither the others nor whatever the caller does next: all failures are returned, none is thrown.
 */
export async function settleCommissions(db: Database, nowMs: number): Promise<SettledCommissions> {
  const failures: unknown[] = [];
  let commissions = 0;
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  const settle = (orderId: string) =>
    attempt(async () => {
      if ((await settleCommission(db, orderId, nowMs)) !== 'unchanged') commissions += 1;
      return 'settled' as const;
    });
  const againAt = sqlTime(nowMs + AGAIN_AFTER_MS);
  for (const { seq, orderId } of (await attempt(() => readTold(db, nowMs))) ?? []) {
    const isSettled = await settle(orderId);
    await attempt(() =>
      isSettled
        ? db.write('DELETE FROM referral_outbox WHERE seq = ?', [seq])
        : db.write('UPDATE referral_outbox SET next_at = ? WHERE seq = ?', [againAt, seq]),
    );
  }
  for (const { orderId } of (await attempt(() => readDue(db, nowMs))) ?? []) {
    if (await settle(orderId)) continue;
    const later = "UPDATE referral_commissions SET release_at = ? WHERE order_id = ? AND state = 'frozen'";
    await attempt(() => db.write(later, [againAt, orderId]));
  }
  return { commissions, failures };
}

const readTold = (db: Database, nowMs: number) =>
  db.query<{ seq: string; orderId: string }>(
    `SELECT CAST(seq AS CHAR) AS seq, order_id AS orderId FROM referral_outbox o
     WHERE next_at <= ? ORDER BY next_at, o.seq LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );

const readDue = (db: Database, nowMs: number) =>
  db.query<{ orderId: string }>(
    'SELECT order_id AS orderId FROM referral_commissions WHERE release_at <= ? ORDER BY release_at, id LIMIT ?',
    [sqlTime(nowMs), PAGE],
  );
