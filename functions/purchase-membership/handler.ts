import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { purchaseMembership as operation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { buyMembership } from '../../shared/payments/buy-membership.ts';
import { channelsOf, notifyUrlsAt } from '../../shared/payments/open-channels.ts';

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
  run: async (services, merchant, input, context) => {
    const channels = services.channels((closed) => context.log('channel_misconfigured', closed));
    const order = await buyMembership({ ...services, channels }, merchant.id, input, context);
    const { orderId, state, channel, method } = order;
    context.log('order_created', { orderId, state, channel, method });
    return order;
  },
});
