import type { Database } from '../db/database.ts';
import type { SignedInOperator } from './signed-in-operator.ts';

/** Who is at the console, and whether a second factor has been enrolled and shown. */
export async function getOperator(db: Database, operator: SignedInOperator, nowMs: number) {
  const [row] = await db.query<{ enrolled: number }>(
    'SELECT sealed IS NOT NULL AS enrolled FROM operator_totps WHERE merchant_id = ?',
    [operator.id],
  );
  const until = operator.steppedUpUntilMs ?? 0;
  return {
    ...{ operatorId: operator.id, name: operator.name, role: operator.role, enrolled: row?.enrolled === 1 },
    ...(until > nowMs && { steppedUpUntilMs: until }),
  };
}
