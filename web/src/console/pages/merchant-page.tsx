import { useState } from 'react';
import { searchOrders, searchTasks } from '../../../../shared/contract/ops-work.ts';
import { formatDay, formatStamp } from '../../core/format.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { useConsole } from '../console-context.ts';
import { type Fact, FactList } from '../fact-list.tsx';
import { hashWith } from '../hash-query.ts';
import { EntryTable } from '../merchants/entry-table.tsx';
import { GrantDialog } from '../merchants/grant-dialog.tsx';
import { LotTable } from '../merchants/lot-table.tsx';
import { MerchantState } from '../merchants/merchant-state.tsx';
import { SessionTable } from '../merchants/session-table.tsx';
import { StateDialog } from '../merchants/state-dialog.tsx';
import { type MerchantDetail, useMerchant } from '../merchants/use-merchant.ts';
import { ViewDialog } from '../merchants/view-dialog.tsx';
import { OrderTable } from '../orders/order-table.tsx';
import { TaskTable } from '../tasks/task-table.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

/** One merchant, as support needs it. */
export function MerchantPage({ merchantId }: { readonly merchantId: string }) {
  const { say } = useText();
  const merchant = useMerchant(merchantId);
  return (
    <div className="page page-wide">
      <a href="#/merchants">{say('backToMerchants')}</a>
      <h1 tabIndex={-1}>
        {merchant.data?.state === 'deleted' ? say('deletedPhone') : (merchant.data?.phoneMasked ?? say('merchant'))}
      </h1>
      <Loaded query={merchant}>
        {(found) => (
          <>
            <Facts merchant={found} />
            <Parts merchant={found} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Facts({ merchant }: { readonly merchant: MerchantDetail }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [asked, setAsked] = useState<'grant' | 'state' | 'view' | null>(null);
  const { merchantId, state, membershipEndsAtMs } = merchant;
  const facts: readonly Fact[] = [
    [say('state'), <MerchantState key="state" state={state} />],
    [say('available'), merchant.available],
    [say('membershipEnds'), membershipEndsAtMs === undefined ? say('noPlan') : formatDay(membershipEndsAtMs, language)],
    [say('registeredAt'), formatStamp(merchant.createdAtMs, language)],
    [
      say('merchantId'),
      <span key="id" className="mono">
        {merchantId}
      </span>,
    ],
  ];
  const close = (): void => setAsked(null);
  return (
    <section className="panel">
      <FactList facts={facts} />
      <div className="buttons">
        {canWrite && state !== 'deleted' && (
          <>
            <button type="button" className="button button-primary" onClick={() => setAsked('grant')}>
              {say('grant')}
            </button>
            <button
              type="button"
              className={state === 'active' ? 'button button-danger' : 'button'}
              onClick={() => setAsked('state')}
            >
              {say(state === 'active' ? 'suspend' : 'letBack')}
            </button>
          </>
        )}
        {state !== 'deleted' && (
          <button type="button" className="button" onClick={() => setAsked('view')}>
            {say('viewAs')}
          </button>
        )}
        <a className="button button-quiet" href={hashWith('audit', { target: merchantId })}>
          {say('auditOfThis')}
        </a>
      </div>
      {asked === 'grant' && <GrantDialog merchantId={merchantId} onClose={close} />}
      {asked === 'view' && <ViewDialog merchant={merchant} onClose={close} />}
      {asked === 'state' && <StateDialog merchant={merchant} onClose={close} />}
    </section>
  );
}

const PARTS = ['lots', 'entries', 'orders', 'tasks', 'sessions'] as const;

/** What belongs to the merchant, a part at a time: each look at entries, orders and tasks stands in the audit log. */
function Parts({ merchant }: { readonly merchant: MerchantDetail }) {
  const { say } = useText();
  const [part, setPart] = useState<(typeof PARTS)[number]>('lots');
  return (
    <section>
      <ChoiceBar
        legend={say('filterBy')}
        name="part"
        choices={PARTS.map((one) => [one, say(one)])}
        chosen={part}
        onChoose={setPart}
      />
      <div className="part">
        {part === 'lots' && <LotTable merchant={merchant} />}
        {part === 'entries' && <EntryTable merchantId={merchant.merchantId} />}
        {part === 'orders' && <Orders merchantId={merchant.merchantId} />}
        {part === 'tasks' && <Tasks merchantId={merchant.merchantId} />}
        {part === 'sessions' && <SessionTable sessions={merchant.sessions} />}
      </div>
    </section>
  );
}

function Orders({ merchantId }: { readonly merchantId: string }) {
  return <OrderTable list={useList(searchOrders, { merchantId })} isWithMerchant={false} />;
}

function Tasks({ merchantId }: { readonly merchantId: string }) {
  return <TaskTable list={useList(searchTasks, { merchantId })} isWithMerchant={false} />;
}
