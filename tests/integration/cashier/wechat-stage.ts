import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import { startNoticeReceiver } from './notice-receiver.ts';
import { type Json, wechatClient } from './wechat-client.ts';

export const START_MS = Date.parse('2026-11-23T10:00:00+08:00');

/** One cashier for a file of tests, a client of WeChat Pay beside it, and a clock that stands unless moved. */
export function wechatStage() {
  let cashier: Cashier;
  let receiver: Awaited<ReturnType<typeof startNoticeReceiver>>;
  let client: ReturnType<typeof wechatClient>;
  let count = 0;
  const stage = {
    nowMs: START_MS,
    answerStatus: 200,
    get cashier() {
      return cashier;
    },
    get client() {
      return client;
    },
    get received() {
      return receiver.received;
    },
    get notifyUrl() {
      return receiver.url;
    },
    order(over: Json = {}): Json & { readonly out_trade_no: string } {
      count += 1;
      return {
        appid: cashier.merchant.appId,
        mchid: cashier.merchant.mchId,
        description: '衣影 月度会员',
        out_trade_no: `ord_WECHAT${String(count).padStart(6, '0')}`,
        notify_url: receiver.url,
        amount: { total: 9900, currency: 'CNY' },
        ...over,
      };
    },
    /** A number that was ordered and paid, its notice lost. */
    async paid(over: Json = {}): Promise<string> {
      const order = stage.order(over);
      await client.post('/v3/pay/transactions/native', order);
      cashier.pay(order.out_trade_no, { fault: 'lost' });
      return order.out_trade_no;
    },
    refund(outTradeNo: string, over: Json = {}): Json & { readonly out_refund_no: string } {
      count += 1;
      return {
        out_trade_no: outTradeNo,
        out_refund_no: `rfd_WECHAT${String(count).padStart(6, '0')}`,
        reason: '用户申请',
        amount: { refund: 9900, total: 9900, currency: 'CNY' },
        ...over,
      };
    },
    query: (outTradeNo: string) =>
      client.get(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${cashier.merchant.mchId}`),
  };
  beforeAll(async () => {
    cashier = await startCashier({ clock: () => stage.nowMs, timers: false });
    client = wechatClient(cashier, () => stage.nowMs);
    receiver = await startNoticeReceiver(() => stage.answerStatus);
  });
  afterAll(async () => {
    await cashier.close();
    await receiver.close();
  });
  beforeEach(async () => {
    // What the test before left on its way arrives now.
    stage.answerStatus = 200;
    stage.nowMs = START_MS + 400 * 24 * 3_600_000;
    await cashier.tick();
    stage.nowMs = START_MS;
    receiver.received.length = 0;
  });
  return stage;
}
