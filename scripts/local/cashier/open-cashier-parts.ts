import type { Clock } from '../../../shared/clock.ts';
import { advanceBook } from './advance-book.ts';
import { openAlipayMerchant } from './alipay/alipay-merchant.ts';
import type { GatewayFault, GatewayOperation } from './alipay/gateway-faults.ts';
import { returnAddress } from './alipay/return-address.ts';
import { sealAlipayNotice } from './alipay/seal-alipay-notice.ts';
import { payerAnswerer } from './answer-payer.ts';
import { type CashierBook, type CashierOrder, openBook } from './cashier-book.ts';
import { openMerchant } from './cashier-merchant.ts';
import { deliveryDesk } from './deliver-notices.ts';
import { downloadDesk } from './download-desk.ts';
import { faultQueue } from './fault-queue.ts';
import { NotPayable, type PayOptions, payOrder } from './pay-order.ts';
import { refundScripts } from './refund-scripts.ts';
import { requestRouter } from './route-request.ts';
import { wechatRequestAnswerer } from './wechat/answer-wechat-request.ts';
import type { RequestFault, WechatOperation } from './wechat/request-faults.ts';
import { sealNotice } from './wechat/seal-notice.ts';

interface PartsOptions {
  readonly clock: Clock;
  readonly dataFolder?: string;
  readonly timers?: boolean;
}

/** From the merchant's own pages; whoever closes it, a paid order stays paid. */
function payersClose(book: CashierBook, clock: Clock) {
  return (order: CashierOrder): void => {
    if (order.state !== 'NOTPAY') throw new NotPayable('订单不在待支付状态');
    order.state = 'CLOSED';
    order.closedAtMs = clock();
    book.save();
  };
}

/** Going away changes nothing at either service. */
function payersCancel(book: CashierBook, clock: Clock) {
  return (order: CashierOrder): void => {
    if (order.state !== 'NOTPAY') throw new NotPayable('订单不在待支付状态');
    order.cancelledAtMs = clock();
    book.save();
  };
}

/** Opens the book and every part that works on it; `base` may be known later than they are. */
export function openCashierParts({ clock, dataFolder, timers }: PartsOptions, base: () => string, prefix: string) {
  const merchant = openMerchant(dataFolder);
  let madeAlipay: ReturnType<typeof openAlipayMerchant> | undefined;
  const alipay = () => {
    madeAlipay ??= openAlipayMerchant(dataFolder);
    return madeAlipay;
  };
  const book = openBook(dataFolder);
  const scripts = refundScripts();
  const wechatFaults = faultQueue<WechatOperation, RequestFault>();
  const alipayFaults = faultQueue<GatewayOperation, GatewayFault>();
  const desk = deliveryDesk(book, clock, (delivery, nowMs) =>
    delivery.channel === 'wechat'
      ? sealNotice(book, merchant, delivery, nowMs)
      : sealAlipayNotice(book, alipay(), delivery, nowMs),
  );
  const tick = () => {
    advanceBook(book, clock());
    return desk.tick();
  };
  const pay = (order: CashierOrder, options: PayOptions = {}) => {
    const paid = payOrder(book, order, clock(), options);
    if (timers !== false) void tick();
    return paid;
  };
  const returnTo = (order: CashierOrder) =>
    order.channel === 'alipay' ? returnAddress(order, alipay(), clock()) : order.returnUrl;
  const actions = { pay, close: payersClose(book, clock), cancel: payersCancel(book, clock), returnTo };
  const [wechatBills, alipayBills] = [downloadDesk(), downloadDesk()];
  const wechatParts = { book, merchant, scripts, bills: wechatBills, base };
  const routeRequest = requestRouter({
    ...{ book, clock, prefix, alipayBills },
    gateway: { book, merchant: alipay, scripts, bills: alipayBills, base, faults: alipayFaults },
    answerWechat: wechatRequestAnswerer(wechatParts, clock, wechatFaults),
    answerPayer: payerAnswerer(book, clock, actions, prefix),
  });
  return { merchant, alipay, book, scripts, wechatFaults, alipayFaults, desk, tick, pay, routeRequest };
}
