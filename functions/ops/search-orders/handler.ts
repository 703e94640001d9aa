import { searchOrders as operation } from '../../../shared/contract/ops-work.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { searchOrders } from '../../../shared/ops/search-orders.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId, orderId, number }) => orderId ?? merchantId ?? number ?? '',
  run: ({ db }, { limit, ...search }, { nowMs }) => searchOrders(db, { ...search, limit: Number(limit ?? 20) }, nowMs),
});
