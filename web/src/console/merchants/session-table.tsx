import { formatStamp } from '../../core/format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/messages.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';
import type { MerchantDetail } from './use-merchant.ts';

export function SessionTable({ sessions }: Pick<MerchantDetail, 'sessions'>) {
  const { say, language } = useText();
  if (sessions.length === 0) return <Empty icon="account" title={say('sessionsEmpty')} />;
  return (
    <DataTable
      label={say('sessions')}
      columns={[
        { head: say('userAgent'), cell: ({ userAgent }) => userAgent || '–', isText: true },
        {
          head: say('state'),
          cell: ({ revokedAtMs }) =>
            revokedAtMs === undefined ? (
              <Tag tone="good">{say('sessionLive')}</Tag>
            ) : (
              <Tag tone="plain">{say('sessionEnded')}</Tag>
            ),
        },
        { head: say('signedInAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
        { head: say('lastUsedAt'), cell: ({ lastUsedAtMs }) => formatStamp(lastUsedAtMs, language) },
      ]}
      rows={sessions}
      keyOf={({ sessionId }) => sessionId}
    />
  );
}
