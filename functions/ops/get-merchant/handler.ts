import { getMerchant as operation } from '../../../shared/contract/ops-merchants.ts';
import { getMerchant } from '../../../shared/ops/get-merchant.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId }) => merchantId,
  run: ({ db }, { merchantId }, { nowMs }) => getMerchant(db, merchantId, nowMs),
});
