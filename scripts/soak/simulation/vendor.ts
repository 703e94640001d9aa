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
    createOrder: through('order', (asked: Parameters<typeof vendor.createOrder>[0]) => vendor.createOrder(asked)),
    queryOrder: through('query', async (outTradeNo: string) => {
      const answer = await vendor.queryOrder(outTradeNo);
      if (answer.state === 'closed' || answer.state === 'absent') world.gone.add(outTradeNo);
      return answer;
    }),
    closeOrder: through('close', (asked: Parameters<typeof vendor.closeOrder>[0]) => vendor.closeOrder(asked)),
    refund: through('refund', (asked: Parameters<typeof vendor.refund>[0]) => vendor.refund(asked)),
    queryRefund: through('query refund', (asked: Parameters<typeof vendor.queryRefund>[0]) =>
      vendor.queryRefund(asked),
    ),
    downloadBill: through('bill', (asked: Parameters<typeof vendor.downloadBill>[0]) => vendor.downloadBill(asked)),
  };
}
