import { useEffect, useState } from 'react';
import { daysUntil, formatDay } from '../../core/format.ts';
import { saveFile } from '../../core/save-file.ts';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { ledgerCsv } from '../ledger/ledger-csv.ts';
import { LedgerTable } from '../ledger/ledger-table.tsx';
import { runningBalances } from '../ledger/running-balances.ts';
import { useEntries, useQuota } from '../use-api.ts';
import { useText } from '../use-text.ts';

/** Beyond so many pages balances are not added up by themselves: only for who exports. */
const PAGES_BY_ITSELF = 20;
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
  const { say, language } = useText();
  const ledger = useEntries();
  const [isExporting, setExporting] = useState(false);
  const pages = ledger.data?.pages ?? [];
  const entries = pages.flatMap((page) => page.items);
  const isWhole = ledger.isSuccess && !ledger.hasNextPage;
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = ledger;
  const goesOn = hasNextPage && !isFetchingNextPage && !isError && (isExporting || pages.length < PAGES_BY_ITSELF);
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  useEffect(() => {
    if (!isExporting || !(isWhole || isError)) return;
    setExporting(false);
    if (isWhole) saveFile(new Blob([ledgerCsv(entries, say, language)], { type: 'text/csv' }), 'yiying-ledger.csv');
  }, [isExporting, isWhole, isError, entries, say, language]);
  return (
    <section>
      <div className="section-head">
        <h2>{say('ledger')}</h2>
        <button
          type="button"
          className="button button-small"
          disabled={isExporting || entries.length === 0}
          onClick={() => setExporting(true)}
        >
          <Icon name="download" size={16} /> {say(isExporting ? 'exporting' : 'exportCsv')}
        </button>
      </div>
      {ledger.isPending && <Loading />}
      {isError && <Failure error={ledger.error} onRetry={() => void ledger.refetch()} />}
      {ledger.isSuccess && entries.length === 0 && <Empty icon="credits" title={say('ledgerEmpty')} />}
      {entries.length > 0 && <LedgerTable entries={entries} balances={isWhole ? runningBalances(entries) : null} />}
      {hasNextPage && !goesOn && !isFetchingNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {say('more')}
        </button>
      )}
    </section>
  );
}
