import { useMutation } from '@tanstack/react-query';
import { useCallback } from 'react';
import { daysUntil, formatDay } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { exportLedger } from '../ledger/export-ledger.ts';
import { LedgerTable } from '../ledger/ledger-table.tsx';
import { useEntries, useQuota } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

const SOON_DAYS = 7;

export function CreditsPage() {
  const { say } = useText();
  return (
    <div className="page">
      <h1 tabIndex={-1}>{say('creditsTitle')}</h1>
      <Lots />
      <Ledger />
    </div>
  );
}

function Lots() {
  const { say, language } = useText();
  const quota = useQuota();
  if (quota.isPending) return <Loading />;
  if (quota.isError) return <Failure error={quota.error} onRetry={() => void quota.refetch()} />;
  const nowMs = Date.now();
  return (
    <section className="panel lots">
      <div>
        <p className="tile-label">{say('available')}</p>
        <p className="tile-figure">{quota.data.available}</p>
      </div>
      <ul aria-label={say('lots')}>
        {quota.data.lots.length === 0 && <li className="muted">{say('noLots')}</li>}
        {quota.data.lots.map(({ lotId, amount, remaining, expiresAtMs }) => (
          <li key={lotId}>
            <span>{say('lotLeft', { n: remaining, of: amount })}</span>
            <span className={daysUntil(expiresAtMs, nowMs) <= SOON_DAYS ? 'warn-text' : 'muted'}>
              {say('lotEnds', { day: formatDay(expiresAtMs, language) })}
            </span>
            <meter min={0} max={amount} value={remaining} aria-label={say('lotLeft', { n: remaining, of: amount })} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ledger() {
  const { say } = useText();
  const { client } = useWorkspace();
  const ledger = useEntries();
  const exporting = useMutation({ mutationFn: () => exportLedger(client) });
  const { fetchNextPage } = ledger;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const entries = ledger.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <div className="section-head">
        <h2>{say('ledger')}</h2>
        <button
          type="button"
          className="button button-small"
          disabled={exporting.isPending || entries.length === 0}
          onClick={() => exporting.mutate()}
        >
          <Icon name="download" size={16} /> {say(exporting.isPending ? 'exporting' : 'exportCsv')}
        </button>
      </div>
      {exporting.isError && <Failure error={exporting.error} onRetry={() => exporting.mutate()} />}
      {ledger.isPending && <Loading />}
      {ledger.isError && <Failure error={ledger.error} onRetry={() => void ledger.refetch()} />}
      {ledger.isSuccess && entries.length === 0 && <Empty icon="credits" title={say('ledgerEmpty')} />}
      {entries.length > 0 && <LedgerTable entries={entries} />}
      {ledger.hasNextPage && <LoadMore isBusy={ledger.isFetchingNextPage} onMore={more} />}
    </section>
  );
}
