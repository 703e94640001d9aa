import { createSign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import type { ChannelOrderRequest, PaymentChannel } from '../../../shared/payments/channel.ts';
import { type Answer, type LoopbackGateway, startLoopbackGateway } from './loopback-gateway.ts';
import { APP_ID, alipayPrivateKey } from './signed-notice.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00+08:00');
const NUMBERS = { outTradeNo: 'ord_01JD0000000000000000000000', outRefundNo: 'ref_01JD0000000000000000000000' };
const ORDER: ChannelOrderRequest = {
  outTradeNo: NUMBERS.outTradeNo,
  method: 'qr',
  amountFen: 9900,
  description: 'a=b',
  expiresAtMs: NOW_MS + 900_000,
  notifyUrl: 'https://api.example.com/v1/pay-callback-alipay',
};
const REFUND = { ...NUMBERS, refundFen: 4999, totalFen: 9900, reason: '未使用的额度', notifyUrl: ORDER.notifyUrl };
const TRADE = {
  code: '10000',
  out_trade_no: NUMBERS.outTradeNo,
  trade_no: '2026112322001468450512505578',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '99.00',
  send_pay_date: '2026-11-23 09:59:58',
};
const REFUNDED = {
  code: '10000',
  out_trade_no: NUMBERS.outTradeNo,
  out_request_no: NUMBERS.outRefundNo,
  refund_amount: '49.99',
  refund_status: 'REFUND_SUCCESS',
};
const refusal = (sub_code: string, code = '40004'): Answer => ({ json: { code, sub_code } });

let gateway: LoopbackGateway;
let channel: PaymentChannel;
let before = 0;
beforeAll(async () => {
  gateway = await startLoopbackGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  channel = alipayChannel(gateway.config, { clock: () => NOW_MS, timeoutMs: 2000 });
  before = gateway.asked.length;
});

const CALLS = {
  createOrder: () => channel.createOrder(ORDER),
  queryOrder: () => channel.queryOrder(NUMBERS.outTradeNo),
  closeOrder: () => channel.closeOrder(NUMBERS.outTradeNo),
  refund: () => channel.refund(REFUND),
  queryRefund: () => channel.queryRefund(NUMBERS),
} as const;
type Call = keyof typeof CALLS;

const told = (call: Call, answer: Answer): Promise<unknown> => {
  gateway.answer = () => answer;
  return CALLS[call]();
};
/** What the error says of itself: `<what>: <kind> (<code>)`. */
const failure = (call: Call, answer: Answer): Promise<string> =>
  told(call, answer).then(
    (got) => JSON.stringify(got),
    (error: unknown) => (error as Error).message,
  );

/** `sign` over the characters of `value`, which stand in `around` where `{}` does. */
function signedRaw(value: string, around: string): Answer {
  const sign = createSign('RSA-SHA256').update(value).sign(alipayPrivateKey, 'base64');
  return { raw: around.replace('{}', () => value).replace('SIGN', () => sign) };
}

describe('a request', () => {
  it('carries what it needs and nothing else, and says who asks', async () => {
    const agents: (string | null)[] = [];
    const real = globalThis.fetch;
    // Stands for nothing: what is sent is looked at, and sent.
    globalThis.fetch = (input, init) => {
      agents.push(new Headers(init?.headers).get('user-agent'));
      return real(input, init);
    };
    try {
      await told('queryOrder', { json: TRADE });
    } finally {
      globalThis.fetch = real;
    }
    expect(agents).toEqual(['yiying/1']);
    const { sign, ...parameters } = gateway.asked.at(-1)!.parameters;
    expect(sign).toHaveLength(344);
    expect(parameters).toEqual({
      ...{ app_id: APP_ID, method: 'alipay.trade.query', format: 'JSON', charset: 'utf-8', sign_type: 'RSA2' },
      ...{ timestamp: '2026-11-23 10:00:00', version: '1.0' },
      biz_content: JSON.stringify({ out_trade_no: NUMBERS.outTradeNo }),
    });
  });

  it('is of a channel with a name, and three ways to pay', () => {
    expect(channel).toMatchObject({ id: 'alipay', methods: ['qr', 'page', 'wap'] });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a query', () => channel.queryOrder('x'), 'outTradeNo must be'],
    ['a close', () => channel.closeOrder('x'), 'outTradeNo must be'],
    ['a refund', () => channel.refund({ ...REFUND, outTradeNo: 'x' }), 'outTradeNo must be'],
    ['a query of a refund', () => channel.queryRefund({ ...NUMBERS, outTradeNo: 'x' }), 'outTradeNo must be'],
    ['a query of a refund', () => channel.queryRefund({ ...NUMBERS, outRefundNo: 'x' }), 'outRefundNo must be'],
  ])('%s of a number of another form is not sent', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
    expect(gateway.asked).toHaveLength(before);
  });
});

