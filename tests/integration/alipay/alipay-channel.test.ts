import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import type { ChannelOrderRequest, PaymentChannel } from '../../../shared/payments/channel.ts';
import { type Answer, isSigned, type LoopbackGateway, startLoopbackGateway } from './loopback-gateway.ts';
import { APP_ID, type Fields, SELLER_ID } from './signed-notice.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00.999+08:00');
let gateway: LoopbackGateway;
let channel: PaymentChannel;
beforeAll(async () => {
  gateway = await startLoopbackGateway();
  channel = alipayChannel(gateway.config, { clock: () => NOW_MS, timeoutMs: 2000 });
});
afterAll(() => gateway.close());

let before = 0;
beforeEach(() => {
  before = gateway.asked.length;
});
const asked = () => gateway.asked.slice(before);
const always = (answer: Answer | undefined) => {
  gateway.answer = () => answer;
};
const success = (json: object): Answer => ({ json: { code: '10000', msg: 'Success', ...json } });
const refusal = (sub_code: string, code = '40004'): Answer => ({
  json: { code, msg: 'Business Failed', sub_code, sub_msg: '不行' },
});

const order: ChannelOrderRequest = {
  outTradeNo: 'ord_01JD0000000000000000000000',
  method: 'page',
  amountFen: 9900,
  description: '衣影会员 100 次 / 30 天 & 更多, "好"',
  expiresAtMs: NOW_MS + 900_000,
  notifyUrl: 'https://api.example.com/v1/pay-callback-alipay',
  returnUrl: 'https://www.example.com/orders?id=1&x=衣',
};
const CONTENT = {
  out_trade_no: order.outTradeNo,
  total_amount: '99.00',
  subject: '衣影会员 100 次 ／ 30 天 ＆ 更多， ＂好＂',
  time_expire: '2026-11-23 10:15:00',
};

describe('an order in a browser', () => {
  it.each([
    ['page', 'alipay.trade.page.pay', 'FAST_INSTANT_TRADE_PAY'],
    ['wap', 'alipay.trade.wap.pay', 'QUICK_WAP_WAY'],
  ] as const)('by %s is a signed address, and no request', async (method, name, product_code) => {
    const { payUrl } = await channel.createOrder({ ...order, method });
    const url = new URL(payUrl);
    expect(`${url.origin}${url.pathname}`).toBe(gateway.config.gatewayUrl);
    const parameters = Object.fromEntries(url.searchParams);
    expect(isSigned(parameters)).toBe(true);
    const { sign: _, biz_content, ...rest } = parameters;
    expect(rest).toEqual({
      app_id: APP_ID,
      method: name,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-11-23 10:00:00',
      version: '1.0',
      notify_url: order.notifyUrl,
      return_url: order.returnUrl,
    });
    expect(JSON.parse(biz_content ?? '')).toEqual({ ...CONTENT, product_code });
    expect(asked()).toEqual([]);
  });

  it("is at Alipay's own gateway unless another is configured, and returns nowhere unless it is told to", async () => {
    const { gatewayUrl: _, ...config } = gateway.config;
    const { returnUrl: __, ...nowhere } = order;
    const { payUrl } = await alipayChannel(config, { clock: () => NOW_MS, timeoutMs: 1 }).createOrder(nowhere);
    expect(payUrl).toMatch(/^https:\/\/openapi\.alipay\.com\/gateway\.do\?/);
    expect(isSigned(Object.fromEntries(new URL(payUrl).searchParams))).toBe(true);
    expect(payUrl).not.toContain('return_url');
  });

  it.each([0, -1, 99.5, Number.NaN, 2 ** 60])('of %s fen is not made', async (amountFen) => {
    await expect(channel.createOrder({ ...order, amountFen })).rejects.toThrow('an amount must be a positive integer');
  });

  it('by a method that Alipay has not, or under a number of another form, is not made', async () => {
    await expect(channel.createOrder({ ...order, method: 'h5' })).rejects.toThrow('method must be qr, page or wap');
    await expect(channel.createOrder({ ...order, outTradeNo: 'x' })).rejects.toThrow('outTradeNo must be');
    expect(channel.methods).toEqual(['qr', 'page', 'wap']);
  });

  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [1999, '19.99'],
    [100_000_001, '1000000.01'],
  ])('of %s fen costs %s', async (amountFen, total_amount) => {
    const { payUrl } = await channel.createOrder({ ...order, amountFen });
    expect(JSON.parse(new URL(payUrl).searchParams.get('biz_content') ?? '')).toMatchObject({ total_amount });
  });
});

