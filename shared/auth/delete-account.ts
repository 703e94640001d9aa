import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { Logger } from '../logging/logger.ts';
import { FORMER_PHONE, type LoginCodes } from './login-codes.ts';

interface Deleted {
  readonly outcome: 'deleted' | 'phone_differs' | 'wrong' | 'expired' | 'tries_exceeded' | 'suspended' | 'order_open';
  readonly tasks: number;
  readonly credits: number;
}

const REFUSALS = {
  wrong: 'CODE_INCORRECT',
  expired: 'CODE_EXPIRED',
  tries_exceeded: 'CODE_TRIES_EXCEEDED',
  suspended: 'ACCOUNT_SUSPENDED',
  order_open: 'ORDER_OPEN',
} as const;

const NOT_THE_PHONE = {
  path: 'phone',
  rule: 'own',
  zh: '与本账号的手机号不一致',
  en: "is not this account's phone",
};
/** As long as transactions are kept; then nothing is left of the phone. */
const PHONE_HASH_YEARS = 3;

/**
 * Deletes the merchant's account at once (docs/decisions/0018-deleting-an-account.md). An access token that is still alive can order,
 * redeem and create nothing with it: the account is closed.
 * @throws ApiError VALIDATION_FAILED for another phone, CODE_INCORRECT, CODE_EXPIRED, CODE_TRIES_EXCEEDED, ACCOUNT_SUSPENDED, ORDER_OPEN
 */
export async function deleteAccount(
  { db, codes }: { readonly db: Database; readonly codes: LoginCodes },
  merchantId: string,
  { phone, code }: { readonly phone: string; readonly code: string },
  { nowMs, log }: { readonly nowMs: number; readonly log: Logger },
): Promise<{ canceledTasks: number; forfeitedCredits: number }> {
  const hash = await codes.hasher();
  const forgetAt = new Date(nowMs);
  forgetAt.setUTCFullYear(forgetAt.getUTCFullYear() + PHONE_HASH_YEARS);
  const { outcome, tasks, credits } = await db.callProcedure<Deleted>('delete_account_v2', [
    merchantId,
    phone,
    hash(phone, code),
    hash(phone, FORMER_PHONE),
    sqlTime(nowMs),
    sqlTime(forgetAt.getTime()),
  ]);
  if (outcome === 'phone_differs') throw new ApiError('VALIDATION_FAILED', { fields: [NOT_THE_PHONE] });
  if (outcome !== 'deleted') throw new ApiError(REFUSALS[outcome]);
  log('account_deleted', { merchantId, canceledTasks: tasks, forfeitedCredits: credits });
  return { canceledTasks: tasks, forfeitedCredits: credits };
}
