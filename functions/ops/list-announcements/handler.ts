import { listAnnouncements as operation } from '../../../shared/contract/announcements.ts';
import { listAnnouncements } from '../../../shared/ops/announcements.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { limit, cursor }) => listAnnouncements(db, { cursor, limit: Number(limit ?? 20) }),
});
