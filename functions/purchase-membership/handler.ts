import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { purchaseMembership as operation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { ApiError } from '../../shared/http/api-error.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { openWechatChannel } from '../../shared/payments/open-wechat-channel.ts';
import { purchaseMembership } from '../../shared/payments/purchase-membership.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, PUBLIC_API_URL: z.string().check(z.regex(/^https?:\/\/[^\s?]+[^/\s?]$/)) }),
  build: (config) => {
    const secrets = secretsOf(config);
    const wechat = () => openWechatChannel(config, secrets, systemClock);
    const notifyUrl = `${config.PUBLIC_API_URL}/v1/pay-callback-wechat`;
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), wechat, notifyUrl };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db, wechat, notifyUrl }, merchant, { planId }, { nowMs, idempotencyKey, requestHash, log }) => {
    const channel = await wechat();
    if (!channel) throw new ApiError('CHANNEL_CLOSED');
    const request = { merchantId: merchant.id, planId, idempotencyKey, requestHash, notifyUrl, nowMs };
    const order = await purchaseMembership(db, channel, request);
    log('order_created', { orderId: order.orderId, state: order.state });
    return order;
  },
});
