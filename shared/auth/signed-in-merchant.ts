import { ApiError } from '../http/api-error.ts';
import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';
import { singleHeader } from '../http/single-header.ts';
import type { AccessTokens } from './access-token.ts';
import { speaksOfApiKey } from './api-key-text.ts';
import type { TokenSubject } from './sign-token.ts';

export interface SignedInMerchant {
  /** The merchant's. */
  readonly id: string;
  readonly sessionId: string;
  /** An operator looks at what the merchant sees: the session is the operator's. */
  readonly viewId?: string;
}

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;
const MAX_TOKEN_CHARS = 1024;

/**
 * The merchant of `Authorization: Bearer …`. Asks no database: a suspended account or a revoked session ends at its next
 * refresh, at most 15 minutes later.
 * An API key is none, and an operator's view neither: what asks here is for the merchant in person.
 * @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, API_KEY_SCOPE, VIEW_ONLY
 */
export async function signedInMerchant(
  request: HttpRequest,
  services: { readonly tokens: AccessTokens },
  context: Pick<CallerContext, 'nowMs'>,
): Promise<SignedInMerchant> {
  const { merchantId, sessionId, viewId } = await bearerOf(request, services, context);
  if (viewId !== undefined) throw new ApiError('VIEW_ONLY');
  return { id: merchantId, sessionId };
}

/** Whom the token speaks of, whatever it is for. @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, VIEW_ENDED, API_KEY_SCOPE */
export async function bearerOf(
  request: HttpRequest,
  services: { readonly tokens: AccessTokens },
  context: Pick<CallerContext, 'nowMs'>,
): Promise<TokenSubject> {
  const header = singleHeader(request, 'authorization') ?? '';
  if (speaksOfApiKey(header)) throw new ApiError('API_KEY_SCOPE');
  const token = header.length <= MAX_TOKEN_CHARS ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw new ApiError('NOT_SIGNED_IN');
  return services.tokens.verify(token, context.nowMs);
}
