import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { createApiKey } from '../../shared/auth/api-keys.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createApiKey as operation } from '../../shared/contract/api-keys.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db }, merchant, asked, { nowMs, idempotencyKey, requestHash, log }) => {
    const made = await createApiKey(db, { merchantId: merchant.id, ...asked, idempotencyKey, requestHash, nowMs });
    log('api_key_created', { apiKeyId: made.apiKeyId, scopes: made.scopes });
    return made;
  },
});
