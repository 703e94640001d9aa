import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getOrder } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ApiError } from '../../shared/http/api-error.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { readOwnOrder } from '../../shared/payments/order.ts';

export const main = httpFunction({
  operation: getOrder,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: signedInMerchant,
  run: async ({ db }, merchant, { orderId }, { nowMs }) => {
    const order = await readOwnOrder(db, merchant.id, orderId, nowMs);
    if (!order) throw new ApiError('NOT_FOUND');
    return order;
  },
});
