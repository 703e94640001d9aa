import { decideWithdrawal as operation } from '../../../shared/contract/ops-growth.ts';
import { decideWithdrawal } from '../../../shared/ops/decide-withdrawal.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: async ({ db }, input, { write, log }) => {
    const decided = await decideWithdrawal(db, input, write);
    log('withdrawal_decided', decided);
    return decided;
  },
});
