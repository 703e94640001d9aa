import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import type { Announcement } from './announcements.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

interface Row {
  readonly outcome: 'published' | 'replayed' | 'conflict';
  readonly announcement_id: string | null;
}

/** Tells every merchant something. @throws ApiError IDEMPOTENCY_CONFLICT */
export async function publishAnnouncement(
  db: Database,
  { level, titleZh, titleEn, bodyZh, bodyEn, startsAtMs, endsAtMs }: Omit<Announcement, 'announcementId'>,
  write: OperatorWrite,
): Promise<{ announcementId: string }> {
  const { outcome, announcement_id } = await db.callProcedure<Row>('publish_announcement_v1', [
    ...[write.operatorId, newId('ann_', write.nowMs), level, titleZh, titleEn, bodyZh, bodyEn],
    ...[sqlTime(startsAtMs), sqlTime(endsAtMs), ...writeParams(write)],
  ]);
  if (outcome === 'conflict' || announcement_id === null) throw new ApiError('IDEMPOTENCY_CONFLICT');
  return { announcementId: announcement_id };
}