describe('an order by code', () => {
  const qr = { ...order, method: 'qr' } as const;
  const created = { out_trade_no: order.outTradeNo, qr_code: 'https://qr.alipay.com/bax03431ljhokirwl38f00a7' };

  it('is asked for, and answered with what the code holds', async () => {
    always(success(created));
    expect(await channel.createOrder(qr)).toEqual({ payUrl: created.qr_code });
    expect(asked()[0]?.parameters).toMatchObject({ method: 'alipay.trade.precreate', notify_url: order.notifyUrl });
    expect(asked()[0]?.content).toEqual(CONTENT);
  });

  it('is verified over the characters as they came, slashes escaped and all', async () => {
    always({ text: JSON.stringify({ code: '10000', ...created }, null, 1).replaceAll('/', '\\/') });
    expect(await channel.createOrder(qr)).toEqual({ payUrl: created.qr_code });
  });

  it.each(['bad', 'none'] as const)('whose answer has a signature that is %s was not answered', async (signature) => {
    always({ ...success(created), signature });
    await expect(channel.createOrder(qr)).rejects.toMatchObject({ kind: 'unverified', code: 'bad_signature' });
  });

  it('for another number, or without a code, is not this one', async () => {
    always(success({ ...created, out_trade_no: 'ord_another' }));
    await expect(channel.createOrder(qr)).rejects.toMatchObject({ kind: 'unverified', code: 'another_order' });
    for (const qr_code of [undefined, 1, '', 'javascript:alert(1)', 'https://qr.alipay.com/ x']) {
      always(success({ ...created, qr_code }));
      await expect(channel.createOrder(qr)).rejects.toMatchObject({ kind: 'unverified', code: 'malformed' });
    }
  });
});

const TRADE = {
  trade_no: '2026112322001468450512505578',
  out_trade_no: order.outTradeNo,
  buyer_logon_id: '138****8000',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '99.00',
  receipt_amount: '90.00',
  buyer_pay_amount: '90.00',
  send_pay_date: '2026-11-23 09:59:58',
};
const PAID = {
  channel: 'alipay',
  outTradeNo: order.outTradeNo,
  transactionId: TRADE.trade_no,
  amountFen: 9900,
  currency: 'CNY',
  merchantId: SELLER_ID,
  appId: APP_ID,
  paidAtMs: Date.parse('2026-11-23T09:59:58+08:00'),
};
const query = () => channel.queryOrder(order.outTradeNo);

describe('a query', () => {
  it.each<[string, object, object]>([
    ['paid', TRADE, { state: 'paid', ...PAID }],
    ['paid and finished', { ...TRADE, trade_status: 'TRADE_FINISHED' }, { state: 'paid', ...PAID }],
    ['paid and all refunded', { ...TRADE, trade_status: 'TRADE_CLOSED' }, { state: 'refunded', ...PAID }],
    ['closed unpaid', { ...TRADE, trade_status: 'TRADE_CLOSED', send_pay_date: undefined }, { state: 'closed' }],
    ['waiting', { ...TRADE, trade_status: 'WAIT_BUYER_PAY', send_pay_date: undefined }, { state: 'unpaid' }],
    [
      'paid at a time that is not told',
      { ...TRADE, send_pay_date: undefined },
      { state: 'paid', ...PAID, paidAtMs: NOW_MS },
    ],
  ])('of an order that is %s says so', async (_, trade, expected) => {
    always(success(trade));
    expect(await query()).toEqual(expected);
    expect(asked()[0]).toMatchObject({
      parameters: { method: 'alipay.trade.query' },
      content: { out_trade_no: order.outTradeNo },
    });
  });

  it('of a number that nobody knows is absent, if Alipay itself says so', async () => {
    always(refusal('ACQ.TRADE_NOT_EXIST'));
    expect(await query()).toEqual({ state: 'absent' });
    for (const signature of ['bad', 'none'] as const) {
      always({ ...refusal('ACQ.TRADE_NOT_EXIST'), signature });
      await expect(query()).rejects.toMatchObject({ kind: 'unverified', code: 'ACQ.TRADE_NOT_EXIST' });
    }
  });

  it.each<[string, object]>([
    ['another order', { out_trade_no: 'ord_another' }],
    ['an unknown state', { trade_status: 'TRADE_PENDING' }],
    ['no state', { trade_status: undefined }],
    ['no number of Alipay', { trade_no: '' }],
    ['an amount as a number', { total_amount: 99 }],
    ['an amount of nothing', { total_amount: '0.00' }],
    ['an amount in pieces of a fen', { total_amount: '99.001' }],
    ['a time that is none', { send_pay_date: '2026-02-30 10:00:00' }],
  ])('answered with %s is not believed', async (_, over) => {
    always(success({ ...TRADE, ...over }));
    await expect(query()).rejects.toMatchObject({ kind: 'unverified' });
  });
});

