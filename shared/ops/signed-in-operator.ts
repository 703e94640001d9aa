import type { AccessTokens } from '../auth/access-token.ts';
import { type SignedInMerchant, signedInMerchant } from '../auth/signed-in-merchant.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';

export interface SignedInOperator extends SignedInMerchant {
  readonly role: 'operator' | 'support';
}

/**
 * Whoever is signed in and stands in the operators' table. Asked at each call, so that a role that was taken away ends at once;
 * `support` may read and nothing else.
 * @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, NOT_AN_OPERATOR
 */
export async function signedInOperator(
  request: HttpRequest,
  services: { readonly tokens: AccessTokens; readonly db: Database },
  context: Pick<CallerContext, 'nowMs'>,
): Promise<SignedInOperator> {
  const merchant = await signedInMerchant(request, services, context);
  const [row] = await services.db.query<Pick<SignedInOperator, 'role'>>(
    `SELECT o.role FROM operators o JOIN merchants m ON m.id = o.merchant_id
     WHERE o.merchant_id = ? AND o.ended_at IS NULL AND m.state = 'active'`,
    [merchant.id],
  );
  if (!row || (row.role === 'support' && request.method !== 'GET')) throw new ApiError('NOT_AN_OPERATOR');
  return { ...merchant, role: row.role };
}
