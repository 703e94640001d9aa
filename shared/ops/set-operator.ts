import type { Database } from '../db/database.ts';
import { maskDetails } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface OperatorRole {
  readonly merchantId: string;
  readonly role: 'operator' | 'support' | 'none';
  readonly name: string;
  readonly reason: string;
}

const REFUSALS = { own: 'OWN_ACCOUNT', not_operator: 'NOT_AN_OPERATOR', unknown: 'NOT_FOUND' } as const;

/**
 * Gives a merchant a role, another one, or takes it away. @throws ApiError NOT_FOUND: no such account, or no role that could end;
 * OWN_ACCOUNT, NOT_AN_OPERATOR, IDEMPOTENCY_CONFLICT
 */
export async function setOperator(
  db: Database,
  { merchantId, role, name, reason }: OperatorRole,
  write: OperatorWrite,
): Promise<Pick<OperatorRole, 'merchantId' | 'role'>> {
  const params = [merchantId, role, name, maskDetails({ role, name }), reason];
  await callWrite(db, 'set_operator_role_v1', params, write, REFUSALS);
  return { merchantId, role };
}
