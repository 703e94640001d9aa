import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import { alipayClient, formOf } from './alipay-client.ts';
import { alipayStage } from './alipay-stage.ts';
import { wechatClient } from './wechat-client.ts';

const stage = alipayStage();
const pageOf = (number: string, action = '') => `${stage.cashier.pageUrl(number)}${action}?channel=alipay`;
const post = async (number: string, action: string, query = '') => {
  const response = await fetch(`${pageOf(number, action)}${query}`, {
    method: 'POST',
    headers: { Accept: 'application/json' },
  });
  return {
    status: response.status,
    json: (await response.json()) as { order: Record<string, unknown>; error?: string },
  };
};

/** What the page's buttons would send. */
async function buttonsOf(number: string) {
  const text = await (await fetch(pageOf(number))).text();
  const forms = [...text.matchAll(/<form method="post" action="([^"]+)">(.*?)<button[^>]*>(.*?)<\/button>/gs)];
  const press = async (label: string) => {
    const [, action = '', fields = ''] = forms.find(([, , , text]) => text?.startsWith(label)) ?? [];
    const inputs = [...fields.matchAll(/name="(\w+)" value="(\w+)"/g)].map(
      ([, name = '', value = '']) => [name, value] as [string, string],
    );
    const body = new URLSearchParams(inputs);
    return (await fetch(new URL(action, stage.cashier.url), { method: 'POST', body })).text();
  };
  return { text, labels: forms.map(([, , , label]) => label), press };
}

async function wechatOrder(number: string): Promise<void> {
  const { appId, mchId } = stage.cashier.merchant;
  const client = wechatClient(stage.cashier, () => stage.nowMs);
  const order = { appid: appId, mchid: mchId, description: '衣影', out_trade_no: number, notify_url: stage.notifyUrl };
  expect((await client.post('/v3/pay/transactions/native', { ...order, amount: { total: 9900 } })).status).toBe(200);
}

describe('the payer', () => {
  it('sees whose cashier it is, and pays with one press', async () => {
    const number = await stage.opened();
    const { text, labels, press } = await buttonsOf(number);
    expect(text).toContain('本地收银台 · 支付宝');
    expect(labels).toEqual([
      '确认支付 Pay',
      '用立减券支付（优惠 1 元）Pay with a coupon',
      '取消 Cancel',
      '关闭订单 Close the order',
    ]);
    expect(await press('确认支付')).toContain('支付成功');
    await stage.cashier.tick();
    expect(formOf(stage.received[0]!)).toMatchObject({ out_trade_no: number, buyer_pay_amount: '99.00' });
  });

  it('pays by a coupon: less from him, the same for the order', async () => {
    const number = await stage.opened();
    await (await buttonsOf(number)).press('用立减券支付');
    expect(await stage.query(number)).toMatchObject({ total_amount: '99.00', buyer_pay_amount: '98.00' });
  });

  it('goes away, and may come back', async () => {
    const number = await stage.opened();
    expect(await (await buttonsOf(number)).press('取消')).toContain('已取消，仍可重新支付');
    expect((await stage.query(number))['trade_status']).toBe('WAIT_BUYER_PAY');
    expect(await (await buttonsOf(number)).press('确认支付')).toContain('支付成功');
    expect(await post(number, '/cancel')).toMatchObject({ status: 409, json: { error: '订单不在待支付状态' } });
  });

  it('is too late for the button, and in time when the password was typed before', async () => {
    const number = await stage.opened({ time_expire: '2026-11-23 10:15:00' });
    stage.nowMs += 900_001;
    expect(await post(number, '/pay')).toMatchObject({ status: 409, json: { error: '订单已关闭' } });
    const { labels, press } = await buttonsOf(number);
    expect(labels).toEqual(['关闭前已输入密码，仍然付款 Pay late']);
    expect(await press('关闭前已输入密码')).toContain('支付成功');
    expect((await stage.query(number))['trade_status']).toBe('TRADE_SUCCESS');
  });

  it('answers programs in JSON, with faults and their delay', async () => {
    const number = await stage.opened();
    expect(await post(number, '/pay', '&fault=signtest')).toMatchObject({ status: 409 });
    const paid = await post(number, '/pay', '&fault=delayed&delayMs=5000');
    expect(paid.json.order).toMatchObject({ channel: 'alipay', state: 'SUCCESS', outTradeNo: number });
    expect(await stage.cashier.tick()).toBe(0);
    stage.nowMs += 5000;
    expect(await stage.cashier.tick()).toBe(1);
  });

  it('finds WeChat’s order under its number, and Alipay’s of the same number where it is said', async () => {
    const number = await stage.opened();
    await wechatOrder(number);
    expect(await (await fetch(stage.cashier.pageUrl(number))).text()).toContain('微信支付');
    expect(await (await fetch(pageOf(number))).text()).toContain('支付宝');
    stage.cashier.pay(number, { channel: 'alipay', fault: 'lost' });
    expect(stage.cashier.orders().filter((one) => one.state === 'SUCCESS' && one.outTradeNo === number)).toMatchObject([
      { channel: 'alipay' },
    ]);
    const list = await (await fetch(`${stage.cashier.url}/cashier`)).text();
    expect(list).toContain(`href="/cashier/${number}"`);
    expect(list).toContain(`href="/cashier/${number}?channel=alipay"`);
  });

  it.each(['/cashier/%E0%A4%A', '/gateway.do', '/alipay/bill?token=x', '/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=x'])(
    '%s is no order and no crash',
    async (path) => {
      expect((await fetch(stage.cashier.url + path)).status).toBeLessThan(500);
      expect((await fetch(stage.cashier.url + path, { method: 'POST', body: '\u0000' })).status).toBeLessThan(500);
    },
  );
});

