import { ApiError } from '../http/api-error.ts';
import type { OperatorWrite } from './operator-write.ts';

/**
 * Money and credits of an operator's own account are another operator's to decide: docs/decisions/0026. Whose something is never changes, so
 * that it may be asked before the transaction. @throws ApiError OWN_ACCOUNT
 */
export function refuseOwn(merchantId: string | undefined, { operatorId }: Pick<OperatorWrite, 'operatorId'>): void {
  if (merchantId === operatorId) throw new ApiError('OWN_ACCOUNT');
}
