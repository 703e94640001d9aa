import { ChannelError, type ChannelId, type PaymentChannel } from '../../../shared/payments/channel.ts';
import type { Call } from './gate.ts';
import type { World } from './world.ts';

const lost = (): Error => new ChannelError('unavailable', 'simulated', 'vendor');

/**
 * A channel as one operation reaches it: each question is a call that waits for its turn and may be lost, before or after the vendor has
 * acted. `away`: nobody answers.
 */
export function vendorThrough(world: World, id: ChannelId, call: Call, away = false): PaymentChannel {
  const vendor = world.vendors[id];
  const through =
    <Asked, Answer>(label: string, ask: (asked: Asked) => Promise<Answer>) =>
    (asked: Asked): Promise<Answer> =>
      call(`${id}: ${label}`, () => (away ? Promise.reject(lost()) : ask(asked)), lost);
  return {
    ...{ id, methods: vendor.methods },
    createOrder: through('order', vendor.createOrder),
    queryOrder: through('query', async (outTradeNo: string) => {
      const answer = await vendor.queryOrder(outTradeNo);
      if (answer.state === 'closed' || answer.state === 'absent') world.gone.add(outTradeNo);
      return answer;
    }),
    closeOrder: through('close', vendor.closeOrder),
    refund: through('refund', vendor.refund),
    queryRefund: through('query refund', vendor.queryRefund),
    downloadBill: through('bill', vendor.downloadBill),
  };
}
