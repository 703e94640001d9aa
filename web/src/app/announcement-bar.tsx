import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getAnnouncements } from '../../../shared/contract/announcements.ts';
import { Icon } from '../ui/icon.tsx';
import { closedAnnouncements, noteClosed } from './closed-announcements.ts';
import { useText } from './use-text.ts';
import { useWorkspace } from './workspace.ts';

/** Announcements change seldom: they are asked for when the workspace opens, and by whoever comes back to it after a while. */
const FRESH_MS = 10 * 60_000;

/** What operators tell every merchant now, until it was read here. What cannot be fetched is not told; nothing waits for it. */
export function AnnouncementBar() {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const [closed, setClosed] = useState(closedAnnouncements);
  const { data } = useQuery({
    queryKey: ['announcements'],
    queryFn: ({ signal }) => client.call(getAnnouncements, {}, { signal }),
    staleTime: FRESH_MS,
  });
  const shown = data?.items.filter(
    ({ announcementId, endsAtMs }) => endsAtMs > Date.now() && !closed.includes(announcementId),
  );
  if (!shown || shown.length === 0) return null;
  const isEnglish = language === 'en';
  return (
    <section className="announcements" aria-label={say('announcements')}>
      {shown.map(({ announcementId, level, titleZh, titleEn, bodyZh, bodyEn }) => (
        <div key={announcementId} className={level === 'important' ? 'announcement important' : 'announcement'}>
          <Icon name={level === 'important' ? 'alert' : 'megaphone'} size={18} />
          <p>
            <strong>{isEnglish ? titleEn : titleZh}</strong> <span>{isEnglish ? bodyEn : bodyZh}</span>
          </p>
          <button
            type="button"
            className="icon-button"
            aria-label={say('announcementClose', { name: isEnglish ? titleEn : titleZh })}
            onClick={() => setClosed(noteClosed(announcementId))}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </section>
  );
}
