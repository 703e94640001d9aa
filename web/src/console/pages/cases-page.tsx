import { useState } from 'react';
import type * as z from 'zod/mini';
import { listCases } from '../../../../shared/contract/ops-work.ts';
import { formatStamp, formatYuan } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { BillTable } from '../cases/bill-table.tsx';
import { CaseDialog } from '../cases/case-dialog.tsx';
import { CASE_CLASSES, CASE_REMEDIES } from '../cases/case-text.ts';
import { useConsole } from '../console-context.ts';
import type { Query } from '../hash-query.ts';
import { ListTable } from '../list-table.tsx';
import { CHANNELS } from '../orders/order-text.ts';
import { PageHead } from '../page-head.tsx';
import { StateFilter, stateIn } from '../state-filter.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

type Case = z.output<typeof listCases.output>['items'][number];
const STATES = [
  ['open', 'casesOpen'],
  ['ended', 'casesEnded'],
  ['bills', 'billsDaily'],
] as const;

/** Where the channels and our books differ, worked off one by one; and the daily bills that show it. */
export function CasesPage({ query }: { readonly query: Query }) {
  const { say } = useText();
  const state = stateIn(query, STATES);
  return (
    <div className="page page-wide">
      <PageHead title={say('cases')} lead={say('casesLead')} />
      <StateFilter page="cases" states={STATES} state={state} />
      {state === 'bills' ? <BillTable /> : <Cases state={state} />}
    </div>
  );
}

function Cases({ state }: { readonly state: 'open' | 'ended' }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const list = useList(listCases, { state });
  const [ending, setEnding] = useState<Case | null>(null);
  const yuan = (fen: number | undefined) => (fen === undefined ? '–' : formatYuan(fen));
  const columns: readonly Column<Case>[] = [
    { head: say('foundAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
    { head: say('caseClass'), cell: (one) => say(CASE_CLASSES[one.class][0]), isText: true },
    { head: say('channel'), cell: ({ channel }) => say(CHANNELS[channel] ?? 'channelWechat') },
    { head: say('subject'), cell: ({ subject, orderId }) => <TargetLink id={orderId ?? subject} /> },
    { head: say('expected'), cell: ({ expectedFen }) => yuan(expectedFen), isNumber: true },
    { head: say('actual'), cell: ({ actualFen }) => yuan(actualFen), isNumber: true },
    { head: say('remedy'), cell: ({ remedy }) => say(CASE_REMEDIES[remedy] ?? 'remedyNone'), isText: true },
    state === 'ended'
      ? { head: say('endedAt'), cell: ({ endedAtMs }) => (endedAtMs ? formatStamp(endedAtMs, language) : '–') }
      : {
          head: say('actions'),
          cell: (one) =>
            canWrite ? (
              <button type="button" className="button button-small" onClick={() => setEnding(one)}>
                {say('caseHandle')}
              </button>
            ) : (
              '–'
            ),
        },
  ];
  return (
    <>
      <ListTable
        label={say('cases')}
        list={list}
        columns={columns}
        keyOf={({ caseId }) => caseId}
        empty={say(state === 'open' ? 'casesNone' : 'casesNoneEnded')}
        icon="balance"
      />
      {ending && <CaseDialog found={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
