import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

interface Row {
  readonly outcome: 'revoked' | 'replayed' | 'unchanged' | 'conflict' | 'unknown';
  readonly revoked_at: number | null;
}

/** Ends a batch; one that has ended before is answered as it is. @throws ApiError NOT_FOUND, IDEMPOTENCY_CONFLICT */
export async function revokeRedeemBatch(
  db: Database,
  { batchId, reason }: { readonly batchId: string; readonly reason: string },
  write: OperatorWrite,
): Promise<{ batchId: string; revokedAtMs: number }> {
  const { revoked_at: revokedAtMs } = await callWrite<Row>(db, 'revoke_redeem_batch_v2', [batchId, reason], write, {
    unknown: 'NOT_FOUND',
  });
  if (revokedAtMs === null) throw new TypeError('a batch that was just revoked is not');
  return { batchId, revokedAtMs };
}
