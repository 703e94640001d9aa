import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getOrder as operation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { channelsOf } from '../../shared/payments/open-channels.ts';
import { openOrder } from '../../shared/payments/open-order.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    const channels = channelsOf(config, secrets, systemClock);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), channels };
  },
  caller: signedInMerchant,
  run: async ({ db, channels }, merchant, { orderId }, { nowMs, log }) => {
    const { order, failures } = await openOrder(db, channels, merchant.id, orderId, nowMs);
    for (const error of failures) log('channel_failed', { error, orderId });
    return order;
  },
});
