import * as z from 'zod/mini';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { secretsOf } from '../../../shared/config/secret-source.ts';
import { revokeRedeemBatch as operation } from '../../../shared/contract/redeem.ts';
import { databaseOf } from '../../../shared/db/database.ts';
import { databaseLimiter } from '../../../shared/db/database-limiter.ts';
import { revokeRedeemBatch } from '../../../shared/growth/revoke-redeem-batch.ts';
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
  run: async ({ db }, operator, input, { nowMs, requestId, log }) => {
    const revoked = await revokeRedeemBatch(db, { ...input, operatorId: operator.id, requestId, nowMs });
    log('redeem_batch_revoked', { batchId: input.batchId });
    return revoked;
  },
});