describe('a restart', () => {
  it('keeps Alipay’s keys, trades and refunds, and what was not told yet', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'cashier-'));
    let nowMs = Date.parse('2026-11-23T10:00:00+08:00');
    const open = () => startCashier({ clock: () => nowMs, timers: false, dataFolder });
    const first = await open();
    const biz = { out_trade_no: 'ord_RESTART1', total_amount: '99.00', subject: '衣影', product_code: 'QUICK_WAP_WAY' };
    const client = alipayClient(first, () => nowMs);
    await fetch(client.pageUrl('alipay.trade.wap.pay', biz, { notify_url: stage.notifyUrl }));
    first.pay('ord_RESTART1', { fault: 'lost' });
    first.nextRefund({ afterMs: 1000 });
    await client.call('alipay.trade.refund', { out_trade_no: 'ord_RESTART1', refund_amount: '99.00' });
    const secrets = first.secrets.alipaySigning;
    await first.close();

    nowMs += 1000;
    const second = await open();
    const { gatewayUrl: _moved, ...kept } = second.secrets.alipaySigning;
    expect(secrets).toMatchObject(kept);
    await second.tick();
    expect(formOf(stage.received[0]!)).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '99.00' });
    expect(stage.sdk.checkNotifySignV2(formOf(stage.received[0]!))).toBe(false);
    const again = await alipayClient(second, () => nowMs).call('alipay.trade.query', { out_trade_no: 'ord_RESTART1' });
    expect(again.json).toMatchObject({ trade_status: 'TRADE_CLOSED', send_pay_date: '2026-11-23 10:00:00' });
    await second.close();
    await rm(dataFolder, { recursive: true });
  });
});

describe('the secrets', () => {
  it('of a callback hold nothing that signs', () => {
    const { alipayVerifying, alipaySigning, verifying } = stage.cashier.secrets;
    expect(Object.keys(alipayVerifying).sort()).toEqual(['alipayPublicKey', 'appId', 'sellerId']);
    expect(Object.keys(alipaySigning).sort()).toEqual(
      ['alipayPublicKey', 'appId', 'appPrivateKey', 'gatewayUrl', 'sellerId'].sort(),
    );
    expect(JSON.stringify({ alipayVerifying, verifying })).not.toContain('PRIVATE KEY');
    expect(alipaySigning.gatewayUrl).toBe(`${stage.cashier.url}/gateway.do`);
  });
});
