import { getOperator as operation } from '../../../shared/contract/ops-access.ts';
import { getOperator } from '../../../shared/ops/get-operator.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, _input, { operator, nowMs }) => getOperator(db, operator, nowMs),
});
