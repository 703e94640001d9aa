import { endAnnouncement as operation } from '../../../shared/contract/announcements.ts';
import { endAnnouncement } from '../../../shared/ops/end-announcement.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { announcementId }, { write }) => endAnnouncement(db, announcementId, write),
});
