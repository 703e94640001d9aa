import type { Operation } from '../contract/operation.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';
import { singleHeader } from '../http/single-header.ts';
import type { AccessTokens } from './access-token.ts';
import { type ApiKeyCaller, callerOfApiKey } from './api-key-caller.ts';
import { apiKeyIn, speaksOfApiKey } from './api-key-text.ts';
import { seenByOperator } from './operator-view.ts';
import { bearerOf, type SignedInMerchant } from './signed-in-merchant.ts';

interface Services {
  readonly tokens: AccessTokens;
  readonly db: Database;
}

/** A merchant in person, or a program of the merchant's. */
export type MerchantOrKey = SignedInMerchant | ApiKeyCaller;

type Readers = Pick<Operation, 'apiKey' | 'viewAs'>;

/**
 * The merchant of an access token or, where the operation names a scope, of an API key that has it, or, where it says so, an operator who
 * looks at what that merchant sees.
 * @throws ApiError of signedInMerchant, callerOfApiKey and seenByOperator
 */
export const merchantOrKey =
  ({ apiKey: scope, viewAs }: Readers) =>
  async (
    request: HttpRequest,
    services: Services,
    context: Pick<CallerContext, 'nowMs' | 'log'>,
  ): Promise<MerchantOrKey> => {
    const header = singleHeader(request, 'authorization') ?? '';
    if (scope !== undefined && speaksOfApiKey(header)) {
      const key = apiKeyIn(header);
      if (key === undefined) throw new ApiError('API_KEY_REFUSED');
      return callerOfApiKey(services.db, key, { scope, sourceIp: request.sourceIp, nowMs: context.nowMs });
    }
    const subject = await bearerOf(request, services, context);
    const { merchantId: id, sessionId, viewId } = subject;
    if (viewId === undefined) return { id, sessionId };
    if (!viewAs) throw new ApiError('VIEW_ONLY');
    await seenByOperator(services.db, { ...subject, viewId }, context.nowMs);
    context.log('view_read', { viewId, merchantId: id });
    return { id, sessionId, viewId };
  };

/** For what anyone may read and some see more of: the merchant, or nobody when no token and no key was sent. A bad one is refused. */
export const maybeMerchantOrKey =
  (operation: Readers) =>
  (
    request: HttpRequest,
    services: Services,
    context: Pick<CallerContext, 'nowMs' | 'log'>,
  ): Promise<MerchantOrKey> | undefined =>
    'authorization' in request.headers ? merchantOrKey(operation)(request, services, context) : undefined;
