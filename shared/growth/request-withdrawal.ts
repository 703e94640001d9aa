import { createHmac } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError, type FieldProblem } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { maskPayee, type Payee, sealPayee } from './payee.ts';
import type { ReadPayeeKey } from './payee-key.ts';
import { readWithdrawal, type Withdrawal } from './withdrawals.ts';

export interface WithdrawalRequest {
  readonly merchantId: string;
  readonly amountFen: number;
  readonly method: 'alipay' | 'bank';
  readonly payeeName: string;
  readonly payeeAccount: string;
  readonly bankName?: string | undefined;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly nowMs: number;
}

type Outcome = 'requested' | 'replayed' | 'conflict' | 'no_account' | 'below_least' | 'open' | 'short';

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  no_account: 'NOT_SIGNED_IN',
  open: 'WITHDRAWAL_OPEN',
  short: 'BALANCE_SHORT',
} as const;

const belowLeast = (leastFen: number): FieldProblem => ({
  ...{ path: 'amountFen', rule: `min:${leastFen}` },
  zh: `每次至少提现 ${leastFen / 100} 元`,
  en: `must be at least ${leastFen} fen`,
});

/**
 * Takes the amount out of the balance, to be paid by hand. Who is paid is kept sealed; what is shown is masked.
 * @throws ApiError VALIDATION_FAILED below the least amount, BALANCE_SHORT, WITHDRAWAL_OPEN, IDEMPOTENCY_CONFLICT, NOT_SIGNED_IN (no account)
 */
export async function requestWithdrawal(
  db: Database,
  readKey: ReadPayeeKey,
  { merchantId, amountFen, method, bankName, nowMs, ...request }: WithdrawalRequest,
): Promise<Withdrawal> {
  const { payeeName, payeeAccount, idempotencyKey, requestHash } = request;
  const payee: Payee = { payeeName, payeeAccount, ...(bankName !== undefined && { bankName }) };
  const newWithdrawalId = newId('wdr_', nowMs);
  const key = await readKey();
  const sealed = sealPayee(key, payee, newWithdrawalId);
  // Keyed: beside a masked payee the plain hash of the request would let a machine try out the rest, and it outlives the seal.
  const keyedHash = createHmac('sha256', key).update(requestHash).digest('hex');
  const row = await db.callProcedure<{ outcome: Outcome; withdrawal_id: string | null; least_fen: number }>(
    'request_withdrawal_v1',
    [
      ...[merchantId, newWithdrawalId, amountFen, method, sealed, maskPayee(payee), idempotencyKey, keyedHash],
      sqlTime(nowMs),
    ],
  );
  const { outcome } = row;
  if (outcome === 'below_least') throw new ApiError('VALIDATION_FAILED', { fields: [belowLeast(row.least_fen)] });
  if (outcome !== 'requested' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  const withdrawal = await readWithdrawal(db, row.withdrawal_id ?? '');
  if (!withdrawal) throw new TypeError('a withdrawal that was just written is gone');
  return withdrawal;
}
