import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

type Outcome = 'ended' | 'replayed' | 'conflict' | 'unknown' | 'over';

const REFUSALS = { conflict: 'IDEMPOTENCY_CONFLICT', unknown: 'NOT_FOUND', over: 'ANNOUNCEMENT_OVER' } as const;

/** Ends an announcement before its time. @throws ApiError NOT_FOUND, ANNOUNCEMENT_OVER, IDEMPOTENCY_CONFLICT */
export async function endAnnouncement(
  db: Database,
  announcementId: string,
  write: OperatorWrite,
): Promise<{ announcementId: string }> {
  const { outcome } = await db.callProcedure<{ outcome: Outcome }>('end_announcement_v1', [
    ...[write.operatorId, announcementId, ...writeParams(write)],
  ]);
  if (outcome !== 'ended' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  return { announcementId };
}
