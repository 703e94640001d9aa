import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listWebhooks as operation } from '../../shared/contract/webhooks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { listWebhooks } from '../../shared/webhooks/webhooks.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: signedInMerchant,
  run: ({ db }, merchant, _input, { nowMs }) => listWebhooks(db, merchant.id, nowMs),
});
