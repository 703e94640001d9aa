import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';
import type { AccessTokens } from './access-token.ts';
import { type SignedInMerchant, signedInMerchant } from './signed-in-merchant.ts';

/** For what anyone may read and some see more of: the merchant, or nobody when no token was sent. A bad one is refused. */
export function maybeSignedIn(
  request: HttpRequest,
  services: { readonly tokens: AccessTokens },
  context: Pick<CallerContext, 'nowMs'>,
): Promise<SignedInMerchant> | undefined {
  return 'authorization' in request.headers ? signedInMerchant(request, services, context) : undefined;
}
