import { revokeRedeemBatch as operation } from '../../../shared/contract/redeem.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { revokeRedeemBatch } from '../../../shared/ops/revoke-redeem-batch.ts';

export const main = opsFunction({
  operation,
  run: async ({ db }, input, { write, log }) => {
    const revoked = await revokeRedeemBatch(db, input, write);
    log('redeem_batch_revoked', { batchId: input.batchId });
    return revoked;
  },
});
