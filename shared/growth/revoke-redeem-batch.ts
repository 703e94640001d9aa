import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';

export interface RedeemBatchRevocation {
  readonly batchId: string;
  readonly reason: string;
  readonly operatorId: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/** Ends a batch. Twice is once. @throws ApiError NOT_FOUND */
export async function revokeRedeemBatch(
  db: Database,
  { batchId, operatorId, reason, requestId, nowMs }: RedeemBatchRevocation,
): Promise<{ batchId: string; revokedAtMs: number }> {
  const row = await db.callProcedure<{ outcome: 'revoked' | 'unchanged' | 'unknown'; revoked_at: number | null }>(
    'revoke_redeem_batch_v1',
    [batchId, operatorId, reason, requestId, sqlTime(nowMs)],
  );
  if (row.revoked_at === null) throw new ApiError('NOT_FOUND');
  return { batchId, revokedAtMs: row.revoked_at };
}
