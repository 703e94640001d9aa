import { searchOrders } from '../../../../shared/contract/ops-work.ts';
import { FilterBar } from '../filter-bar.tsx';
import type { Query } from '../hash-query.ts';
import { idProblem } from '../id-problem.ts';
import { OrderTable } from '../orders/order-table.tsx';
import { PageHead } from '../page-head.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

/** Orders of all merchants, newest first. */
export function OrdersPage({ query }: { readonly query: Query }) {
  const { say } = useText();
  const list = useList(searchOrders, Object.fromEntries(query));
  const filters = [
    { name: 'orderId', label: say('orderId'), placeholder: 'ord_…', problem: idProblem(say, 'ord') },
    { name: 'merchantId', label: say('merchantId'), placeholder: 'mch_…', problem: idProblem(say, 'mch') },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('orders')} lead={say('ordersLead')} />
      <FilterBar page="orders" filters={filters} values={query} />
      <OrderTable list={list} isWithMerchant />
    </div>
  );
}
