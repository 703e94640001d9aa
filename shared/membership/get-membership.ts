import type { Database } from '../db/database.ts';

const DAY_MS = 86_400_000;
/** From a week before its end a membership is called expiring. */
const EXPIRING_MS = 7 * DAY_MS;

export interface Membership {
  readonly state: 'none' | 'active' | 'expiring' | 'expired';
  readonly planId?: string;
  readonly fromAtMs?: number;
  readonly endsAtMs?: number;
}

interface Row {
  readonly planId: string;
  readonly fromAtMs: number;
  readonly endsAtMs: number;
}

/** Judged by the clock that is passed in: no timer has to run for a membership to end. */
export async function getMembership(db: Database, merchantId: string, nowMs: number): Promise<Membership> {
  const [row] = await db.query<Row>(
    `SELECT plan_id AS planId, membership_from_at AS fromAtMs, membership_ends_at AS endsAtMs
     FROM accounts WHERE merchant_id = ? AND plan_id IS NOT NULL`,
    [merchantId],
  );
  if (!row) return { state: 'none' };
  const leftMs = row.endsAtMs - nowMs;
  const state = leftMs <= 0 ? 'expired' : leftMs <= EXPIRING_MS ? 'expiring' : 'active';
  return { state, planId: row.planId, fromAtMs: row.fromAtMs, endsAtMs: row.endsAtMs };
}
