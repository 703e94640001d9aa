import { DataTable } from '../../ui/data-table.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { useText } from '../use-text.ts';
import type { Overview } from './use-overview.ts';

type Now = Overview['now'];
/** A queued task fails after ten minutes: half of them is the time to look. */
const LONG_WAIT_MS = 5 * 60_000;

/** What waits now: the queue, cases, invoices, credits about to end, engines. */
export function Waiting({ now }: { readonly now: Now }) {
  const { say } = useText();
  const { canWrite } = useConsole();
  const { queue, creditsExpiring, openCases, openInvoices } = now;
  const wait = queue.oldestWaitMs;
  const isLong = wait !== null && wait > LONG_WAIT_MS;
  return (
    <section>
      <h2>{say('now')}</h2>
      <div className="figure-tiles">
        <a className={isLong ? 'figure-tile figure-warn' : 'figure-tile'} href="#/tasks?state=queued">
          <p className="tile-label">{say('queueNow')}</p>
          <p className="figure">{queue.queued + queue.processing}</p>
          <p className="tile-note">
            {wait === null ? say('nobodyWaits') : say('oldestWait', { n: Math.round(wait / 1000) })}
          </p>
        </a>
        <a className="figure-tile" href="#/tasks?state=awaiting_upload">
          <p className="tile-label">{say('awaitingUpload')}</p>
          <p className="figure">{queue.awaitingUpload}</p>
        </a>
        <a className={openCases > 0 ? 'figure-tile figure-warn' : 'figure-tile'} href="#/cases">
          <p className="tile-label">{say('casesToDo')}</p>
          <p className="figure">{openCases}</p>
        </a>
        <a
          className={openInvoices > 0 ? 'figure-tile figure-warn' : 'figure-tile'}
          href={canWrite ? '#/invoices' : '#/'}
        >
          <p className="tile-label">{say('invoicesToDo')}</p>
          <p className="figure">{openInvoices}</p>
        </a>
        <div className="figure-tile">
          <p className="tile-label">{say('creditsEnding')}</p>
          <p className={creditsExpiring === null ? 'figure-words' : 'figure'}>{creditsExpiring ?? say('noFigures')}</p>
        </div>
      </div>
      {now.engines.length > 0 && <Engines engines={now.engines} />}
    </section>
  );
}

function Engines({ engines }: Pick<Now, 'engines'>) {
  const { say } = useText();
  return (
    <DataTable
      label={say('engines')}
      columns={[
        { head: say('engine'), cell: ({ engine }) => engine },
        {
          head: say('state'),
          cell: ({ configured, state }) => {
            if (!configured) return <Tag tone="plain">{say('engineOff')}</Tag>;
            return state === 'working' ? (
              <Tag tone="good">{say('engineWorking')}</Tag>
            ) : (
              <Tag tone="bad">{say('engineResting')}</Tag>
            );
          },
        },
        { head: say('engineFailures'), cell: ({ failures }) => failures, isNumber: true },
        { head: say('engineWaiting'), cell: ({ waiting }) => waiting, isNumber: true },
      ]}
      rows={engines}
      keyOf={({ engine }) => engine}
    />
  );
}
