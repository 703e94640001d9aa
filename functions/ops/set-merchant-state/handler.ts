import { setMerchantState as operation } from '../../../shared/contract/ops-merchants.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { setMerchantState } from '../../../shared/ops/set-merchant-state.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => setMerchantState(db, input, write),
});
