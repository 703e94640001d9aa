import { searchOrders } from '../../../../shared/contract/ops-work.ts';
import { ExportButton } from '../exports/export-button.tsx';
import { FilterBar } from '../filter-bar.tsx';
import type { Query } from '../hash-query.ts';
import { idProblem } from '../id-problem.ts';
import { OrderMoney } from '../orders/order-money.tsx';
import { OrderTable } from '../orders/order-table.tsx';
import { ORDER_STATES } from '../orders/order-text.ts';
import { PageHead } from '../page-head.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

const NUMBER = /^\w{6,64}$/;
const STATES = ['pending', 'paid', 'closed'] as const;

/** Orders of all merchants, newest first; of one that is asked for, its payments and refunds. */
export function OrdersPage({ query }: { readonly query: Query }) {
  const { say } = useText();
  const list = useList(searchOrders, Object.fromEntries(query));
  const filters = [
    { name: 'orderId', label: say('orderId'), placeholder: 'ord_…', problem: idProblem(say, 'ord') },
    {
      name: 'number',
      label: say('orderNumber'),
      placeholder: say('orderNumberHint'),
      problem: (value: string) => (NUMBER.test(value) ? undefined : say('orderNumberWrong')),
    },
    {
      name: 'state',
      label: say('state'),
      options: STATES.map((state) => [state, say(ORDER_STATES[state][0])] as const),
    },
    { name: 'day', label: say('orderDay'), type: 'date' as const },
    { name: 'merchantId', label: say('merchantId'), placeholder: 'mch_…', problem: idProblem(say, 'mch') },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('orders')} lead={say('ordersLead')}>
        <ExportButton kind="orders" />
      </PageHead>
      <FilterBar page="orders" filters={filters} values={query} />
      <OrderTable list={list} isWithMerchant />
      {list.first?.money && <OrderMoney money={list.first.money} />}
    </div>
  );
}
