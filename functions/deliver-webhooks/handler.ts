import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';
import { deliverWebhooks } from '../../shared/webhooks/deliver-webhooks.ts';
import { postPinned } from '../../shared/webhooks/post-pinned.ts';
import { webhookKeyOf } from '../../shared/webhooks/webhook-secret.ts';

export const main = timerFunction({
  name: 'deliver-webhooks',
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), readKey: webhookKeyOf(config, secrets), post: postPinned };
  },
  run: async (services, { clock, log }) => ({ ...(await deliverWebhooks(services, { clock, log })) }),
});
