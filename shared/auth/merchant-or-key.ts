import type { ApiKeyScope } from '../contract/operation.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';
import { singleHeader } from '../http/single-header.ts';
import type { AccessTokens } from './access-token.ts';
import { type ApiKeyCaller, callerOfApiKey } from './api-key-caller.ts';
import { apiKeyIn, speaksOfApiKey } from './api-key-text.ts';
import { type SignedInMerchant, signedInMerchant } from './signed-in-merchant.ts';

interface Services {
  readonly tokens: AccessTokens;
  readonly db: Database;
}

/** A merchant in person, or a program of the merchant's. */
export type MerchantOrKey = SignedInMerchant | ApiKeyCaller;

/**
 * The merchant of an access token or, where the operation names a scope, of an API key that has it.
 * @throws ApiError of signedInMerchant and callerOfApiKey
 */
export const merchantOrKey =
  ({ apiKey: scope }: { readonly apiKey: ApiKeyScope | undefined }) =>
  async (request: HttpRequest, services: Services, context: Pick<CallerContext, 'nowMs'>): Promise<MerchantOrKey> => {
    const header = singleHeader(request, 'authorization') ?? '';
    if (scope === undefined || !speaksOfApiKey(header)) return signedInMerchant(request, services, context);
    const key = apiKeyIn(header);
    if (key === undefined) throw new ApiError('API_KEY_REFUSED');
    return callerOfApiKey(services.db, key, { scope, sourceIp: request.sourceIp, nowMs: context.nowMs });
  };

/** For what anyone may read and some see more of: the merchant, or nobody when no token and no key was sent. A bad one is refused. */
export const maybeMerchantOrKey =
  (operation: { readonly apiKey: ApiKeyScope | undefined }) =>
  (
    request: HttpRequest,
    services: Services,
    context: Pick<CallerContext, 'nowMs'>,
  ): Promise<MerchantOrKey> | undefined =>
    'authorization' in request.headers ? merchantOrKey(operation)(request, services, context) : undefined;
