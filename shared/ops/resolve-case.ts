import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

const REFUSALS = { unknown: 'NOT_FOUND', ended: 'CASE_ENDED' } as const;

/** A case has been worked off. @throws ApiError NOT_FOUND, CASE_ENDED, IDEMPOTENCY_CONFLICT */
export async function resolveCase(
  db: Database,
  { caseId, note }: { caseId: string; note: string },
  write: OperatorWrite,
): Promise<{ caseId: string; state: 'ended' }> {
  await callWrite(db, 'resolve_case_v1', [caseId, note], write, REFUSALS);
  return { caseId, state: 'ended' };
}
