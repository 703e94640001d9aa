import * as z from 'zod/mini';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { secretsOf } from '../../../shared/config/secret-source.ts';
import { createRedeemBatch as operation } from '../../../shared/contract/redeem.ts';
import { databaseOf } from '../../../shared/db/database.ts';
import { databaseLimiter } from '../../../shared/db/database-limiter.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { httpFunction } from '../../../shared/http/http-function.ts';
import { operatorFor } from '../../../shared/ops/signed-in-operator.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: operatorFor(operation.operators),
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db }, operator, input, { nowMs, idempotencyKey, requestHash, requestId, log }) => {
    const request = { ...input, operatorId: operator.id, idempotencyKey, requestHash, requestId, nowMs };
    const batch = await createRedeemBatch(db, request);
    log('redeem_batch_created', { batchId: batch.batchId, codes: input.codes });
    return batch;
  },
});
