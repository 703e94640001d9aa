import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';

export interface Announcement {
  readonly announcementId: string;
  readonly level: 'info' | 'important';
  readonly titleZh: string;
  readonly titleEn: string;
  readonly bodyZh: string;
  readonly bodyEn: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

const COLUMNS = `id AS announcementId, level, title_zh AS titleZh, title_en AS titleEn, body_zh AS bodyZh, body_en AS bodyEn,
  starts_at AS startsAtMs, ends_at AS endsAtMs`;

/** More at once is nothing that anybody reads. */
const SHOWN = 10;

/** What is told now. */
export function getAnnouncements(db: Database, nowMs: number): Promise<Announcement[]> {
  const now = sqlTime(nowMs);
  return db.query<Announcement>(
    `SELECT ${COLUMNS} FROM announcements WHERE ends_at > ? AND starts_at <= ?
     ORDER BY level = 'important' DESC, id DESC LIMIT ?`,
    [now, now, SHOWN],
  );
}

/** All of them, newest first. `cursor` is the last of the page before. */
export async function listAnnouncements(
  db: Database,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
) {
  const rows = await db.query<Announcement & { createdBy: string; createdAtMs: number }>(
    `SELECT ${COLUMNS}, created_by AS createdBy, created_at AS createdAtMs FROM announcements
     WHERE id < ? ORDER BY id DESC LIMIT ?`,
    [cursor ?? 'ann_~', limit + 1],
  );
  return pageOf(rows, limit, ({ announcementId }) => announcementId);
}
