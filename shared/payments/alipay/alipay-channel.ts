import type { PaymentChannel } from '../channel.ts';
import { createOrder } from './create-order.ts';
import { downloadBill } from './download-bill.ts';
import { closeOrder, queryOrder } from './query-order.ts';
import { queryRefund, refundOrder } from './refund-order.ts';
import type { SendOptions } from './send-request.ts';
import { type AlipaySigningConfig, openSigningKeys } from './signing-config.ts';

/**
 * Alipay: a code, the cashier on a computer, the cashier in a phone's browser. Build once for each instance.
 * @throws TypeError that names the field of `config` that is wrong
 */
export function alipayChannel(config: AlipaySigningConfig, options: SendOptions): PaymentChannel {
  const keys = openSigningKeys(config);
  return {
    id: 'alipay',
    methods: ['qr', 'page', 'wap'],
    createOrder: (request) => createOrder(keys, options, request),
    queryOrder: (outTradeNo) => queryOrder(keys, options, outTradeNo),
    closeOrder: (outTradeNo) => closeOrder(keys, options, outTradeNo),
    refund: (request) => refundOrder(keys, options, request),
    queryRefund: (numbers) => queryRefund(keys, options, numbers),
    downloadBill: (day) => downloadBill(keys, options, day),
  };
}
