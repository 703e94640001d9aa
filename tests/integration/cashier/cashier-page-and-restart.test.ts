import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cashier, type CashierOptions, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import { verifyNotice } from '../../../shared/payments/wechat/verify-notice.ts';
import { openVerifyingKeys } from '../../../shared/payments/wechat/verifying-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { startNoticeReceiver } from './notice-receiver.ts';

let nowMs: number;
let receiver: Awaited<ReturnType<typeof startNoticeReceiver>>;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  nowMs = Date.parse('2026-11-23T10:00:00+08:00');
  receiver = await startNoticeReceiver();
  closing.push(() => receiver.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(options: Partial<CashierOptions> = {}): Promise<Cashier> {
  const cashier = await startCashier({ clock: () => nowMs, timers: false, ...options });
  closing.push(() => cashier.close());
  return cashier;
}

async function createOrder(cashier: Cashier, description = '衣影 月度会员'): Promise<string> {
  const channel = wechatPayChannel(cashier.secrets.signing, { clock: () => nowMs, timeoutMs: 2000 });
  const { payUrl } = await channel.createOrder({
    outTradeNo: 'ord_PAGE0001',
    method: 'qr',
    amountFen: 9900,
    description,
    expiresAtMs: nowMs + 900_000,
    notifyUrl: receiver.url,
  });
  return payUrl;
}

describe("the payer's page", () => {
  it('is what scanning the code opens, and its button pays and has the notice sent', async () => {
    const cashier = await open({ timers: true });
    const codeUrl = await createOrder(cashier, '<b>衣影</b>');
    const page = await fetch(`${cashier.url}/cashier?code_url=${encodeURIComponent(codeUrl)}`);
    const html = await page.text();
    expect(page.url).toBe(cashier.pageUrl('ord_PAGE0001'));
    expect(html).toContain('¥99.00');
    expect(html).toContain('&#60;b&#62;衣影');
    expect(html).not.toContain('<b>');

    const action = /action="([^"]+\/pay)"/.exec(html)?.[1] ?? '';
    const paid = await fetch(new URL(action, page.url), { method: 'POST' });
    expect(await paid.text()).toContain('支付成功');
    await expect.poll(() => receiver.received.length).toBe(1);
    const verdict = verifyNotice({ ...receiver.received[0]!, nowMs, ...openVerifyingKeys(cashier.secrets.verifying) });
    expect(verdict).toMatchObject({ ok: true, notice: { outTradeNo: 'ord_PAGE0001' } });
  });

  it('answers programs in JSON: the order, or why it cannot be paid', async () => {
    const cashier = await open();
    await createOrder(cashier);
    const pay = (query = '') =>
      fetch(`${cashier.pageUrl('ord_PAGE0001')}/pay${query}`, {
        method: 'POST',
        headers: { Accept: 'application/json' },
      });
    expect((await pay('?fault=unheard_of')).status).toBe(409);
    expect(await (await pay('?fault=lost')).json()).toMatchObject({ order: { state: 'SUCCESS' } });
    expect(await (await pay()).json()).toMatchObject({ error: '订单已支付' });
    expect(await cashier.tick()).toBe(0);
  });

  it('an order whose time is over, or that was closed, cannot be paid', async () => {
    const cashier = await open();
    await createOrder(cashier);
    nowMs += 900_001;
    const page = cashier.pageUrl('ord_PAGE0001');
    expect(await (await fetch(page)).text()).toContain('已超过支付截止时间');
    expect((await fetch(`${page}/pay`, { method: 'POST', redirect: 'manual' })).status).toBe(409);
    await fetch(`${page}/close`, { method: 'POST' });
    expect(cashier.orders()[0]?.state).toBe('CLOSED');
  });

  it("cannot be pressed by another site's page", async () => {
    const cashier = await open();
    await createOrder(cashier);
    for (const origin of ['https://evil.example', 'null']) {
      const headers = { Origin: origin };
      expect((await fetch(`${cashier.pageUrl('ord_PAGE0001')}/pay`, { method: 'POST', headers })).status).toBe(403);
    }
    expect(cashier.orders()[0]?.state).toBe('NOTPAY');
  });

  it('lists orders, and an unknown order or code is said to be unknown', async () => {
    const cashier = await open();
    await createOrder(cashier);
    expect(await (await fetch(`${cashier.url}/cashier`)).text()).toContain('ord_PAGE0001');
    expect((await fetch(cashier.pageUrl('nobody'))).status).toBe(404);
    expect((await fetch(`${cashier.url}/cashier?code_url=weixin://x`)).status).toBe(404);
  });
});

describe('below a path of something that stands in front', () => {
  it('serves and verifies requests that come with the whole path', async () => {
    const cashier = await open({ publicBaseUrl: 'http://127.0.0.1:1/local/pay' });
    expect(cashier.pageUrl('ord_PAGE0001')).toBe('http://127.0.0.1:1/local/pay/cashier/ord_PAGE0001');
    expect(cashier.secrets.signing.baseUrl).toBe('http://127.0.0.1:1/local/pay');
    const signing = { ...cashier.secrets.signing, baseUrl: `${cashier.url}/local/pay` };
    const channel = wechatPayChannel(signing, { clock: () => nowMs, timeoutMs: 2000 });
    expect(await channel.queryOrder('never-created')).toEqual({ state: 'absent' });
    expect((await fetch(`${cashier.url}/local/pay/cashier`)).status).toBe(200);
  });
});

describe('a restart', () => {
  it('keeps the keys, the orders, and the notices that are still to be sent', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'cashier-'));
    closing.unshift(() => rm(dataFolder, { recursive: true }));
    const first = await open({ dataFolder });
    await createOrder(first);
    first.pay('ord_PAGE0001');
    await first.close();

    const second = await open({ dataFolder });
    expect(second.merchant).toEqual(first.merchant);
    expect(second.orders()[0]).toMatchObject({ outTradeNo: 'ord_PAGE0001', state: 'SUCCESS' });
    expect(await second.tick()).toBe(1);
    const verdict = verifyNotice({ ...receiver.received[0]!, nowMs, ...openVerifyingKeys(first.secrets.verifying) });
    expect(verdict).toMatchObject({ ok: true });
  });

  it('without a folder everything is new', async () => {
    const [first, second] = [await open(), await open()];
    expect(second.merchant.mchId).not.toBe(first.merchant.mchId);
    expect(second.merchant.apiV3Key).not.toBe(first.merchant.apiV3Key);
  });
});

describe('a clock that is shifted', () => {
  it('brings a retry forward at once', async () => {
    let shiftMs = 0;
    const cashier = await open({ timers: true, clock: () => nowMs + shiftMs });
    await createOrder(cashier);
    cashier.pay('ord_PAGE0001', { fault: 'delayed', delayMs: 3_600_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received).toHaveLength(0);
    shiftMs = 3_600_000;
    await expect.poll(() => receiver.received.length).toBe(1);
  });
});
