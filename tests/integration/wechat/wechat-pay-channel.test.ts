import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelOrderRequest, PaymentChannel } from '../../../shared/payments/channel.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { type Answer, type LoopbackWechat, startLoopbackWechat } from './loopback-wechat.ts';
import { EXPECT, type Json, NOW_MS, TRANSACTION } from './signed-notice.ts';

let vendor: LoopbackWechat;
let channel: PaymentChannel;
beforeAll(async () => {
  vendor = await startLoopbackWechat(() => NOW_MS);
  channel = wechatPayChannel(vendor.config, { clock: () => NOW_MS, timeoutMs: 2000 });
});
afterAll(() => vendor.close());

let before = 0;
beforeEach(() => {
  before = vendor.asked.length;
});
const asked = () => vendor.asked.slice(before);
const always = (answer: Answer | undefined) => {
  vendor.answer = () => answer;
};

const order: ChannelOrderRequest = {
  outTradeNo: 'ord_01JD0000000000000000000000',
  method: 'h5',
  amountFen: 9900,
  description: '衣影会员 100 次 / 30 天',
  expiresAtMs: NOW_MS + 900_000,
  notifyUrl: 'https://api.example.com/v1/pay-callback-wechat',
  clientIp: '203.0.113.7',
};
const H5_URL = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2026&package=1';

describe('an order', () => {
  it('from a phone is asked for with the payer’s address, and answered with where to send the browser', async () => {
    always({ json: { h5_url: H5_URL } });
    expect(await channel.createOrder(order)).toEqual({ payUrl: H5_URL });
    expect(asked()).toEqual([
      {
        method: 'POST',
        target: '/v3/pay/transactions/h5',
        body: {
          appid: EXPECT.appId,
          mchid: EXPECT.mchId,
          description: order.description,
          out_trade_no: order.outTradeNo,
          time_expire: '2026-11-23T10:15:00+08:00',
          notify_url: order.notifyUrl,
          amount: { total: 9900, currency: 'CNY' },
          scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } },
        },
      },
    ]);
  });

  it('from a phone returns where it is told to, which is all that may be appended', async () => {
    always({ json: { h5_url: H5_URL } });
    const returnUrl = 'https://www.example.com/orders?id=1&x=衣';
    const { payUrl } = await channel.createOrder({ ...order, returnUrl });
    expect(payUrl).toBe(`${H5_URL}&redirect_url=${encodeURIComponent(returnUrl)}`);
  });

  it('by code asks for Native', async () => {
    always({ json: { code_url: 'weixin://wxpay/bizpayurl?pr=abc' } });
    expect(await channel.createOrder({ ...order, method: 'qr' })).toEqual({
      payUrl: 'weixin://wxpay/bizpayurl?pr=abc',
    });
    expect(asked()[0]).toMatchObject({ target: '/v3/pay/transactions/native' });
    expect(asked()[0]?.body?.['scene_info']).toEqual({ payer_client_ip: '203.0.113.7' });
  });

  it.each([
    'http://wx.tenpay.com/x',
    'javascript:alert(1)',
    'https://wx.tenpay.com/ x',
    'weixin://wxpay/x',
    '',
    1,
    undefined,
  ])('with %j for an address is none', async (h5_url) => {
    always({ json: { h5_url } });
    await expect(channel.createOrder(order)).rejects.toMatchObject({ kind: 'unverified', code: 'malformed' });
  });

  it('is not asked for by a method that WeChat has not, without the payer’s address, or under a number of another form', async () => {
    const { clientIp: _, ...addressless } = order;
    await expect(channel.createOrder({ ...order, method: 'page' })).rejects.toThrow('method must be qr or h5');
    await expect(channel.createOrder(addressless)).rejects.toThrow('clientIp must be given for h5');
    await expect(channel.createOrder({ ...order, outTradeNo: 'ord 1' })).rejects.toThrow('outTradeNo must be');
    expect(asked()).toEqual([]);
    expect(channel.methods).toEqual(['qr', 'h5']);
  });

  it.each(['SUCCESS', 'REFUND'])('that is %s counts as paid', async (state) => {
    always({ json: { ...TRANSACTION, trade_state: state } });
    const queried = await channel.queryOrder(order.outTradeNo);
    expect(queried).toMatchObject({ state: state === 'SUCCESS' ? 'paid' : 'refunded', amountFen: 9900 });
  });

  it.each(['constructor', 'SUCCESS ', ''])('in the state %j is not believed', async (state) => {
    always({ json: { ...TRANSACTION, trade_state: state } });
    await expect(channel.queryOrder(order.outTradeNo)).rejects.toMatchObject({ code: 'unknown_trade_state' });
  });
});

const refund = {
  outTradeNo: order.outTradeNo,
  outRefundNo: 'ref_01JD0000000000000000000000',
  refundFen: 4900,
  totalFen: 9900,
  reason: '未使用的额度',
  notifyUrl: order.notifyUrl,
};
const REFUNDED: Json = {
  refund_id: '50000000382019052709732678859',
  out_refund_no: refund.outRefundNo,
  transaction_id: '4200001234202611231234567890',
  out_trade_no: refund.outTradeNo,
  channel: 'ORIGINAL',
  user_received_account: '招商银行信用卡0403',
  create_time: '2026-11-23T10:00:00+08:00',
  status: 'PROCESSING',
  amount: { total: 9900, refund: 4900, payer_total: 9900, payer_refund: 4900, currency: 'CNY' },
};
const numbers = { outTradeNo: refund.outTradeNo, outRefundNo: refund.outRefundNo };