describe('an answer', () => {
  const signed: Answer = success(TRADE);

  it.each<[string, Answer]>([
    ['is no JSON', { raw: '<html>502</html>' }],
    ['is empty', { raw: '' }],
    ['is a list', { raw: '[]' }],
    ['is of another method', { ...signed, member: 'alipay_trade_close_response' }],
    ['has a text where an object belongs', { text: '"encrypted"' }],
    ['is under error_response and says success', { ...signed, member: 'error_response' }],
  ])('that %s is not believed', async (_, answer) => {
    always(answer);
    await expect(query()).rejects.toMatchObject({ kind: 'unverified', code: 'malformed' });
  });

  it('with a member twice is not believed, whichever of the two is signed', async () => {
    const text = JSON.stringify({ code: '10000', ...TRADE });
    always({ text });
    const good = await query();
    expect(good.state).toBe('paid');
    always({ text: text.replace('{', '{"total_amount":"1.00",') });
    await expect(query()).rejects.toMatchObject({ kind: 'unverified', code: 'malformed' });
    const key = 'alipay_trade_query_response';
    always({ raw: `{"${key}":${text},"${key}":${text.replace('99.00', '1.00')},"sign":"x"}` });
    await expect(query()).rejects.toMatchObject({ kind: 'unverified', code: 'malformed' });
  });

  it('of more than its limit is not read to its end', async () => {
    always({ raw: ' '.repeat(300 * 1024) });
    await expect(query()).rejects.toMatchObject({ kind: 'unverified', code: 'too_large' });
  });

  it.each<[string, Answer, string]>([
    ['the gateway', refusal('isp.unknow-error', '20000'), 'isp.unknow-error'],
    ['the gateway without a reason', { json: { code: '20000' } }, '20000'],
    ['what is behind it', refusal('ACQ.SYSTEM_ERROR'), 'ACQ.SYSTEM_ERROR'],
    ['the server', { status: 503, raw: 'x' }, 'http_503'],
    ['a limit', { status: 429, raw: 'x' }, 'http_429'],
  ])('that %s failed is asked for again, and is unavailable the second time', async (_, answer, code) => {
    always(answer);
    await expect(query()).rejects.toMatchObject({ kind: 'unavailable', code });
    expect(asked()).toHaveLength(2);
    const answers: (Answer | undefined)[] = [answer, signed];
    gateway.answer = () => answers.shift();
    expect((await query()).state).toBe('paid');
  });

  it('that never comes is unavailable', async () => {
    always(undefined);
    await expect(query()).rejects.toMatchObject({ kind: 'unavailable', code: 'no_connection' });
    expect(asked()).toHaveLength(2);
  });

  it('that refuses is refused with its code, and without a word of what was carried', async () => {
    for (const [answer, code] of [
      [refusal('isv.invalid-signature', '40002'), 'isv.invalid-signature'],
      [
        { ...refusal('isv.insufficient-isv-permissions', '40006'), signature: 'none' as const },
        'isv.insufficient-isv-permissions',
      ],
      [{ json: { code: '40004', sub_code: 'a secret of 13800138000' } }, '40004'],
      [{ json: {} }, 'no_code'],
      [{ status: 403, raw: 'x' }, 'http_403'],
    ] as const) {
      always(answer);
      const error = await query().catch((cause: unknown) => cause as Error);
      expect(error).toMatchObject({ kind: 'refused', code });
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/13800138000|ord_01/);
    }
  });
});

describe('a close', () => {
  const close = () => channel.closeOrder(order.outTradeNo);

  it.each([
    success({ trade_no: TRADE.trade_no, out_trade_no: order.outTradeNo }),
    refusal('ACQ.TRADE_NOT_EXIST'),
    refusal('ACQ.TRADE_HAS_CLOSE'),
    refusal('ACQ.TRADE_STATUS_ERROR'),
    refusal('ACQ.REASON_TRADE_STATUS_INVALID'),
  ])('is done when nothing waits to be paid: the query tells why', async (answer) => {
    always(answer);
    await close();
    expect(asked()[0]).toMatchObject({
      parameters: { method: 'alipay.trade.close' },
      content: { out_trade_no: order.outTradeNo },
    });
  });

  it('for another reason is refused', async () => {
    always(refusal('isv.missing-signature', '40001'));
    await expect(close()).rejects.toMatchObject({ kind: 'refused', code: 'isv.missing-signature' });
  });
});

const refund = {
  outTradeNo: order.outTradeNo,
  outRefundNo: 'ref_01JD0000000000000000000000',
  refundFen: 4999,
  totalFen: 9900,
  reason: '未使用的额度',
  notifyUrl: order.notifyUrl,
};
const ACCEPTED = { trade_no: TRADE.trade_no, out_trade_no: order.outTradeNo, refund_fee: '60.00', fund_change: 'Y' };
const REFUNDED = {
  trade_no: TRADE.trade_no,
  out_trade_no: order.outTradeNo,
  out_request_no: refund.outRefundNo,
  total_amount: '99.00',
  refund_amount: '49.99',
  refund_status: 'REFUND_SUCCESS',
};
/** One answer to the refund, another to the query for it. */
const answers = (refunded: object, queried: object) => {
  gateway.answer = ({ parameters }: { parameters: Fields }) =>
    success(parameters['method'] === 'alipay.trade.refund' ? refunded : queried);
};

