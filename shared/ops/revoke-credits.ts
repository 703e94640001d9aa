import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

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

const REFUSALS = { unknown: 'NOT_FOUND', short: 'LOT_SHORT' } as const;

/** Takes credits out of a live lot. @throws ApiError NOT_FOUND, LOT_SHORT, IDEMPOTENCY_CONFLICT */
export async function revokeCredits(
  db: Database,
  { merchantId, lotId, credits, reason }: Revocation,
  write: OperatorWrite,
): Promise<{ lotId: string; remaining: number }> {
  const params = [merchantId, lotId, credits, reason];
  const { remaining } = await callWrite<Row>(db, 'revoke_credits_v1', params, write, REFUSALS);
  return { lotId, remaining: remaining ?? 0 };
}
