import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { purchaseMembership as operation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { ApiError } from '../../shared/http/api-error.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { channelsOf, notifyUrlsAt } from '../../shared/payments/open-channels.ts';
import { payerOf } from '../../shared/payments/payer-of.ts';
import { purchaseMembership } from '../../shared/payments/purchase-membership.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...PUBLIC_API_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    return {
      ...{ db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) },
      ...{ channels: channelsOf(config, secrets, systemClock), notifyUrls: notifyUrlsAt(config.PUBLIC_API_URL) },
    };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: async (
    { db, channels, notifyUrls },
    { id: merchantId },
    { channel: channelId, returnPath, ...asked },
    context,
  ) => {
    const { nowMs, idempotencyKey, requestHash, log } = context;
    const channel = await channels(channelId);
    if (!channel) throw new ApiError('CHANNEL_CLOSED');
    const payer = payerOf(context.request, context.webOrigins, returnPath);
    const request = {
      ...asked,
      ...payer,
      merchantId,
      idempotencyKey,
      requestHash,
      notifyUrl: notifyUrls(channelId),
      nowMs,
    };
    const order = await purchaseMembership(db, channel, request);
    log('order_created', { orderId: order.orderId, state: order.state, channel: channelId, method: order.method });
    return order;
  },
});