describe('a refusal', () => {
  it.each<[Call, string]>([
    ['createOrder', 'alipay createOrder: refused (isv.x)'],
    ['queryOrder', 'alipay queryOrder: refused (isv.x)'],
    ['closeOrder', 'alipay closeOrder: refused (isv.x)'],
    ['refund', 'alipay refund: refused (isv.x)'],
    ['queryRefund', 'alipay queryRefund: refused (isv.x)'],
  ])('of %s is one, under its own name or as an error, and is asked for once', async (call, message) => {
    expect(await failure(call, refusal('isv.x'))).toBe(message);
    expect(await failure(call, { ...refusal('isv.x'), member: 'error_response' })).toBe(message);
    expect(gateway.asked).toHaveLength(before + 2);
  });

  it('is as good as an error, if it is signed: nobody knows the order', async () => {
    const answer: Answer = { ...refusal('ACQ.TRADE_NOT_EXIST'), member: 'error_response' };
    expect(await told('queryOrder', answer)).toEqual({ state: 'absent' });
    expect(await told('queryRefund', answer)).toEqual({ state: 'absent' });
    expect(await failure('queryRefund', { ...answer, signature: 'bad' })).toBe(
      'alipay queryRefund: unverified (ACQ.TRADE_NOT_EXIST)',
    );
  });

  it.each<[object, string]>([
    [{ code: 10000 }, 'no_code'],
    [{ code: '40004', sub_code: 7 }, '40004'],
    [{ code: '40004', sub_code: null }, '40004'],
  ])('of %j has no other code than a text', async (json, code) => {
    expect(await failure('queryOrder', { json })).toBe(`alipay queryOrder: refused (${code})`);
  });

  it('that the gateway could not answer may have been made, whatever its reason', async () => {
    expect(await failure('refund', refusal('isp.busy', '20000'))).toBe('alipay.trade.refund: unavailable (isp.busy)');
    expect(gateway.asked).toHaveLength(before + 2);
  });

  it.each([
    [499, 'refused (http_499)', 1],
    [500, 'unavailable (http_500)', 2],
  ])('by the status %i is %s', async (status, said, times) => {
    expect(await failure('refund', { status, raw: 'x' })).toBe(`alipay.trade.refund: ${said}`);
    expect(gateway.asked).toHaveLength(before + times);
  });
});

describe('an answer', () => {
  const KEY = 'alipay_trade_query_response';
  const MEMBER = {
    ...TRADE,
    subject: 'a "quoted}" {name\\',
    list: [{ a: '1' }, [], ']', ','],
    nested: { b: { c: 2 } },
  };

  it.each<[string, string]>([
    ['as it usually stands', `{"${KEY}":{},"sign":"SIGN"}`],
    ['after its signature', `{"sign":"SIGN","${KEY}":{}}`],
    ['with blanks around it', `{ "${KEY}" : {}  ,\n "sign" : "SIGN" }`],
    ['beside other members', `{"cert":["[",{"x":1}],"${KEY}":{},"sign":"SIGN","note":{"${KEY}":"}"}}`],
    ['beside its own name', `{"${KEY}":{},"note":"${KEY}","sign":"SIGN"}`],
    ['after its own name', `{"note":"${KEY}","${KEY}":{},"sign":"SIGN"}`],
  ])('%s is signed as it is written', async (_, around) => {
    expect(await told('queryOrder', signedRaw(JSON.stringify(MEMBER), around))).toMatchObject({ state: 'paid' });
    expect(await told('queryOrder', signedRaw(JSON.stringify(MEMBER, null, 2), around))).toMatchObject({
      state: 'paid',
    });
  });

  it.each<[string, Answer]>([
    ['is nothing', { raw: 'null' }],
    ['is a number', { raw: '1' }],
    ['holds nothing', { text: 'null' }],
    ['holds a list', { text: '[]' }],
    ['holds a number', { text: '1' }],
  ])('that %s is not believed, and not asked for again', async (_, answer) => {
    expect(await failure('queryOrder', answer)).toBe('alipay.trade.query: unverified (malformed)');
    expect(await failure('queryOrder', { ...answer, member: 'error_response' })).toBe(
      'alipay.trade.query: unverified (malformed)',
    );
    expect(gateway.asked).toHaveLength(before + 2);
  });

  it.each<[Call, object, string]>([
    ['createOrder', { code: '10000' }, 'alipay createOrder: unverified (malformed)'],
    ['queryOrder', { ...TRADE, total_amount: '0.00' }, 'alipay queryOrder: unverified (malformed)'],
    ['queryOrder', { ...TRADE, out_trade_no: 'ord_another' }, 'alipay queryOrder: unverified (another_order)'],
    ['queryOrder', { ...TRADE, trade_status: 'PENDING' }, 'alipay queryOrder: unverified (unknown_trade_status)'],
    ['refund', { code: '10000', out_trade_no: NUMBERS.outTradeNo }, 'alipay refund: unverified (malformed)'],
    ['refund', { ...REFUNDED, fund_change: 'Y', out_trade_no: 'x' }, 'alipay refund: unverified (another_refund)'],
    ['queryRefund', { ...REFUNDED, refund_amount: '0.00' }, 'alipay queryRefund: unverified (malformed)'],
    ['queryRefund', { ...REFUNDED, out_request_no: 'x' }, 'alipay queryRefund: unverified (another_refund)'],
  ])('to %s of %j is not believed, and the error says why', async (call, json, message) => {
    expect(await failure(call, { json })).toBe(message);
  });

  it.each<[Call, object, object]>([
    ['queryOrder', { ...TRADE, total_amount: '0.01' }, { state: 'paid', amountFen: 1 }],
    ['queryRefund', { ...REFUNDED, refund_amount: '0.01' }, { state: 'succeeded', refundFen: 1 }],
  ])('to %s may be of a single fen', async (call, json, expected) => {
    expect(await told(call, { json })).toMatchObject(expected);
  });

  it.each(['REFUND_SUCCESS', 'REFUND_PROCESSING', 'REFUND_FAIL'])(
    'without an amount is of a refund all the same: %s',
    async (refund_status) => {
      const { refund_amount: _, ...json } = { ...REFUNDED, refund_status };
      const state = { REFUND_SUCCESS: 'succeeded', REFUND_PROCESSING: 'processing', REFUND_FAIL: 'closed' }[
        refund_status
      ];
      expect(await told('queryRefund', { json })).toStrictEqual({ state });
    },
  );
});
