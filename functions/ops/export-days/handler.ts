import { exportDays as operation } from '../../../shared/contract/ops-exports.ts';
import { exportDays } from '../../../shared/ops/export-days.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  target: ({ firstDay, lastDay }) => `${firstDay}:${lastDay}`,
  run: ({ db }, input) => exportDays(db, input),
});
