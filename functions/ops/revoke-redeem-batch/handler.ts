import { revokeRedeemBatch as operation } from '../../../shared/contract/redeem.ts';
import { revokeRedeemBatch } from '../../../shared/growth/revoke-redeem-batch.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: async ({ db }, input, { write, log }) => {
    const revoked = await revokeRedeemBatch(db, { ...input, ...write });
    log('redeem_batch_revoked', { batchId: input.batchId });
    return revoked;
  },
});
