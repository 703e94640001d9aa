import { listReferrals as operation } from '../../../shared/contract/ops-growth.ts';
import { listReferrals } from '../../../shared/ops/list-referrals.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId = '' }) => merchantId,
  run: ({ db }, { limit = '20', ...filter }) => listReferrals(db, { ...filter, limit: Number(limit) }),
});
