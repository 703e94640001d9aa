import { useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { closedAnnouncements, noteClosed } from './closed-announcements.ts';
import { useTold } from './use-api.ts';
import { useText } from './use-text.ts';

/** What operators tell every merchant now, until it was read here. What cannot be fetched is not told; nothing waits for it. */
export function AnnouncementBar() {
  const { say, language } = useText();
  const [closed, setClosed] = useState(closedAnnouncements);
  const { data } = useTold();
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
