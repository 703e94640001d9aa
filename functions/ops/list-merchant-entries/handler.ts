import { listMerchantEntries as operation } from '../../../shared/contract/ops-merchants.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId }) => merchantId,
  run: ({ db }, { merchantId, cursor, limit }) => listEntries(db, merchantId, { cursor, limit: Number(limit ?? 20) }),
});
