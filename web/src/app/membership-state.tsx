import { daysUntil, formatDay } from '../core/format.ts';
import { Failure } from '../ui/messages.tsx';
import { Tag } from '../ui/state-tag.tsx';
import { useMembership, useQuota } from './use-api.ts';
import { useText } from './use-text.ts';

const STATES = {
  none: ['memberNone', 'plain'],
  active: ['memberActive', 'good'],
  expiring: ['memberExpiring', 'warn'],
  expired: ['memberExpired', 'bad'],
} as const;

/** How the membership stands, and until when. */
export function MembershipState() {
  const { say, language } = useText();
  const { data, isError, error, refetch } = useMembership();
  const available = useQuota().data?.available;
  if (isError) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const [text, tone] = STATES[data.state];
  const { endsAtMs } = data;
  return (
    <section className="panel membership-state">
      <div>
        <p className="tile-label">{say('membership')}</p>
        <p className="membership-line">
          <Tag tone={tone}>{say(text)}</Tag>
          {endsAtMs !== undefined && (
            <span className="muted">
              {data.state === 'expired'
                ? say('memberEndedOn', { day: formatDay(endsAtMs, language) })
                : say('memberUntil', { day: formatDay(endsAtMs, language), n: daysUntil(endsAtMs, Date.now()) })}
            </span>
          )}
        </p>
      </div>
      <div>
        <p className="tile-label">{say('available')}</p>
        <p className="membership-line">
          <a href="#/credits">{say('creditsLeft', { n: available ?? '…' })}</a>
        </p>
      </div>
    </section>
  );
}
