import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// Signs requests and checks answers with neither the product's nor the cashier's own code.
import { Formatter, Rsa } from 'wechatpay-axios-plugin';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00+08:00');
const NATIVE = '/v3/pay/transactions/native';
let cashier: Cashier;
let privateKey: KeyObject;
let count = 0;

beforeAll(async () => {
  cashier = await startCashier({ clock: () => NOW_MS, timers: false });
  privateKey = createPrivateKey(cashier.merchant.merchantPrivateKeyPem);
});

afterAll(() => cashier.close());

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly url?: string;
  readonly body?: string;
  readonly signedBody?: string;
  readonly timestamp?: number;
  readonly nonce?: string;
  readonly serial?: string;
  readonly mchId?: string;
  readonly headers?: Record<string, string>;
}

async function send(sent: Sent) {
  const { method = 'POST', url = NATIVE, body = '', timestamp = NOW_MS / 1000 } = sent;
  const nonce = sent.nonce ?? randomBytes(16).toString('hex');
  const signature = Rsa.sign(Formatter.request(method, url, timestamp, nonce, sent.signedBody ?? body), privateKey);
  const { merchant } = cashier;
  const authorization = Formatter.authorization(
    sent.mchId ?? merchant.mchId,
    nonce,
    signature,
    timestamp,
    sent.serial ?? merchant.merchantSerial,
  );
  const response = await fetch(cashier.url + url, {
    method,
    headers: {
      Accept: 'application/json',
      'User-Agent': 'test',
      Authorization: authorization,
      ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      ...sent.headers,
    },
    ...(body === '' ? {} : { body }),
  });
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as { code?: string; detail?: { field?: string } };
  return { status: response.status, code: json.code, field: json.detail?.field, response, text };
}

function order(over: Record<string, unknown> = {}): Record<string, unknown> {
  count += 1;
  return {
    appid: cashier.merchant.appId,
    mchid: cashier.merchant.mchId,
    description: '衣影 月度会员',
    out_trade_no: `ord_REFUSAL${count}`,
    time_expire: '2026-11-23T10:15:00+08:00',
    notify_url: 'https://example.com/v1/pay-callback-wechat',
    amount: { total: 9900, currency: 'CNY' },
    ...over,
  };
}

const create = (over: Record<string, unknown> = {}, sent: Sent = {}) =>
  send({ body: JSON.stringify(order(over)), ...sent });

