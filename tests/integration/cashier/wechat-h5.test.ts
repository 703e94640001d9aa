import { describe, expect, it } from 'vitest';
import type { Json } from './wechat-client.ts';
import { wechatStage } from './wechat-stage.ts';

const stage = wechatStage();
const H5 = '/v3/pay/transactions/h5';
const SCENE = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } };
const h5Order = (over: Json = {}) => stage.order({ scene_info: SCENE, ...over });

async function h5Url(order = h5Order()): Promise<string> {
  const { json } = await stage.client.post(H5, order);
  return json['h5_url'] as string;
}

const visit = (url: string, headers: Record<string, string> = { Referer: 'http://127.0.0.1/' }) =>
  fetch(url, { headers, redirect: 'manual' });

describe('an order for a phone’s browser', () => {
  it('is a page at this cashier, on which it is paid as MWEB', async () => {
    const order = h5Order();
    const reply = await stage.client.post(H5, order);
    expect(reply).toMatchObject({ status: 200, isSigned: true });
    expect(Object.keys(reply.json)).toEqual(['h5_url']);
    const page = await fetch(reply.json['h5_url'] as string, { headers: { Referer: 'http://127.0.0.1/' } });
    expect(page.url).toBe(stage.cashier.pageUrl(order.out_trade_no));
    expect(await page.text()).toContain('¥99.00');
    await fetch(`${page.url}/pay`, { method: 'POST' });
    expect((await stage.query(order.out_trade_no)).json).toMatchObject({ trade_state: 'SUCCESS', trade_type: 'MWEB' });
  });

  it.each<[string, Json]>([
    ['/scene_info', { scene_info: undefined }],
    ['/scene_info/payer_client_ip', { scene_info: { h5_info: { type: 'Wap' } } }],
    ['/scene_info/payer_client_ip', { scene_info: { ...SCENE, payer_client_ip: 'localhost' } }],
    ['/scene_info/h5_info', { scene_info: { payer_client_ip: '203.0.113.7' } }],
    ['/scene_info/h5_info/type', { scene_info: { ...SCENE, h5_info: {} } }],
    ['/scene_info/h5_info/type', { scene_info: { ...SCENE, h5_info: { type: 'Web' } } }],
    ['/notify_url', { notify_url: 'https://example.com/?a=1' }],
  ])('%s: %j is refused by name', async (field, over) => {
    expect(await stage.client.post(H5, h5Order(over))).toMatchObject({
      status: 400,
      json: { code: 'PARAM_ERROR' },
      field,
    });
  });

  it.each(['203.0.113.7', '2001:db8::1'])('the payer may come from %s', async (ip) => {
    expect(await h5Url(h5Order({ scene_info: { ...SCENE, payer_client_ip: ip } }))).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('a number that was ordered as a code is no number for a page', async () => {
    const order = stage.order();
    await stage.client.post('/v3/pay/transactions/native', order);
    const again = await stage.client.post(H5, { ...order, scene_info: SCENE });
    expect(again).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });
});

describe('the page’s address', () => {
  it('lives five minutes; asked for again it is another, and the first one is over', async () => {
    const order = h5Order();
    const first = await h5Url(order);
    stage.nowMs += 300_000;
    expect((await visit(first)).status).toBe(303);
    stage.nowMs += 1;
    expect((await visit(first)).status).toBe(403);
    const second = await h5Url(order);
    expect((await visit(first)).status).toBe(404);
    expect((await visit(second)).status).toBe(303);
  });

  it('takes redirect_url and nothing else, and leads back there', async () => {
    const url = await h5Url();
    expect((await visit(`${url}&from=me`)).status).toBe(400);
    expect((await visit(`${url}&redirect_url=javascript:alert(1)`)).status).toBe(400);
    const back = 'http://127.0.0.1:9/orders?id=1';
    const page = await visit(`${url}&redirect_url=${encodeURIComponent(back)}`);
    const text = await (await fetch(new URL(page.headers.get('location') ?? '', stage.cashier.url))).text();
    expect(text).toContain(`<a href="${back}">返回商家 `);
  });

  it('does not open without a Referer, nor inside WeChat', async () => {
    const url = await h5Url();
    expect(await (await visit(url, {})).text()).toContain('缺少 Referer');
    const inside = { Referer: 'http://127.0.0.1/', 'User-Agent': 'Mozilla/5.0 MicroMessenger/8.0.50' };
    expect(await (await visit(url, inside)).text()).toContain('请在微信外打开订单');
  });
});
