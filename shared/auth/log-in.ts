import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import type { Logger } from '../logging/logger.ts';
import type { AccessTokens } from './access-token.ts';
import { type Account, maskPhone } from './account.ts';
import { refuseClosedSignUp } from './closed-sign-up.ts';
import { inviterOf } from './inviter-of.ts';
import { FORMER_PHONE, type LoginCodes } from './login-codes.ts';
import { hashRefreshToken, newRefreshToken, SESSION_LIFE_MS } from './refresh-token.ts';

export interface LoginServices {
  readonly db: Database;
  readonly tokens: AccessTokens;
  readonly codes: LoginCodes;
}

export interface LoginAttempt {
  readonly phone: string;
  readonly code: string;
  readonly consentVersion: string;
  /** Of whoever invited; nothing comes of one that nobody has, or when the phone was here before. */
  readonly inviteCode?: string | undefined;
  readonly address: string;
  readonly userAgent: string;
  readonly nowMs: number;
  readonly log: Logger;
}

export interface SignedIn {
  readonly accessToken: string;
  readonly accessExpiresAtMs: number;
  readonly refreshToken: string;
  readonly refreshExpiresAtMs: number;
  readonly account: Account;
  readonly registered: boolean;
}

type Used =
  | {
      readonly outcome: 'signed_in';
      readonly merchant_id: string;
      readonly created_at: number;
      readonly registered: number;
    }
  | { readonly outcome: 'wrong' | 'expired' | 'tries_exceeded' | 'suspended' };

const REFUSALS = {
  wrong: 'CODE_INCORRECT',
  expired: 'CODE_EXPIRED',
  tries_exceeded: 'CODE_TRIES_EXCEEDED',
  suspended: 'ACCOUNT_SUSPENDED',
} as const;

const USER_AGENT_CHARS = 255;

/**
 * Uses a code up and opens a session of 30 days; a phone's first login registers it. Both keys are at hand before the
 * code is touched.
 * @throws ApiError CODE_INCORRECT, CODE_EXPIRED (used ones too), CODE_TRIES_EXCEEDED, ACCOUNT_SUSPENDED, SIGN_UP_CLOSED (of a phone
 * without an account, whose code stays unused)
 */
export async function logIn(services: LoginServices, attempt: LoginAttempt): Promise<SignedIn> {
  const { phone, nowMs, log } = attempt;
  const [sign, hash] = await Promise.all([services.tokens.signer(), services.codes.hasher()]);
  const sessionId = newId('ses_', nowMs);
  const refreshToken = newRefreshToken();
  const refreshExpiresAtMs = nowMs + SESSION_LIFE_MS;
  const inviterId = attempt.inviteCode === undefined ? null : await inviterOf(services.db, attempt.inviteCode);
  const used = await services.db
    .callProcedure<Used>('use_login_code_v3', [
      phone,
      hash(phone, attempt.code),
      hash(phone, FORMER_PHONE),
      newId('mch_', nowMs),
      sessionId,
      hashRefreshToken(refreshToken),
      attempt.consentVersion,
      attempt.address,
      // By code points, as the column counts: half of a surrogate pair is no character.
      [...attempt.userAgent].slice(0, USER_AGENT_CHARS).join(''),
      sqlTime(nowMs),
      sqlTime(refreshExpiresAtMs),
      inviterId,
      newId('lot_', nowMs),
    ])
    .catch(refuseClosedSignUp(log));
  if (used.outcome !== 'signed_in') {
    log('sign_in_refused', { reason: used.outcome });
    throw new ApiError(REFUSALS[used.outcome]);
  }
  const merchantId = used.merchant_id;
  const registered = used.registered === 1;
  log('signed_in', { merchantId, sessionId, registered });
  const account = { merchantId, phoneMasked: maskPhone(phone), createdAtMs: used.created_at };
  return { ...(await sign({ merchantId, sessionId }, nowMs)), refreshToken, refreshExpiresAtMs, account, registered };
}
