import { exportOrders as operation } from '../../../shared/contract/ops-exports.ts';
import { exportOrders } from '../../../shared/ops/export-orders.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  target: ({ firstDay, lastDay }) => `${firstDay}:${lastDay}`,
  run: ({ db }, input, { nowMs }) => exportOrders(db, input, nowMs),
});
