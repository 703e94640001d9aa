import { useState } from 'react';
import { listReferrals } from '../../../../shared/contract/ops-growth.ts';
import { formatStamp, formatYuan } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useConsole } from '../console-context.ts';
import type { Query } from '../hash-query.ts';
import { ListTable } from '../list-table.tsx';
import { StateFilter, stateIn } from '../state-filter.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';
import type { ReferralRow } from './referral-row.ts';
import { WithdrawalDialog } from './withdrawal-dialog.tsx';

const STATES = [
  ['requested', 'withdrawalRequested'],
  ['approved', 'withdrawalApproved'],
  ['paid', 'withdrawalPaid'],
  ['rejected', 'withdrawalRejected'],
  ['frozen', 'commissionFrozen'],
  ['released', 'commissionReleased'],
  ['void', 'commissionVoid'],
] as const;

const REFUSALS = {
  closed: 'refusalClosed',
  own_payer: 'refusalOwnPayer',
  known_payer: 'refusalKnownPayer',
  nothing: 'refusalNothing',
} as const;

/** Withdrawals, oldest first while they wait, and commissions. */
export function ReferralTable({ query }: { readonly query: Query }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const state = stateIn(query, STATES);
  const list = useList(listReferrals, { state });
  const [chosen, setChosen] = useState<ReferralRow | null>(null);
  const amountOf = ({ unit }: ReferralRow, amount: number): string =>
    unit === 'fen' ? formatYuan(amount) : say('referralCredits', { n: amount });
  const of = (name: string, cell: Column<ReferralRow>['cell'], more: Partial<Column<ReferralRow>> = {}) => ({
    ...{ head: name, cell },
    ...more,
  });
  const when = of(say('time'), ({ createdAtMs }) => formatStamp(createdAtMs, language));
  const merchant = of(say('merchant'), ({ merchantId }) => <TargetLink id={merchantId} />);
  const amount = of(say('amount'), (row) => amountOf(row, row.amount), { isNumber: true });
  const ofWithdrawals: readonly Column<ReferralRow>[] = [
    ...[when, merchant, amount],
    of(say('payee'), ({ payeeMasked }) => payeeMasked ?? '–'),
    ...(state === 'paid' ? [of(say('withdrawalReference'), ({ reference = '–' }) => reference)] : []),
    ...(state === 'rejected' ? [of(say('reason'), ({ reason = '–' }) => reason)] : []),
    ...(state === 'paid'
      ? []
      : [
          of(say('actions'), (row) =>
            canWrite && (row.state !== 'rejected' || row.approvedAtMs !== undefined) ? (
              <button type="button" className="button button-small" onClick={() => setChosen(row)}>
                {say('withdrawalDo')}
              </button>
            ) : (
              '–'
            ),
          ),
        ]),
  ];
  const ofCommissions: readonly Column<ReferralRow>[] = [
    ...[when, merchant, amount],
    of(say('commissionReversed'), (row) => amountOf(row, row.reversed ?? 0), { isNumber: true }),
    of(say('order'), ({ orderId = '' }) => <TargetLink id={orderId} />),
    state === 'void'
      ? of(say('commissionRefusal'), ({ refusal }) => (refusal ? say(REFUSALS[refusal]) : '–'), { isText: true })
      : of(say('commissionRelease'), ({ releaseAtMs, endedAtMs }) =>
          formatStamp(releaseAtMs ?? endedAtMs ?? 0, language),
        ),
  ];
  const isCommission = state === 'frozen' || state === 'released' || state === 'void';
  return (
    <>
      <StateFilter page="growth" states={STATES} state={state} />
      <ListTable
        label={say('referralList')}
        list={list}
        columns={isCommission ? ofCommissions : ofWithdrawals}
        keyOf={({ id }) => id}
        empty={say('referralListEmpty')}
        icon="people"
      />
      {chosen && <WithdrawalDialog withdrawal={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
