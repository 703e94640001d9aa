import { createRedeemBatch as operation } from '../../../shared/contract/redeem.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: async ({ db }, input, { write, log }) => {
    const batch = await createRedeemBatch(db, { ...input, ...write });
    log('redeem_batch_created', { batchId: batch.batchId, codes: input.codes });
    return batch;
  },
});
