import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import type { Announcement } from './announcements.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

interface Row {
  readonly outcome: 'published' | 'replayed' | 'conflict';
  readonly announcement_id: string;
}

/** Tells every merchant something. @throws ApiError IDEMPOTENCY_CONFLICT */
export async function publishAnnouncement(
  db: Database,
  { level, titleZh, titleEn, bodyZh, bodyEn, startsAtMs, endsAtMs }: Omit<Announcement, 'announcementId'>,
  write: OperatorWrite,
): Promise<{ announcementId: string }> {
  const announcementId = newId('ann_', write.nowMs);
  const params = [announcementId, level, titleZh, titleEn, bodyZh, bodyEn, sqlTime(startsAtMs), sqlTime(endsAtMs)];
  const { announcement_id } = await callWrite<Row>(db, 'publish_announcement_v1', params, write);
  return { announcementId: announcement_id };
}
