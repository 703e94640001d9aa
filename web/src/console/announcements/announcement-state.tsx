import type * as z from 'zod/mini';
import type { listAnnouncements } from '../../../../shared/contract/announcements.ts';
import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';

export type Announcement = z.output<typeof listAnnouncements.output>['items'][number];

export const isOver = ({ endsAtMs }: Announcement): boolean => endsAtMs <= Date.now();

export function AnnouncementState({ announcement }: { readonly announcement: Announcement }) {
  const { say } = useText();
  if (isOver(announcement)) return <Tag tone="plain">{say('announcementOver')}</Tag>;
  if (announcement.startsAtMs > Date.now()) return <Tag tone="busy">{say('announcementPlanned')}</Tag>;
  return <Tag tone="good">{say('announcementRunning')}</Tag>;
}
