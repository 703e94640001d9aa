import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { AccessTokens } from './access-token.ts';
import type { PresentedToken } from './refresh-cookie.ts';
import { hashRefreshToken, newRefreshToken, renewedToken, SESSION_LIFE_MS } from './refresh-token.ts';
import type { SignedToken } from './sign-token.ts';
import type { ReadTokensSecret } from './tokens-secret.ts';

export interface Refreshed extends SignedToken {
  readonly refreshToken: string;
  readonly refreshExpiresAtMs: number;
}

interface Rotated {
  readonly outcome: 'rotated' | 'repeated' | 'unknown' | 'expired' | 'revoked' | 'reused';
  readonly session_id: string;
  readonly merchant_id: string;
  readonly expires_at: number;
}

const REFUSALS = {
  unknown: 'NOT_SIGNED_IN',
  expired: 'TOKEN_EXPIRED',
  revoked: 'SESSION_REVOKED',
  reused: 'SESSION_REVOKED',
} as const;

/** How long the hand that renewed may ask again for the answer that it did not get. */
const REPEATABLE_MS = 60_000;

interface Services {
  readonly db: Database;
  readonly tokens: AccessTokens;
  readonly readSecret: ReadTokensSecret;
}

interface Renewal {
  /** The caller's own, kept until it has its answer; empty when it has none: then nothing is ever repeated. */
  readonly idempotencyKey: string;
  readonly nowMs: number;
  readonly log: Logger;
}

/**
 * Exchanges a refresh token, once. A second time it is in two hands, and the session with all its tokens ends; only the same hand, told
 * by its key, is given its lost answer again (docs/decisions/0009-refresh-tokens-are-strict.md). The keys are at hand before the token
 * is used up.
 * @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, SESSION_REVOKED (also for a suspended account)
 */
export async function refreshSession(
  services: Services,
  presented: PresentedToken,
  { idempotencyKey, nowMs, log }: Renewal,
): Promise<Refreshed> {
  const { token } = presented;
  if (token === null) throw new ApiError('NOT_SIGNED_IN');
  const sign = await services.tokens.signer();
  const isRepeatable = idempotencyKey !== '';
  const refreshToken = isRepeatable
    ? renewedToken((await services.readSecret()).codeKey, token, idempotencyKey)
    : newRefreshToken();
  const row = await services.db.callProcedure<Rotated>('rotate_refresh_token_v2', [
    hashRefreshToken(token),
    hashRefreshToken(refreshToken),
    isRepeatable ? hashRefreshToken(idempotencyKey) : null,
    sqlTime(nowMs),
    sqlTime(nowMs + SESSION_LIFE_MS),
    sqlTime(nowMs - REPEATABLE_MS),
  ]);
  if (row.outcome !== 'rotated' && row.outcome !== 'repeated') {
    if (row.outcome === 'reused') log('session_reuse', { merchantId: row.merchant_id, sessionId: row.session_id });
    presented.discard();
    throw new ApiError(REFUSALS[row.outcome]);
  }
  const signed = await sign({ merchantId: row.merchant_id, sessionId: row.session_id }, nowMs);
  return { ...signed, refreshToken, refreshExpiresAtMs: row.expires_at };
}
