import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { AccessTokens } from './access-token.ts';
import type { PresentedToken } from './refresh-cookie.ts';
import { hashRefreshToken, newRefreshToken, SESSION_LIFE_MS } from './refresh-token.ts';
import type { SignedToken } from './sign-token.ts';

export interface Refreshed extends SignedToken {
  readonly refreshToken: string;
  readonly refreshExpiresAtMs: number;
}

interface Rotated {
  readonly outcome: 'rotated' | 'unknown' | 'expired' | 'revoked' | 'reused';
  readonly session_id: string;
  readonly merchant_id: string;
}

const REFUSALS = {
  unknown: 'NOT_SIGNED_IN',
  expired: 'TOKEN_EXPIRED',
  revoked: 'SESSION_REVOKED',
  reused: 'SESSION_REVOKED',
} as const;

/**
 * Exchanges a refresh token, once. A second time it is in two hands, and the session with all its tokens ends: a page must
 * not refresh in two tabs at once. The signing key is at hand before the token is used up.
 * @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, SESSION_REVOKED (also for a suspended account)
 */
export async function refreshSession(
  services: { readonly db: Database; readonly tokens: AccessTokens },
  presented: PresentedToken,
  { nowMs, log }: { readonly nowMs: number; readonly log: Logger },
): Promise<Refreshed> {
  const { token } = presented;
  if (token === null) throw new ApiError('NOT_SIGNED_IN');
  const sign = await services.tokens.signer();
  const refreshToken = newRefreshToken();
  const refreshExpiresAtMs = nowMs + SESSION_LIFE_MS;
  const row = await services.db.callProcedure<Rotated>('rotate_refresh_token_v1', [
    hashRefreshToken(token),
    hashRefreshToken(refreshToken),
    sqlTime(nowMs),
    sqlTime(refreshExpiresAtMs),
  ]);
  if (row.outcome !== 'rotated') {
    if (row.outcome === 'reused') log('session_reuse', { merchantId: row.merchant_id, sessionId: row.session_id });
    presented.discard();
    throw new ApiError(REFUSALS[row.outcome]);
  }
  const signed = await sign({ merchantId: row.merchant_id, sessionId: row.session_id }, nowMs);
  return { ...signed, refreshToken, refreshExpiresAtMs };
}
