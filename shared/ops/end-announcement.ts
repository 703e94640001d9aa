import type { Database } from '../db/database.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

const REFUSALS = { unknown: 'NOT_FOUND', over: 'ANNOUNCEMENT_OVER' } as const;

/** Ends an announcement before its time. @throws ApiError NOT_FOUND, ANNOUNCEMENT_OVER, IDEMPOTENCY_CONFLICT */
export async function endAnnouncement(
  db: Database,
  announcementId: string,
  write: OperatorWrite,
): Promise<{ announcementId: string }> {
  await callWrite(db, 'end_announcement_v1', [announcementId], write, REFUSALS);
  return { announcementId };
}
