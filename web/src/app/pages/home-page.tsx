import { daysUntil, formatDay } from '../../core/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import type { AppMessage } from '../app-messages.ts';
import { CardList } from '../card-list.tsx';
import { TaskList } from '../task-list.tsx';
import { ALL_TASKS, useMembership, useQuota, useTasks, useTold } from '../use-api.ts';
import { useText } from '../use-text.ts';

/** Until the service has said otherwise. */
const LOW_CREDITS = 10;
const SOON_DAYS = 7;
const RECENT = 6;
function greeting(hour: number): AppMessage {
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}

export function HomePage() {
  const { say } = useText();
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say(greeting(new Date().getHours()))}</h1>
          <p className="muted">{say('homeLead')}</p>
        </div>
      </div>
      <div className="tiles">
        <CreditsTile />
        <MembershipTile />
      </div>
      <CardList />
      <Recent />
    </div>
  );
}

function CreditsTile() {
  const { say } = useText();
  const quota = useQuota();
  const lowFrom = useTold().data?.settings.creditsLow ?? LOW_CREDITS;
  if (quota.isError) return <Failure error={quota.error} onRetry={() => void quota.refetch()} />;
  const nowMs = Date.now();
  const soon = quota.data?.lots.filter(({ expiresAtMs }) => daysUntil(expiresAtMs, nowMs) <= SOON_DAYS) ?? [];
  const expiring = soon.reduce((sum, { remaining }) => sum + remaining, 0);
  const isLow = quota.data !== undefined && quota.data.available <= lowFrom;
  return (
    <a className="tile" href="#/credits">
      <p className="tile-label">{say('available')}</p>
      <p className={`tile-figure${isLow ? ' bad-text' : ''}`} data-testid="available">
        {quota.data?.available ?? '…'}
      </p>
      {isLow && <p className="tile-note bad-text">{say('availableLow')}</p>}
      {expiring > 0 && (
        <p className="tile-note warn-text">
          {say('expiresSoon', { n: expiring, d: daysUntil(soon[0]?.expiresAtMs ?? nowMs, nowMs) })}
        </p>
      )}
    </a>
  );
}

function MembershipTile() {
  const { say, language } = useText();
  const { data, isError, error, refetch } = useMembership();
  if (isError) return <Failure error={error} onRetry={() => void refetch()} />;
  const texts = {
    none: 'memberNone',
    active: 'memberActive',
    expiring: 'memberExpiring',
    expired: 'memberExpired',
  } as const;
  const endsAtMs = data?.endsAtMs;
  const isLive = data?.state === 'active' || data?.state === 'expiring';
  return (
    <a className="tile" href="#/membership">
      <p className="tile-label">{say('membership')}</p>
      <p className={`tile-figure tile-words${data?.state === 'expiring' ? ' warn-text' : ''}`}>
        {data ? say(texts[data.state]) : '…'}
      </p>
      <p className="tile-note">
        {isLive &&
          endsAtMs !== undefined &&
          say('memberUntil', { day: formatDay(endsAtMs, language), n: daysUntil(endsAtMs, Date.now()) })}
        {data?.state === 'expired' &&
          endsAtMs !== undefined &&
          say('memberEndedOn', { day: formatDay(endsAtMs, language) })}
        {data?.state === 'none' && say('memberBuyHint')}
      </p>
      {data && !isLive && <span className="tile-action">{say(data.state === 'none' ? 'buyPlan' : 'renew')} →</span>}
    </a>
  );
}

function Recent() {
  const { say } = useText();
  const tasks = useTasks(ALL_TASKS);
  const items = tasks.data?.pages[0]?.items.slice(0, RECENT) ?? [];
  return (
    <section>
      <div className="section-head">
        <h2>{say('recent')}</h2>
        {items.length > 0 && <a href="#/tasks">{say('seeAll')}</a>}
      </div>
      {tasks.isPending && <Loading />}
      {tasks.isError && <Failure error={tasks.error} onRetry={() => void tasks.refetch()} />}
      {tasks.isSuccess && items.length === 0 && (
        <Empty icon="image" title={say('noTasks')}>
          <p className="muted">{say('noTasksText')}</p>
        </Empty>
      )}
      {items.length > 0 && <TaskList tasks={items} />}
    </section>
  );
}
