import * as z from 'zod/mini';
import { systemClock } from '../../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../../shared/config/read-config.ts';
import { refundOrder as operation } from '../../../shared/contract/ops.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { channelsOf, notifyUrlsAt } from '../../../shared/payments/open-channels.ts';
import { readOwnOrder } from '../../../shared/payments/order.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...PUBLIC_API_CONFIG }),
  build: (config, secrets) => ({
    channels: channelsOf(config, secrets, systemClock),
    notifyUrls: notifyUrlsAt(config.PUBLIC_API_URL),
  }),
  run: async ({ db, channels, notifyUrls }, input, { write, trace, log }) => {
    if (await readOwnOrder(db, write.operatorId, input.orderId, write.nowMs)) throw new ApiError('OWN_ACCOUNT');
    const open = channels((closed) => log('channel_misconfigured', closed));
    const refund = await refundOrder(db, open, notifyUrls, { ...input, ...write, trace });
    log('refund_requested', { refundId: refund.refundId, orderId: refund.orderId, state: refund.state });
    return refund;
  },
});
