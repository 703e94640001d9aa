import * as z from 'zod/mini';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { systemClock } from '../../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../../shared/config/read-config.ts';
import { secretsOf } from '../../../shared/config/secret-source.ts';
import { refundOrder as operation } from '../../../shared/contract/ops.ts';
import { databaseOf } from '../../../shared/db/database.ts';
import { databaseLimiter } from '../../../shared/db/database-limiter.ts';
import { httpFunction } from '../../../shared/http/http-function.ts';
import { signedInOperator } from '../../../shared/ops/signed-in-operator.ts';
import { channelsOf, notifyUrlsAt } from '../../../shared/payments/open-channels.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';

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
  caller: signedInOperator,
  limiter: ({ db }) => databaseLimiter(db),
  run: async (
    { db, channels, notifyUrls },
    operator,
    input,
    { nowMs, idempotencyKey, requestHash, requestId, log },
  ) => {
    const request = { ...input, operatorId: operator.id, idempotencyKey, requestHash, requestId, nowMs };
    const refund = await refundOrder(db, channels, notifyUrls, request);
    log('refund_requested', { refundId: refund.refundId, orderId: refund.orderId, state: refund.state });
    return refund;
  },
});
