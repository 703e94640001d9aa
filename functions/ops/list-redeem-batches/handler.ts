import { listRedeemBatches as operation } from '../../../shared/contract/redeem.ts';
import { listRedeemBatches } from '../../../shared/growth/list-redeem-batches.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { limit, ...page }) => listRedeemBatches(db, { ...page, limit: Number(limit ?? 20) }),
});
