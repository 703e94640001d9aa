import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentChannel } from '../../../shared/payments/channel.ts';
import { signedHeaders } from '../../../shared/payments/wechat/send-request.ts';
import { openSigningKeys } from '../../../shared/payments/wechat/signing-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { type Answer, type LoopbackWechat, startLoopbackWechat } from './loopback-wechat.ts';
import { NOW_MS, TRANSACTION } from './signed-notice.ts';

const options = { clock: () => NOW_MS, timeoutMs: 2000 };
const ORDER = 'ord_01JD0000000000000000000000';
const numbers = { outTradeNo: ORDER, outRefundNo: 'ref_01JD0000000000000000000000' };
const refund = {
  ...numbers,
  refundFen: 4900,
  totalFen: 9900,
  reason: '未使用的额度',
  notifyUrl: 'https://a.example/n',
};

let vendor: LoopbackWechat;
let channel: PaymentChannel;
beforeAll(async () => {
  vendor = await startLoopbackWechat(options.clock);
  channel = wechatPayChannel(vendor.config, options);
});
afterAll(() => vendor.close());

/** What the operator reads when this is the answer to all that is asked: the call, the kind and the code. */
async function errorOf(call: () => Promise<unknown>, answer: Answer | undefined): Promise<string> {
  vendor.answer = () => answer;
  return call().then(JSON.stringify, (error: Error) => error.message);
}
const query = () => channel.queryOrder(ORDER);
const close = () => channel.closeOrder(ORDER);
const refunding = () => channel.refund(refund);
const queryRefund = () => channel.queryRefund(numbers);
const text = (body: string, over: Answer = {}): Answer => ({ file: Buffer.from(body), signature: 'good', ...over });
const coded = (status: number, code: unknown, over: Answer = {}): Answer => ({ status, json: { code }, ...over });

describe('a channel', () => {
  it('is named, says by which methods it is paid, and closes an order by asking for it', async () => {
    const own = wechatPayChannel(vendor.config, options);
    expect([own.id, own.methods]).toEqual(['wechat', ['qr', 'h5']]);
    vendor.answer = () => ({ status: 204 });
    await own.closeOrder(ORDER);
    expect(vendor.asked.at(-1)).toEqual({
      method: 'POST',
      target: `/v3/pay/transactions/out-trade-no/${ORDER}/close`,
      body: { mchid: vendor.config.mchId },
    });
  });

  it('asks for nothing under numbers of another form', async () => {
    const before = vendor.asked.length;
    await expect(channel.queryOrder('o/1')).rejects.toThrow('outTradeNo must be');
    await expect(channel.closeOrder('o/1')).rejects.toThrow('outTradeNo must be');
    await expect(channel.refund({ ...refund, outTradeNo: 'o/1' })).rejects.toThrow('outTradeNo must be');
    expect(vendor.asked).toHaveLength(before);
  });

  it('names the form of a body only where there is one', () => {
    const [keys, url] = [openSigningKeys(vendor.config), new URL(vendor.url)];
    const get = signedHeaders(keys, options.clock, { method: 'GET', url, body: '' });
    expect(Object.keys(get)).toEqual(['Accept', 'Authorization', 'User-Agent', 'Wechatpay-Serial']);
    const post = signedHeaders(keys, options.clock, { method: 'POST', url, body: '{}' });
    expect(post).toMatchObject({ 'Content-Type': 'application/json' });
  });
});

describe('an answer', () => {
  it.each<[string, () => Promise<unknown>, Answer | undefined]>([
    ['wechat queryOrder: unverified (malformed)', query, { json: {} }],
    ['wechat queryOrder: unverified (malformed)', query, { json: { ...TRANSACTION, amount: {} } }],
    ['wechat queryOrder: unverified (another_order)', query, { json: { ...TRANSACTION, appid: 'wx0' } }],
    ['wechat queryOrder: unverified (unknown_trade_state)', query, { json: { ...TRANSACTION, trade_state: 'X' } }],
    ['wechat queryOrder: unverified (ORDER_NOT_EXIST)', query, coded(404, 'ORDER_NOT_EXIST', { signature: 'none' })],
    ['{"state":"absent"}', query, coded(404, 'ORDER_NOT_EXIST')],
    ['wechat queryOrder: refused (ORDER_NOT_EXIST)', query, coded(400, 'ORDER_NOT_EXIST')],
    ['wechat queryOrder: refused (RESOURCE_NOT_EXISTS)', query, coded(404, 'RESOURCE_NOT_EXISTS')],
    ['wechat queryOrder: refused (PARAM_ERROR)', query, coded(400, 'PARAM_ERROR')],
    ['wechat closeOrder: refused (ORDERPAID)', close, coded(400, 'ORDERPAID')],
    ['wechat refund: unverified (malformed)', refunding, { json: {} }],
    ['wechat queryRefund: unverified (malformed)', queryRefund, { json: {} }],
    [
      'wechat queryRefund: unverified (RESOURCE_NOT_EXISTS)',
      queryRefund,
      coded(404, 'RESOURCE_NOT_EXISTS', { signature: 'none' }),
    ],
    ['{"state":"absent"}', queryRefund, coded(404, 'RESOURCE_NOT_EXISTS')],
    ['wechat queryRefund: refused (RESOURCE_NOT_EXISTS)', queryRefund, coded(400, 'RESOURCE_NOT_EXISTS')],
    ['wechat queryRefund: refused (ORDER_NOT_EXIST)', queryRefund, coded(404, 'ORDER_NOT_EXIST')],
  ])('is %s', async (message, call, answer) => {
    expect(await errorOf(call, answer)).toBe(message);
  });

  it.each<[string, string, Answer]>([
    ['no code', 'http_400', { status: 400, json: {} }],
    ['no body', 'http_404', { status: 404 }],
    ['a body that is null', 'http_400', text('null', { status: 400 })],
    ['a body that is text', 'http_400', text('"PARAM_ERROR"', { status: 400 })],
    ['a code that is a number', 'http_400', coded(400, 5)],
    ['a code in lower case', 'http_400', coded(400, 'error')],
    ['a code that begins otherwise', 'http_400', coded(400, 'x PARAM_ERROR')],
    ['a code that ends otherwise', 'http_400', coded(400, 'PARAM_ERROR\n')],
    ['a longer code', 'http_400', coded(400, 'X'.repeat(65))],
    ['the first status that is no success', 'http_300', { status: 300, signature: 'none' }],
  ])('that refuses with %s says %s', async (_, code, answer) => {
    expect(await errorOf(query, answer)).toBe(`wechat queryOrder: refused (${code})`);
  });

  it.each<[string, number, Answer | undefined]>([
    ['wechat GET: unavailable (no_connection)', 2, undefined],
    ['wechat GET: unavailable (http_500)', 2, { status: 500 }],
    ['wechat GET: unavailable (http_429)', 2, { status: 429 }],
    ['wechat GET: unavailable (FREQUENCY_LIMITED)', 2, coded(429, 'FREQUENCY_LIMITED')],
    ['wechat GET: unverified (malformed)', 1, { json: TRANSACTION, signature: 'none' }],
    ['wechat GET: unverified (bad_signature)', 1, { json: TRANSACTION, signature: 'bad' }],
    ['wechat queryOrder: refused (PARAM_ERROR)', 1, coded(400, 'PARAM_ERROR')],
  ])('is %s after %i times', async (message, times, answer) => {
    const before = vendor.asked.length;
    expect(await errorOf(query, answer)).toBe(message);
    expect(vendor.asked).toHaveLength(before + times);
  });
});
