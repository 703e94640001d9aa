import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

type Outcome = 'resolved' | 'replayed' | 'conflict' | 'unknown' | 'ended';

const REFUSALS = { conflict: 'IDEMPOTENCY_CONFLICT', unknown: 'NOT_FOUND', ended: 'CASE_ENDED' } as const;

/** A case has been worked off. @throws ApiError NOT_FOUND, CASE_ENDED, IDEMPOTENCY_CONFLICT */
export async function resolveCase(
  db: Database,
  { caseId, note }: { caseId: string; note: string },
  write: OperatorWrite,
): Promise<{ caseId: string; state: 'ended' }> {
  const { outcome } = await db.callProcedure<{ outcome: Outcome }>('resolve_case_v1', [
    ...[write.operatorId, caseId, note, ...writeParams(write)],
  ]);
  if (outcome !== 'resolved' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  return { caseId, state: 'ended' };
}
