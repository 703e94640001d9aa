import { searchMerchants as operation } from '../../../shared/contract/ops-merchants.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { searchMerchants } from '../../../shared/ops/search-merchants.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId }) => merchantId ?? '',
  run: ({ db }, { limit, ...search }) => searchMerchants(db, { ...search, limit: Number(limit ?? 20) }),
});
