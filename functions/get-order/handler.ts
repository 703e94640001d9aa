import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getOrder as operation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { channelsOf } from '../../shared/payments/open-channels.ts';
import { openOrder } from '../../shared/payments/open-order.ts';
import { hashingPayers, payerHasher } from '../../shared/payments/payer-hash.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    const channels = channelsOf(config, secrets, systemClock);
    const hasher = payerHasher(config, secrets);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), channels, hasher };
  },
  caller: merchantOrKey(operation),
  run: async ({ db, channels, hasher }, merchant, { orderId }, { nowMs, log }) => {
    const hashPayer = hasher((error) => log('payer_not_hashed', { error }));
    // An operator who looks asks no channel, whose answer would be written.
    const open = channels((closed) => log('channel_misconfigured', closed));
    const asked = 'viewId' in merchant ? null : hashingPayers(open, hashPayer);
    const { order, settled, failures } = await openOrder(db, asked, merchant.id, orderId, nowMs);
    for (const result of settled) log('order_settled', { result, orderId });
    for (const error of failures) log('channel_failed', { error, orderId });
    return order;
  },
});