describe('a refund', () => {
  it('is asked for under its number, in fen', async () => {
    always({ json: REFUNDED });
    expect(await channel.refund(refund)).toEqual({ state: 'processing', refundFen: 4900 });
    expect(asked()).toEqual([
      {
        method: 'POST',
        target: '/v3/refund/domestic/refunds',
        body: {
          out_trade_no: refund.outTradeNo,
          out_refund_no: refund.outRefundNo,
          reason: '未使用的额度',
          notify_url: refund.notifyUrl,
          amount: { refund: 4900, total: 9900, currency: 'CNY' },
        },
      },
    ]);
  });

  it.each([
    ['SUCCESS', 'succeeded'],
    ['PROCESSING', 'processing'],
    ['CLOSED', 'closed'],
    ['ABNORMAL', 'abnormal'],
  ])('%s is %s, when it is asked for and when it is queried', async (status, state) => {
    always({ json: { ...REFUNDED, status } });
    expect(await channel.refund(refund)).toEqual({ state, refundFen: 4900 });
    expect(await channel.queryRefund(numbers)).toEqual({ state, refundFen: 4900 });
    expect(asked()[1]).toMatchObject({ method: 'GET', target: `/v3/refund/domestic/refunds/${refund.outRefundNo}` });
  });

  it.each([
    ['out_trade_no', 'ord_another'],
    ['out_refund_no', 'ref_another'],
  ])('with another %s in the answer is not this one', async (name, value) => {
    always({ json: { ...REFUNDED, [name]: value } });
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'unverified', code: 'another_refund' });
    await expect(channel.queryRefund(numbers)).rejects.toMatchObject({ kind: 'unverified', code: 'another_refund' });
  });

  it.each(['out_trade_no', 'out_refund_no', 'status', 'amount'])(
    'without %s, or with it in another type, is not believed',
    async (name) => {
      for (const value of [undefined, null, 1, '', [], { refund: 0, total: 9900 }, { refund: 49.5, total: 9900 }]) {
        always({ json: { ...REFUNDED, [name]: value } });
        await expect(channel.refund(refund), JSON.stringify(value)).rejects.toMatchObject({ kind: 'unverified' });
      }
    },
  );

  it('that the account cannot pay is refused with that code', async () => {
    always({ status: 403, json: { code: 'NOT_ENOUGH', message: '基本账户余额不足' } });
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'refused', code: 'NOT_ENOUGH' });
  });

  it('that nobody knows is absent, if WeChat itself says so', async () => {
    const unknown = { status: 404, json: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' } };
    always(unknown);
    expect(await channel.queryRefund(numbers)).toEqual({ state: 'absent' });
    for (const signature of ['bad', 'none'] as const) {
      always({ ...unknown, signature });
      await expect(channel.queryRefund(numbers)).rejects.toMatchObject({
        kind: 'unverified',
        code: 'RESOURCE_NOT_EXISTS',
      });
    }
  });

  it.each(['bad', 'none'] as const)('whose answer has a signature that is %s was not answered', async (signature) => {
    always({ json: { ...REFUNDED, status: 'SUCCESS' }, signature });
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'unverified' });
  });

  it('is asked for once more under the same number when the first answer was lost', async () => {
    const answers: (Answer | undefined)[] = [undefined, { json: REFUNDED }];
    vendor.answer = () => answers.shift();
    expect(await channel.refund(refund)).toEqual({ state: 'processing', refundFen: 4900 });
    expect(asked().map(({ body }) => body?.['out_refund_no'])).toEqual([refund.outRefundNo, refund.outRefundNo]);
  });

  it('that WeChat cannot answer twice is unavailable', async () => {
    always({ status: 500, json: { code: 'SYSTEM_ERROR' } });
    await expect(channel.refund(refund)).rejects.toMatchObject({ kind: 'unavailable', code: 'SYSTEM_ERROR' });
    expect(asked()).toHaveLength(2);
  });

  it('fails without a word of what it carried', async () => {
    always({ status: 400, json: { code: 'PARAM_ERROR', message: `reason ${refund.reason}` } });
    const error = await channel.refund(refund).catch((cause: unknown) => cause as Error);
    expect(String(error)).toBe('ChannelError: wechat refund: refused (PARAM_ERROR)');
    expect(JSON.stringify(error)).not.toContain(refund.reason);
  });

  it('needs numbers of our form', async () => {
    await expect(channel.refund({ ...refund, outRefundNo: 'r/1' })).rejects.toThrow('outRefundNo must be');
    await expect(channel.queryRefund({ ...numbers, outRefundNo: '../x' })).rejects.toThrow('outRefundNo must be');
  });
});

it('an answer of more than its limit is not read to its end', async () => {
  always({ file: Buffer.alloc(300 * 1024) });
  await expect(channel.queryOrder(order.outTradeNo)).rejects.toMatchObject({ kind: 'unverified', code: 'too_large' });
});
