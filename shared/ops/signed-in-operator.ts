import type { AccessTokens } from '../auth/access-token.ts';
import { type SignedInMerchant, signedInMerchant } from '../auth/signed-in-merchant.ts';
import type { OperatorRules } from '../contract/operation.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { CallerContext } from '../http/http-function.ts';
import type { HttpRequest } from '../http/scf-event.ts';

export interface SignedInOperator extends SignedInMerchant {
  readonly role: 'operator' | 'support';
  readonly name: string;
  /** While it lies ahead, this session has shown a code of the operator's authenticator. */
  readonly steppedUpUntilMs: number | null;
}

interface Services {
  readonly tokens: AccessTokens;
  readonly db: Database;
}

/**
 * Whoever is signed in, stands in the operators' table, and may do what `rules` ask for. Asked at each call, so that a role that
 * was taken away ends at once.
 * @throws ApiError NOT_SIGNED_IN, TOKEN_EXPIRED, NOT_AN_OPERATOR, STEP_UP_REQUIRED
 */
export const operatorFor =
  (rules: OperatorRules | undefined) =>
  async (
    request: HttpRequest,
    services: Services,
    context: Pick<CallerContext, 'nowMs'>,
  ): Promise<SignedInOperator> => {
    const merchant = await signedInMerchant(request, services, context);
    const [row] = await services.db.query<Pick<SignedInOperator, 'role' | 'name' | 'steppedUpUntilMs'>>(
      `SELECT o.role, o.name, s.expires_at AS steppedUpUntilMs FROM operators o JOIN merchants m ON m.id = o.merchant_id
       LEFT JOIN operator_step_ups s ON s.session_id = ? AND s.merchant_id = o.merchant_id
       WHERE o.merchant_id = ? AND o.ended_at IS NULL AND m.state = 'active'`,
      [merchant.sessionId, merchant.id],
    );
    if (!row || !rules || (rules.role === 'operator' && row.role !== 'operator')) throw new ApiError('NOT_AN_OPERATOR');
    if (rules.stepUp && (row.steppedUpUntilMs ?? 0) <= context.nowMs) throw new ApiError('STEP_UP_REQUIRED');
    return { ...merchant, ...row };
  };
