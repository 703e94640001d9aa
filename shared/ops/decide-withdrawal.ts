import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';
import { refuseOwn } from './refuse-own.ts';

export interface WithdrawalDecision {
  readonly withdrawalId: string;
  readonly state: 'approved' | 'rejected' | 'paid';
  readonly reference?: string | undefined;
  readonly reason: string;
}

const REFUSALS = { unknown: 'NOT_FOUND', over: 'WITHDRAWAL_ENDED', short: 'BALANCE_SHORT' } as const;

/**
 * A withdrawal was looked at, or paid by hand.
 * @throws ApiError NOT_FOUND, OWN_ACCOUNT, WITHDRAWAL_ENDED, BALANCE_SHORT, IDEMPOTENCY_CONFLICT
 */
export async function decideWithdrawal(
  db: Database,
  { withdrawalId, state, reference, reason }: WithdrawalDecision,
  write: OperatorWrite,
): Promise<{ withdrawalId: string; state: WithdrawalDecision['state'] }> {
  const [row] = await db.query<{ merchantId: string }>(
    'SELECT merchant_id AS merchantId FROM withdrawals WHERE id = ?',
    [withdrawalId],
  );
  refuseOwn(row?.merchantId, write);
  await callWrite(db, 'decide_withdrawal_v1', [withdrawalId, state, reference ?? null, reason], write, REFUSALS);
  return { withdrawalId, state };
}