describe('a request that is not signed as it should be', () => {
  it('is taken when it is signed by an independent client', async () => {
    expect((await create()).status).toBe(200);
  });

  it.each<[string, Sent]>([
    ['another body than was signed', { signedBody: '{}' }],
    ['a timestamp 301 s old', { timestamp: NOW_MS / 1000 - 301 }],
    ['a timestamp 301 s ahead', { timestamp: NOW_MS / 1000 + 301 }],
    ['an unknown certificate serial', { serial: 'ABCDEF' }],
    ['another merchant', { mchId: '1900000001' }],
    ['no Authorization', { headers: { Authorization: '' } }],
    ['another scheme', { headers: { Authorization: 'Bearer x' } }],
    ['an Authorization without a signature', { headers: { Authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' } }],
  ])('%s: 401 SIGN_ERROR', async (_, sent) => {
    expect(await create({}, sent)).toMatchObject({ status: 401, code: 'SIGN_ERROR' });
  });

  it('a timestamp exactly 300 s old still counts', async () => {
    expect((await create({}, { timestamp: NOW_MS / 1000 - 300 })).status).toBe(200);
  });

  it('a nonce counts once', async () => {
    const nonce = 'a'.repeat(32);
    expect((await create({}, { nonce })).status).toBe(200);
    expect(await create({}, { nonce })).toMatchObject({ status: 401, code: 'SIGN_ERROR' });
  });

  it.each([
    ['Accept', 'text/html'],
    ['User-Agent', ''],
    ['Content-Type', 'text/plain'],
    ['Wechatpay-Serial', 'PUB_KEY_ID_0'],
  ])('the header %s: %s is refused', async (name, value) => {
    expect(await create({}, { headers: { [name]: value } })).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
  });
});

describe('field rules of a native order', () => {
  it.each<[string, Record<string, unknown>]>([
    ['/out_trade_no', { out_trade_no: 'short' }],
    ['/out_trade_no', { out_trade_no: 'x'.repeat(33) }],
    ['/out_trade_no', { out_trade_no: 'with space' }],
    ['/out_trade_no', { out_trade_no: undefined }],
    ['/description', { description: '衣'.repeat(128) }],
    ['/description', { description: '' }],
    ['/notify_url', { notify_url: 'http://example.com/notify' }],
    ['/notify_url', { notify_url: 'https://example.com/notify?a=1' }],
    ['/notify_url', { notify_url: 'not a url' }],
    ['/notify_url', { notify_url: `https://example.com/${'x'.repeat(255)}` }],
    ['/amount', { amount: undefined }],
    ['/amount/total', { amount: { total: 0 } }],
    ['/amount/total', { amount: { total: 99.5 } }],
    ['/amount/total', { amount: { total: '9900' } }],
    ['/amount/currency', { amount: { total: 9900, currency: 'USD' } }],
    ['/time_expire', { time_expire: '2026-11-23 10:15:00' }],
    ['/time_expire', { time_expire: '2026-11-23T10:00:30+08:00' }],
    ['/attach', { attach: 'x'.repeat(129) }],
    ['/goods_tag', { goods_tag: 'x'.repeat(33) }],
    ['/support_fapiao', { support_fapiao: 'true' }],
    ['/mchid', { mchid: '1900000001' }],
    ['/scene_info/payer_client_ip', { scene_info: {} }],
    ['/openid', { openid: 'unknown field' }],
  ])('%s: %j is refused by name', async (field, over) => {
    expect(await create(over)).toMatchObject({ status: 400, code: 'PARAM_ERROR', field });
  });

  it('127 characters of description are allowed, Chinese or not', async () => {
    expect((await create({ description: '衣'.repeat(127) })).status).toBe(200);
  });

  it('an app that is not bound to the merchant: APPID_MCHID_NOT_MATCH', async () => {
    expect(await create({ appid: 'wx0000000000000000' })).toMatchObject({ status: 400, code: 'APPID_MCHID_NOT_MATCH' });
  });

  it('a body that is no JSON object: PARAM_ERROR', async () => {
    expect(await send({ body: '{' })).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
    expect(await send({ body: '[]' })).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
  });

  it('a body over 64 KiB: 413', async () => {
    const url = cashier.url + NATIVE;
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  });
});

describe('a number that was used before', () => {
  it.each<[string, Record<string, unknown>]>([
    ['description', { description: '另一个' }],
    ['amount', { amount: { total: 1, currency: 'CNY' } }],
    ['notify_url', { notify_url: 'https://example.com/other' }],
    ['time_expire', { time_expire: '2026-11-23T10:20:00+08:00' }],
    ['attach', { attach: 'x' }],
  ])('with another %s: INVALID_REQUEST', async (_, over) => {
    const first = order();
    expect((await send({ body: JSON.stringify(first) })).status).toBe(200);
    const second = await send({ body: JSON.stringify({ ...first, ...over }) });
    expect(second).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});

describe('queries and closes', () => {
  const path = '/v3/pay/transactions/out-trade-no';

  it('a number that nobody created: 404 ORDER_NOT_EXIST', async () => {
    const { mchId } = cashier.merchant;
    expect(await send({ method: 'GET', url: `${path}/nobody?mchid=${mchId}` })).toMatchObject({
      status: 404,
      code: 'ORDER_NOT_EXIST',
    });
    const body = JSON.stringify({ mchid: mchId });
    expect(await send({ url: `${path}/nobody/close`, body })).toMatchObject({ status: 404, code: 'ORDER_NOT_EXIST' });
  });

  it('another merchant number, or none: PARAM_ERROR', async () => {
    const body = JSON.stringify({ mchid: '1' });
    expect(await send({ method: 'GET', url: `${path}/nobody` })).toMatchObject({ status: 400, field: '/mchid' });
    expect(await send({ url: `${path}/nobody/close`, body })).toMatchObject({ status: 400, field: '/mchid' });
  });

  it('a path that the service does not have: 404 RESOURCE_NOT_EXISTS', async () => {
    expect(await send({ method: 'GET', url: '/v3/nothing' })).toMatchObject({ code: 'RESOURCE_NOT_EXISTS' });
  });
});

describe('answers', () => {
  it('are signed over their very body, errors too', async () => {
    for (const answer of [await create(), await create({ description: '' })]) {
      const { headers } = answer.response;
      const key = cashier.merchant.platformKeys.find((one) => one.serial === headers.get('wechatpay-serial'));
      const message = Formatter.response(
        headers.get('wechatpay-timestamp') ?? '',
        headers.get('wechatpay-nonce') ?? '',
        answer.text,
      );
      expect(Rsa.verify(message, headers.get('wechatpay-signature') ?? '', key?.pem ?? '')).toBe(true);
    }
  });
});
