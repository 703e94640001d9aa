import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createWebhook as operation } from '../../shared/contract/webhooks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { webhookKeyOf } from '../../shared/webhooks/webhook-secret.ts';
import { createWebhook } from '../../shared/webhooks/webhooks.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return {
      db: databaseOf(config, secrets),
      tokens: accessTokensOf(config, secrets),
      readKey: webhookKeyOf(config, secrets),
    };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db, readKey }, merchant, asked, { nowMs, idempotencyKey, requestHash, log }) => {
    const request = { merchantId: merchant.id, ...asked, idempotencyKey, requestHash, nowMs };
    const made = await createWebhook(db, await readKey(), request);
    log('webhook_created', { webhookId: made.webhookId, events: made.events });
    return made;
  },
});
