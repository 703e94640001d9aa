import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

export interface Revocation {
  readonly merchantId: string;
  readonly lotId: string;
  readonly credits: number;
  readonly reason: string;
}

interface Row {
  readonly outcome: 'revoked' | 'replayed' | 'conflict' | 'unknown' | 'short';
  readonly remaining: number | null;
}

const REFUSALS = { conflict: 'IDEMPOTENCY_CONFLICT', unknown: 'NOT_FOUND', short: 'LOT_SHORT' } as const;

/** Takes credits out of a live lot. @throws ApiError NOT_FOUND, LOT_SHORT, IDEMPOTENCY_CONFLICT */
export async function revokeCredits(
  db: Database,
  { merchantId, lotId, credits, reason }: Revocation,
  write: OperatorWrite,
): Promise<{ lotId: string; remaining: number }> {
  const { outcome, remaining } = await db.callProcedure<Row>('revoke_credits_v1', [
    ...[write.operatorId, merchantId, lotId, credits, reason, ...writeParams(write)],
  ]);
  if (outcome !== 'revoked' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  return { lotId, remaining: remaining ?? 0 };
}
