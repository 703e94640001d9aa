import type { Database, SqlValue } from '../db/database.ts';
import { pageOf, withoutNulls } from '../db/page-of.ts';

const WITHDRAWAL_STATES = ['requested', 'approved', 'paid', 'rejected'] as const;
type WithdrawalState = (typeof WITHDRAWAL_STATES)[number];
type CommissionState = 'frozen' | 'released' | 'void';

export interface ReferralFilter {
  readonly state?: WithdrawalState | CommissionState | undefined;
  readonly merchantId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly merchantId: string;
  readonly state: WithdrawalState | CommissionState;
  readonly unit: 'fen' | 'credits';
  readonly amount: number;
  readonly reversed: number | null;
  readonly orderId: string | null;
  readonly refusal: 'closed' | 'own_payer' | 'known_payer' | 'nothing' | null;
  readonly method: 'alipay' | 'bank' | null;
  readonly payeeMasked: string | null;
  readonly balanceFen: number | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly createdAtMs: number;
  readonly approvedAtMs: number | null;
  readonly releaseAtMs: number | null;
  readonly endedAtMs: number | null;
}

const WITHDRAWALS = `w.id, w.merchant_id AS merchantId, w.state, 'fen' AS unit, w.amount_fen AS amount, NULL AS reversed,
  NULL AS orderId, NULL AS refusal, w.method, w.payee_masked AS payeeMasked, a.balance_fen AS balanceFen, w.reference, w.reason,
  w.created_at AS createdAtMs, w.approved_at AS approvedAtMs, NULL AS releaseAtMs,
  w.ended_at AS endedAtMs FROM withdrawals w LEFT JOIN referral_accounts a ON a.merchant_id = w.merchant_id`;
const COMMISSIONS = `w.id, w.merchant_id AS merchantId, w.state, w.unit, w.amount, w.reversed, w.order_id AS orderId, w.refusal,
  NULL AS method, NULL AS payeeMasked, NULL AS balanceFen, NULL AS reference, NULL AS reason, w.created_at AS createdAtMs,
  NULL AS approvedAtMs, w.release_at AS releaseAtMs, w.ended_at AS endedAtMs
  FROM referral_commissions w`;

/** Withdrawals or commissions of one state, newest first, but what waits for an operator oldest first. `cursor`: the last of the page before. */
export async function listReferrals(db: Database, { state = 'requested', merchantId, cursor, limit }: ReferralFilter) {
  const waits = state === 'requested' || state === 'approved';
  const columns = WITHDRAWAL_STATES.some((one) => one === state) ? WITHDRAWALS : COMMISSIONS;
  const conditions = [
    'w.state = ?',
    ...(merchantId === undefined ? [] : ['w.merchant_id = ?']),
    ...(cursor === undefined ? [] : [`w.id ${waits ? '>' : '<'} ?`]),
  ];
  const values: SqlValue[] = [
    state,
    ...(merchantId === undefined ? [] : [merchantId]),
    ...(cursor === undefined ? [] : [cursor]),
  ];
  const rows = await db.query<Row>(
    `SELECT ${columns} WHERE ${conditions.join(' AND ')} ORDER BY w.id ${waits ? '' : 'DESC'} LIMIT ?`,
    [...values, limit + 1],
  );
  return pageOf(rows.map(withoutNulls), limit, ({ id }) => id);
}
