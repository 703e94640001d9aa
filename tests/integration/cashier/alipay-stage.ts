import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import { alipayClient, alipaySdk } from './alipay-client.ts';
import { startNoticeReceiver } from './notice-receiver.ts';

export const START_MS = Date.parse('2026-11-23T10:00:00+08:00');
const PRODUCT_CODES = { page: 'FAST_INSTANT_TRADE_PAY', wap: 'QUICK_WAP_WAY' } as const;

/** One cashier for a file of tests, two clients of Alipay's gateway beside it, and a clock that stands unless moved. */
export function alipayStage() {
  let cashier: Cashier;
  let receiver: Awaited<ReturnType<typeof startNoticeReceiver>>;
  let client: ReturnType<typeof alipayClient>;
  let sdk: ReturnType<typeof alipaySdk>;
  let count = 0;
  const stage = {
    nowMs: START_MS,
    reply: 'success',
    answerStatus: 200,
    get cashier() {
      return cashier;
    },
    get client() {
      return client;
    },
    get sdk() {
      return sdk;
    },
    get received() {
      return receiver.received;
    },
    get notifyUrl() {
      return receiver.url;
    },
    trade(over: Record<string, unknown> = {}): { readonly out_trade_no: string } & Record<string, unknown> {
      count += 1;
      const out_trade_no = `ord_ALIPAY${String(count).padStart(6, '0')}`;
      return { out_trade_no, total_amount: '99.00', subject: '衣影 月度会员', ...over };
    },
    /** The address that the payer's browser is sent to. */
    pageUrl(
      trade: Record<string, unknown>,
      method: 'page' | 'wap' = 'page',
      over: Record<string, string> = {},
    ): string {
      const biz = { product_code: PRODUCT_CODES[method], ...trade };
      return client.pageUrl(`alipay.trade.${method}.pay`, biz, { notify_url: receiver.url, ...over });
    },
    /** Opened by a payer, who has not paid. @returns the number */
    async opened(over: Record<string, unknown> = {}, method: 'page' | 'wap' = 'page'): Promise<string> {
      const trade = stage.trade(over);
      const response = await fetch(stage.pageUrl(trade, method), { redirect: 'manual' });
      if (response.status !== 303) throw new Error(await response.text());
      return trade.out_trade_no;
    },
    /** Opened and paid, its notice lost. */
    async paid(over: Record<string, unknown> = {}, method: 'page' | 'wap' = 'page'): Promise<string> {
      const number = await stage.opened(over, method);
      cashier.pay(number, { fault: 'lost' });
      return number;
    },
    call: (method: string, biz: Record<string, unknown>) => client.call(`alipay.trade.${method}`, biz),
    query: async (outTradeNo: string) => (await stage.call('query', { out_trade_no: outTradeNo })).json,
  };
  beforeAll(async () => {
    cashier = await startCashier({ clock: () => stage.nowMs, timers: false });
    client = alipayClient(cashier, () => stage.nowMs);
    sdk = alipaySdk(cashier);
    receiver = await startNoticeReceiver(
      () => stage.answerStatus,
      () => stage.reply,
    );
  });
  afterAll(async () => {
    await cashier.close();
    await receiver.close();
  });
  beforeEach(async () => {
    // What the test before left on its way arrives now.
    Object.assign(stage, { reply: 'success', answerStatus: 200, nowMs: START_MS + 30 * 24 * 3_600_000 });
    for (let sent = 1; sent > 0; ) sent = await cashier.tick();
    stage.nowMs = START_MS;
    receiver.received.length = 0;
  });
  return stage;
}
