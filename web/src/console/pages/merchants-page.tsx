import type * as z from 'zod/mini';
import { phone as phoneSchema } from '../../../../shared/contract/auth.ts';
import { searchMerchants } from '../../../../shared/contract/ops-merchants.ts';
import { formatDay, formatStamp } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { FilterBar } from '../filter-bar.tsx';
import type { Query } from '../hash-query.ts';
import { idProblem } from '../id-problem.ts';
import { ListTable } from '../list-table.tsx';
import { MerchantState } from '../merchants/merchant-state.tsx';
import { PageHead } from '../page-head.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

type Merchant = z.output<typeof searchMerchants.output>['items'][number];
const KEPT_MS = 60_000;

/** Merchants, newest first, or the one of a phone or an id. */
export function MerchantsPage({ query }: { readonly query: Query }) {
  const { say, language } = useText();
  const list = useList(searchMerchants, Object.fromEntries(query), KEPT_MS);
  const columns: readonly Column<Merchant>[] = [
    {
      head: say('phone'),
      cell: ({ merchantId, phoneMasked, state }) => (
        <a href={`#/merchants/${merchantId}`}>{state === 'deleted' ? say('deletedPhone') : phoneMasked}</a>
      ),
    },
    { head: say('merchantId'), cell: ({ merchantId }) => <TargetLink id={merchantId} /> },
    { head: say('state'), cell: ({ state }) => <MerchantState state={state} /> },
    {
      head: say('membershipEnds'),
      cell: ({ membershipEndsAtMs }) =>
        membershipEndsAtMs === undefined ? say('noPlan') : formatDay(membershipEndsAtMs, language),
    },
    { head: say('registeredAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
  ];
  const phoneProblem = (value: string) => (phoneSchema.safeParse(value).success ? undefined : say('phoneWrong'));
  return (
    <div className="page page-wide">
      <PageHead title={say('merchants')} lead={say('merchantsLead')} />
      <FilterBar
        page="merchants"
        filters={[
          { name: 'phone', label: say('phone'), placeholder: say('phoneWhole'), problem: phoneProblem },
          { name: 'merchantId', label: say('merchantId'), placeholder: 'mch_…', problem: idProblem(say, 'mch') },
        ]}
        values={query}
      />
      <ListTable
        label={say('merchants')}
        list={list}
        columns={columns}
        keyOf={({ merchantId }) => merchantId}
        empty={say('merchantsEmpty')}
        icon="people"
      />
    </div>
  );
}
