import { createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Params } from './alipay-client.ts';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
const QUERY = 'alipay.trade.query';
const query = (over: Params = {}) => stage.client.call(QUERY, { out_trade_no: 'ord_NOBODY' }, over);

describe('the vendor’s own client', () => {
  it('is understood and answered with a signature that it accepts, slashes and all', async () => {
    const biz = stage.trade();
    const options = { validateSign: true };
    const made = await stage.sdk.exec(
      'alipay.trade.precreate',
      { notifyUrl: stage.notifyUrl, bizContent: biz },
      options,
    );
    expect(made).toMatchObject({ code: '10000', msg: 'Success', out_trade_no: biz.out_trade_no });
    expect(made['qr_code']).toMatch(/^https:\/\/qr\.alipay\.com\/bax/);
    const unknown = await stage.sdk.exec(QUERY, { bizContent: { out_trade_no: biz.out_trade_no } }, options);
    expect(unknown).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' });
  });

  it('finds a bad signature of an answer', async () => {
    const options = { validateSign: true };
    stage.cashier.failNextAlipay('query', 'bad_signature');
    const bad = stage.sdk.exec(QUERY, { bizContent: { out_trade_no: await stage.opened() } }, options);
    await expect(bad).rejects.toThrow('验签失败');
  });

  it('makes a page’s address that opens the order, and a form that does', async () => {
    const biz = { ...stage.trade(), product_code: 'FAST_INSTANT_TRADE_PAY' };
    const params = { notify_url: stage.notifyUrl, bizContent: biz };
    const page = await fetch(stage.sdk.pageExecute('alipay.trade.page.pay', 'GET', params));
    expect(await page.text()).toContain('¥99.00');
    expect(page.url).toBe(`${stage.cashier.pageUrl(biz.out_trade_no)}?channel=alipay`);

    const form = stage.sdk.pageExecute('alipay.trade.page.pay', 'POST', {
      ...params,
      bizContent: { ...biz, ...stage.trade() },
    });
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? '';
    const inputs = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)];
    const body = new URLSearchParams(
      inputs.map(([, name = '', value = '']) => [name, value.replaceAll('&quot;', '"')] as [string, string]),
    );
    expect((await fetch(action, { method: 'POST', body })).status).toBe(200);
  });
});

describe('an answer', () => {
  it('escapes slashes, so that only the text that came can be verified', async () => {
    const { text, json, isSigned } = await stage.call('precreate', stage.trade());
    expect(isSigned).toBe(true);
    expect(text).toContain('"qr_code":"https:\\/\\/qr.alipay.com\\/bax');
    expect(json['qr_code']).toContain('https://qr.alipay.com/bax');
  });

  it('names its method, and a refusal is signed like any other', async () => {
    expect(await query()).toMatchObject({ status: 200, node: 'alipay_trade_query_response', isSigned: true });
  });
});

describe('a request that is not as it should be', () => {
  it.each<[string, string, Params]>([
    ['40001', 'isv.missing-method', { method: undefined }],
    ['40001', 'isv.missing-app-id', { app_id: undefined }],
    ['40001', 'isv.missing-version', { version: undefined }],
    ['40001', 'isv.missing-timestamp', { timestamp: undefined }],
    ['40001', 'isv.missing-signature-type', { sign_type: undefined }],
    ['40002', 'isv.invalid-method', { method: 'alipay.trade.nothing' }],
    ['40002', 'isv.invalid-method', { method: 'constructor' }],
    ['40002', 'isv.invalid-app-id', { app_id: '2021000000000000' }],
    ['40002', 'isv.invalid-charset', { charset: 'gbk' }],
    ['40002', 'isv.invalid-charset', { charset: undefined }],
    ['40002', 'isv.invalid-format', { format: 'XML' }],
    ['40002', 'isv.invalid-parameter', { version: '2.0' }],
    ['40002', 'isv.invalid-timestamp', { timestamp: '2026-11-23T10:00:00' }],
    ['40002', 'isv.invalid-timestamp', { timestamp: '2026-02-30 10:00:00' }],
    ['40002', 'isv.invalid-signature-type', { sign_type: 'RSA' }],
    ['40002', 'isv.invalid-parameter', { biz_content: '{' }],
    ['40002', 'isv.invalid-parameter', { biz_content: '[]' }],
    ['40002', 'isv.invalid-parameter', { notify_url: 'http://example.com/?a=1' }],
    ['40002', 'isv.invalid-parameter', { notify_url: `https://example.com/${'x'.repeat(256)}` }],
    ['40002', 'isv.invalid-parameter', { notify_url: 'ftp://example.com/' }],
  ])('%s %s: %j', async (code, subCode, over) => {
    const reply = await query(over);
    expect(reply.json).toMatchObject({ code, sub_code: subCode });
    expect(reply.isSigned).toBe(reply.node !== 'error_response');
  });

  it('no signature, a wrong one, and one over other words are refused', async () => {
    const params = stage.client.params(QUERY, { out_trade_no: 'ord_NOBODY' });
    const refused = async (over: Record<string, string>) =>
      (await stage.client.send({ ...params, ...over })).json['sub_code'];
    expect(await refused({ sign: '' })).toBe('isv.missing-signature');
    expect(await refused({ sign: 'AAAA' })).toBe('isv.invalid-signature');
    expect(await refused({ biz_content: '{"out_trade_no":"ord_OTHER"}' })).toBe('isv.invalid-signature');
    expect(await refused({ app_auth_token: 'added' })).toBe('isv.invalid-signature');
  });

  it('sign_type belongs to what is signed', async () => {
    const { sign, ...rest } = stage.client.params(QUERY, { out_trade_no: 'ord_NOBODY' });
    const text = Object.entries(rest)
      .filter(([name]) => name !== 'sign_type')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const other = createSign('sha256').update(text).sign(stage.cashier.secrets.alipaySigning.appPrivateKey, 'base64');
    expect((await stage.client.send({ ...rest, sign: sign ?? '' })).json['sub_code']).toBe('ACQ.TRADE_NOT_EXIST');
    expect((await stage.client.send({ ...rest, sign: other })).json['sub_code']).toBe('isv.invalid-signature');
  });

  it('a parameter may come once', async () => {
    const params = stage.client.params(QUERY, { out_trade_no: 'ord_NOBODY' });
    const url = `${stage.cashier.secrets.alipaySigning.gatewayUrl}?method=${QUERY}`;
    const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(params) });
    expect(await reply.text()).toContain('isv.invalid-parameter');
  });

  it('empty parameters are no part of what is signed', async () => {
    expect((await query({ app_auth_token: '' })).json['sub_code']).toBe('ACQ.TRADE_NOT_EXIST');
  });

  it('a page’s address that was altered opens nothing and says why', async () => {
    const trade = stage.trade();
    const url = stage.pageUrl(trade).replace('99.00', '00.01');
    const page = await fetch(url, { redirect: 'manual' });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('isv.invalid-signature');
    expect(stage.cashier.orders().some(({ outTradeNo }) => outTradeNo === trade.out_trade_no)).toBe(false);
  });
});
