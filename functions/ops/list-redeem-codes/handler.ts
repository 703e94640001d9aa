import { listRedeemCodes as operation } from '../../../shared/contract/redeem.ts';
import { listRedeemCodes } from '../../../shared/growth/list-redeem-codes.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { limit, ...page }) => listRedeemCodes(db, { ...page, limit: Number(limit ?? 20) }),
});