describe('a refund', () => {
  it('that moved money succeeded, with what was asked for and not with the sum of all refunds', async () => {
    always(success(ACCEPTED));
    expect(await channel.refund(refund)).toEqual({ state: 'succeeded', refundFen: 4999 });
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatchObject({
      parameters: { method: 'alipay.trade.refund' },
      content: {
        out_trade_no: order.outTradeNo,
        out_request_no: refund.outRefundNo,
        refund_amount: '49.99',
        refund_reason: '未使用的额度',
      },
    });
  });

  it('that moved none is asked for: made before, on its way, or not to be found yet', async () => {
    answers({ ...ACCEPTED, fund_change: 'N' }, REFUNDED);
    expect(await channel.refund(refund)).toEqual({ state: 'succeeded', refundFen: 4999 });
    answers({ ...ACCEPTED, fund_change: 'N' }, { ...REFUNDED, refund_status: 'REFUND_PROCESSING' });
    expect(await channel.refund(refund)).toEqual({ state: 'processing', refundFen: 4999 });
    answers({ ...ACCEPTED, fund_change: 'N' }, {});
    expect(await channel.refund(refund)).toEqual({ state: 'processing' });
  });

  it.each<[string, object]>([
    ['nothing of the money', { fund_change: undefined }],
    ['something else of the money', { fund_change: 'y' }],
    ['another order', { out_trade_no: 'ord_another' }],
  ])('answered with %s is not believed', async (_, over) => {
    always(success({ ...ACCEPTED, ...over }));
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'unverified' });
  });

  it('is refused with the code that says why, and unavailable when it may have been made', async () => {
    always(refusal('ACQ.SELLER_BALANCE_NOT_ENOUGH'));
    await expect(channel.refund(refund)).rejects.toMatchObject({
      kind: 'refused',
      code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH',
    });
    always(refusal('ACQ.SYSTEM_ERROR'));
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'unavailable', code: 'ACQ.SYSTEM_ERROR' });
    expect(new Set(asked().map(({ content }) => content['out_request_no'])).size).toBe(1);
  });

  it.each<[string, object, object]>([
    ['made', REFUNDED, { state: 'succeeded', refundFen: 4999 }],
    ['made, by an older gateway', { ...REFUNDED, refund_status: undefined }, { state: 'succeeded', refundFen: 4999 }],
    ['on its way', { ...REFUNDED, refund_status: 'REFUND_PROCESSING' }, { state: 'processing', refundFen: 4999 }],
    ['failed', { ...REFUNDED, refund_status: 'REFUND_FAIL' }, { state: 'closed', refundFen: 4999 }],
    ['unknown', { trade_no: TRADE.trade_no }, { state: 'absent' }],
  ])('that is %s is queried by both numbers', async (_, json, expected) => {
    always(success(json));
    expect(await channel.queryRefund(refund)).toEqual(expected);
    expect(asked()[0]).toMatchObject({
      parameters: { method: 'alipay.trade.fastpay.refund.query' },
      content: { out_trade_no: order.outTradeNo, out_request_no: refund.outRefundNo },
    });
  });

  it('of an order that nobody knows is absent, if Alipay itself says so', async () => {
    always(refusal('ACQ.TRADE_NOT_EXIST'));
    expect(await channel.queryRefund(refund)).toEqual({ state: 'absent' });
    always({ ...refusal('ACQ.TRADE_NOT_EXIST'), signature: 'none' });
    await expect(channel.queryRefund(refund)).rejects.toMatchObject({ kind: 'unverified' });
  });

  it.each<[string, object]>([
    ['another order', { out_trade_no: 'ord_another' }],
    ['another refund', { out_request_no: 'ref_another' }],
    ['no number', { out_request_no: undefined }],
    ['an amount of nothing', { refund_amount: '0.00' }],
    ['an amount as a number', { refund_amount: 49.99 }],
    ['an unknown state', { refund_status: 'SUCCESS' }],
  ])('that is told with %s is not this one', async (_, over) => {
    always(success({ ...REFUNDED, ...over }));
    await expect(channel.queryRefund(refund)).rejects.toMatchObject({ kind: 'unverified' });
  });

  it('needs numbers of our form, and an amount', async () => {
    await expect(channel.refund({ ...refund, outRefundNo: 'r' })).rejects.toThrow('outRefundNo must be');
    await expect(channel.refund({ ...refund, refundFen: 0 })).rejects.toThrow('an amount must be');
  });
});
