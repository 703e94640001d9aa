import { publishAnnouncement as operation } from '../../../shared/contract/announcements.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { publishAnnouncement } from '../../../shared/ops/publish-announcement.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => publishAnnouncement(db, input, write),
});
