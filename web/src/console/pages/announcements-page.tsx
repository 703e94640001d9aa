import { useState } from 'react';
import { listAnnouncements } from '../../../../shared/contract/announcements.ts';
import { formatStamp } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { type Announcement, AnnouncementState, isOver } from '../announcements/announcement-state.tsx';
import { EndDialog } from '../announcements/end-dialog.tsx';
import { PublishDialog } from '../announcements/publish-dialog.tsx';
import { useConsole } from '../console-context.ts';
import { ListTable } from '../list-table.tsx';
import { PageHead } from '../page-head.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

/** What merchants are told, were told and will be told. */
export function AnnouncementsPage() {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const list = useList(listAnnouncements, {});
  const [isPublishing, setPublishing] = useState(false);
  const [ending, setEnding] = useState<Announcement | null>(null);
  const columns: readonly Column<Announcement>[] = [
    {
      head: say('announcementTitle'),
      cell: ({ titleZh, titleEn, bodyZh, bodyEn }) => (
        <div>
          <strong>{language === 'en' ? titleEn : titleZh}</strong>
          <br />
          <span className="muted">{language === 'en' ? bodyEn : bodyZh}</span>
        </div>
      ),
      isText: true,
    },
    { head: say('level'), cell: ({ level }) => say(level === 'important' ? 'levelImportant' : 'levelInfo') },
    { head: say('state'), cell: (one) => <AnnouncementState announcement={one} /> },
    { head: say('startsAt'), cell: ({ startsAtMs }) => formatStamp(startsAtMs, language) },
    { head: say('endsAt'), cell: ({ endsAtMs }) => formatStamp(endsAtMs, language) },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (one: Announcement) =>
              isOver(one) ? (
                '–'
              ) : (
                <button type="button" className="button button-small" onClick={() => setEnding(one)}>
                  {say('announcementEnd')}
                </button>
              ),
          },
        ]
      : []),
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('announcements')} lead={say('announcementsLead')}>
        {canWrite && (
          <button type="button" className="button button-primary" onClick={() => setPublishing(true)}>
            {say('announcementNew')}
          </button>
        )}
      </PageHead>
      <ListTable
        label={say('announcements')}
        list={list}
        columns={columns}
        keyOf={({ announcementId }) => announcementId}
        empty={say('announcementsEmpty')}
        icon="megaphone"
      />
      {isPublishing && <PublishDialog onClose={() => setPublishing(false)} />}
      {ending && <EndDialog announcement={ending} onClose={() => setEnding(null)} />}
    </div>
  );
}
