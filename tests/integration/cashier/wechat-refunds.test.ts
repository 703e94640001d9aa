import { describe, expect, it } from 'vitest';
import { WECHAT_RETRY_DELAYS_MS } from '../../../scripts/local/cashier/deliver-notices.ts';
import type { Json } from './wechat-client.ts';
import { wechatStage } from './wechat-stage.ts';

const stage = wechatStage();
const REFUNDS = '/v3/refund/domestic/refunds';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const amount = (refund: unknown, total: unknown = 9900, currency: unknown = 'CNY') => ({ refund, total, currency });
const send = (outTradeNo: string, over: Json = {}) => stage.client.post(REFUNDS, stage.refund(outTradeNo, over));
const state = async (outRefundNo: string) => (await stage.client.get(`${REFUNDS}/${outRefundNo}`)).json['status'];

/** Refunded whole and over, with its notice sent. */
async function refunded(script: Parameters<typeof stage.cashier.nextRefund>[0] = {}) {
  const outTradeNo = await stage.paid();
  stage.cashier.nextRefund(script);
  const refund = stage.refund(outTradeNo, { notify_url: stage.notifyUrl });
  await stage.client.post(REFUNDS, refund);
  stage.nowMs += 2000;
  await stage.cashier.tick();
  return { outTradeNo, outRefundNo: refund.out_refund_no };
}

describe('a refund', () => {
  it('is accepted at once, succeeds later by the clock, and then says when', async () => {
    const outTradeNo = await stage.paid();
    const refund = stage.refund(outTradeNo);
    const accepted = await stage.client.post(REFUNDS, refund);
    expect(accepted).toMatchObject({ status: 200, isSigned: true });
    expect(accepted.json).toMatchObject({
      out_trade_no: outTradeNo,
      out_refund_no: refund.out_refund_no,
      status: 'PROCESSING',
      channel: 'ORIGINAL',
      create_time: '2026-11-23T10:00:00+08:00',
      amount: { total: 9900, refund: 9900, payer_total: 9900, payer_refund: 9900, currency: 'CNY' },
    });
    expect(accepted.json['success_time']).toBeUndefined();
    stage.nowMs += 1999;
    expect(await state(refund.out_refund_no)).toBe('PROCESSING');
    stage.nowMs += 1;
    const over = await stage.client.get(`${REFUNDS}/${refund.out_refund_no}`);
    expect(over.json).toMatchObject({ status: 'SUCCESS', success_time: '2026-11-23T10:00:02+08:00' });
    expect(over.json['refund_id']).toBe(accepted.json['refund_id']);
  });

  it('makes the order’s state REFUND, in part as in whole, and the payment stays told', async () => {
    const outTradeNo = await stage.paid();
    await send(outTradeNo, { amount: amount(1) });
    const { json } = await stage.query(outTradeNo);
    expect(json).toMatchObject({ trade_state: 'REFUND', trade_state_desc: '转入退款', amount: { total: 9900 } });
    const byId = `/v3/pay/transactions/id/${String(json['transaction_id'])}?mchid=${stage.cashier.merchant.mchId}`;
    expect((await stage.client.get(byId)).json).toEqual(json);
  });

  it('may name the order by the service’s own number', async () => {
    const outTradeNo = await stage.paid();
    const transactionId = (await stage.query(outTradeNo)).json['transaction_id'];
    const reply = await send('', { out_trade_no: undefined, transaction_id: transactionId });
    expect(reply.json).toMatchObject({ out_trade_no: outTradeNo, transaction_id: transactionId });
  });

  it('under the same number refunds once, however often it is asked for', async () => {
    const outTradeNo = await stage.paid();
    const refund = stage.refund(outTradeNo, { amount: amount(4000) });
    const first = await stage.client.post(REFUNDS, refund);
    stage.nowMs += 5000;
    const second = await stage.client.post(REFUNDS, refund);
    expect(second.json).toMatchObject({ refund_id: first.json['refund_id'], status: 'SUCCESS' });
    expect(stage.cashier.refunds().filter((one) => one.outTradeNo === outTradeNo)).toHaveLength(1);
  });

  it.each([
    ['amount', { amount: amount(1) }],
    ['total', { amount: amount(4000, 9901) }],
  ])('under the same number with another %s is refused', async (_, over) => {
    const refund = stage.refund(await stage.paid(), { amount: amount(4000) });
    await stage.client.post(REFUNDS, refund);
    const other = await stage.client.post(REFUNDS, { ...refund, ...over });
    expect(other).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it('under a number of another order is refused', async () => {
    const refund = stage.refund(await stage.paid());
    await stage.client.post(REFUNDS, refund);
    const other = await stage.client.post(REFUNDS, { ...refund, out_trade_no: await stage.paid() });
    expect(other).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it('never adds up to more than was paid', async () => {
    const outTradeNo = await stage.paid();
    expect((await send(outTradeNo, { amount: amount(6000) })).status).toBe(200);
    stage.nowMs += MINUTE_MS;
    expect(await send(outTradeNo, { amount: amount(3901) })).toMatchObject({ json: { code: 'INVALID_REQUEST' } });
    expect((await send(outTradeNo, { amount: amount(3900) })).status).toBe(200);
    stage.nowMs += MINUTE_MS;
    const more = await send(outTradeNo, { amount: amount(1) });
    expect(more).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', message: '订单已全额退款' } });
  });

  it('of the same order has to wait a minute, and there are at most fifty', async () => {
    const outTradeNo = await stage.paid();
    await send(outTradeNo, { amount: amount(1) });
    stage.nowMs += MINUTE_MS - 1;
    expect(await send(outTradeNo, { amount: amount(1) })).toMatchObject({
      status: 429,
      json: { code: 'FREQUENCY_LIMITED' },
    });
    for (let count = 1; count < 50; count += 1) {
      stage.nowMs += MINUTE_MS;
      expect((await send(outTradeNo, { amount: amount(1) })).status).toBe(200);
    }
    stage.nowMs += MINUTE_MS;
    expect(await send(outTradeNo, { amount: amount(1) })).toMatchObject({
      json: { message: '部分退款次数超过 50 次' },
    });
  });

  it('is possible for 365 days', async () => {
    const outTradeNo = await stage.paid();
    stage.nowMs += 365 * DAY_MS;
    expect((await send(outTradeNo, { amount: amount(1) })).status).toBe(200);
    stage.nowMs += MINUTE_MS;
    expect(await send(outTradeNo, { amount: amount(1) })).toMatchObject({
      json: { message: '交易时间超过一年，无法退款' },
    });
  });

  it('of a coupon’s payment gives the payer his part', async () => {
    const order = stage.order();
    await stage.client.post('/v3/pay/transactions/native', order);
    stage.cashier.pay(order.out_trade_no, { fault: 'coupon' });
    const reply = await send(order.out_trade_no);
    expect(reply.json['amount']).toMatchObject({ total: 9900, refund: 9900, payer_total: 9800, payer_refund: 9800 });
  });

  it('of nobody’s order is refused, and of one that was not paid', async () => {
    expect(await send('ord_NOBODY')).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } });
    const unpaid = stage.order();
    await stage.client.post('/v3/pay/transactions/native', unpaid);
    expect(await send(unpaid.out_trade_no)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it('that nobody asked for is 404 RESOURCE_NOT_EXISTS', async () => {
    const reply = await stage.client.get(`${REFUNDS}/rfd_NOBODY`);
    expect(reply).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' }, isSigned: true });
  });

  it.each<[string, Json]>([
    ['/out_trade_no', { out_trade_no: undefined }],
    ['/out_refund_no', { out_refund_no: undefined }],
    ['/out_refund_no', { out_refund_no: 'with space' }],
    ['/out_refund_no', { out_refund_no: 'x'.repeat(65) }],
    ['/reason', { reason: '退'.repeat(81) }],
    ['/notify_url', { notify_url: 'https://example.com/?a=1' }],
    ['/notify_url', { notify_url: 'http://example.com/' }],
    ['/amount', { amount: undefined }],
    ['/amount/refund', { amount: amount(0) }],
    ['/amount/refund', { amount: amount('9900') }],
    ['/amount/refund', { amount: amount(99.5) }],
    ['/amount/refund', { amount: amount(9901) }],
    ['/amount/total', { amount: { refund: 9900, currency: 'CNY' } }],
    ['/amount/currency', { amount: amount(9900, 9900, 'USD') }],
    ['/amount/currency', { amount: { refund: 9900, total: 9900 } }],
    ['/funds_account', { funds_account: 'MINE' }],
    ['/refund_amount', { refund_amount: 'unknown field' }],
  ])('%s: %j is refused by name', async (field, over) => {
    expect(await send('ord_NOBODY', over)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' }, field });
  });

  it('80 characters of reason and 64 of number are allowed', async () => {
    const over = { reason: '退'.repeat(80), out_refund_no: `@${'x'.repeat(63)}` };
    expect((await send(await stage.paid(), over)).status).toBe(200);
  });
});

describe('the end of a refund', () => {
  it.each(['ABNORMAL', 'CLOSED'] as const)('may be %s', async (end) => {
    const { outTradeNo, outRefundNo } = await refunded({ end });
    expect(await state(outRefundNo)).toBe(end);
    expect((await stage.query(outTradeNo)).json['trade_state']).toBe(end === 'CLOSED' ? 'SUCCESS' : 'REFUND');
    const { event, said } = stage.client.open(stage.received[0]!);
    expect(event).toBe(`REFUND.${end}`);
    expect(said).toMatchObject({ out_refund_no: outRefundNo, refund_status: end });
    expect(said['success_time']).toBeUndefined();
  });

  it('may come late', async () => {
    const { outRefundNo } = await refunded({ afterMs: 3 * DAY_MS });
    expect(await state(outRefundNo)).toBe('PROCESSING');
    expect(stage.received).toHaveLength(0);
    stage.nowMs += 3 * DAY_MS;
    await stage.cashier.tick();
    expect(stage.client.open(stage.received[0]!).event).toBe('REFUND.SUCCESS');
  });

  it('CLOSED moved nothing: the same number starts again, and may succeed', async () => {
    const { outTradeNo, outRefundNo } = await refunded({ end: 'CLOSED' });
    const again = await send(outTradeNo, { out_refund_no: outRefundNo });
    expect(again.json).toMatchObject({ status: 'PROCESSING' });
    stage.nowMs += 2000;
    expect(await state(outRefundNo)).toBe('SUCCESS');
  });

  it('ABNORMAL keeps its claim on the money', async () => {
    const { outTradeNo } = await refunded({ end: 'ABNORMAL' });
    stage.nowMs += MINUTE_MS;
    expect(await send(outTradeNo, { amount: amount(1) })).toMatchObject({ json: { code: 'INVALID_REQUEST' } });
  });
});

describe('the notice of a refund', () => {
  it('goes to the refund’s own address and tells the refund, with neither app nor currency', async () => {
    const { outTradeNo, outRefundNo } = await refunded();
    expect(stage.received).toHaveLength(1);
    const { event, said } = stage.client.open(stage.received[0]!);
    expect(event).toBe('REFUND.SUCCESS');
    expect(said).toEqual({
      mchid: stage.cashier.merchant.mchId,
      out_trade_no: outTradeNo,
      transaction_id: expect.stringMatching(/^4200\d{24}$/) as string,
      out_refund_no: outRefundNo,
      refund_id: expect.stringMatching(/^5030\d{25}$/) as string,
      refund_status: 'SUCCESS',
      success_time: '2026-11-23T10:00:02+08:00',
      user_received_account: '支付用户零钱',
      amount: { total: 9900, refund: 9900, payer_total: 9900, payer_refund: 9900 },
    });
    expect(stage.cashier.sent().at(-1)).toMatchObject({ subject: 'refund', outRefundNo, status: 200 });
  });

  it('is sent by the same schedule as a payment’s until it is accepted', async () => {
    stage.answerStatus = 500;
    await refunded();
    for (const delayMs of WECHAT_RETRY_DELAYS_MS) {
      stage.nowMs += delayMs - 1;
      expect(await stage.cashier.tick()).toBe(0);
      stage.nowMs += 1;
      expect(await stage.cashier.tick()).toBe(1);
    }
    expect(stage.received).toHaveLength(16);
    const ids = stage.received.map(({ rawBody }) => (JSON.parse(rawBody.toString()) as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    stage.nowMs += DAY_MS;
    expect(await stage.cashier.tick()).toBe(0);
  });

  it('is not sent where no address was given', async () => {
    await send(await stage.paid());
    stage.nowMs += 2000;
    expect(await stage.cashier.tick()).toBe(0);
  });

  it('may be there before the payment’s', async () => {
    const order = stage.order();
    await stage.client.post('/v3/pay/transactions/native', order);
    stage.cashier.pay(order.out_trade_no, { fault: 'delayed' });
    await send(order.out_trade_no, { notify_url: stage.notifyUrl });
    stage.nowMs += 2000;
    await stage.cashier.tick();
    stage.nowMs += 600_000;
    await stage.cashier.tick();
    const told = stage.received.map((notice) => stage.client.open(notice));
    expect(told.map(({ event }) => event)).toEqual(['REFUND.SUCCESS', 'TRANSACTION.SUCCESS']);
    expect(told[1]?.said).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 9900 } });
  });

  it.each(['wrong_serial', 'signtest', 'altered_body', 'bad_tag'] as const)(
    '%s: the first cannot be opened, the next can',
    async (fault) => {
      stage.answerStatus = 401;
      await refunded({ fault });
      expect(() => stage.client.open(stage.received[0]!)).toThrow();
      if (fault === 'signtest') {
        expect(stage.received[0]?.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
      }
      stage.nowMs += 15_000;
      await stage.cashier.tick();
      expect(stage.client.open(stage.received[1]!).event).toBe('REFUND.SUCCESS');
    },
  );

  it.each([
    ['wrong_amount', { amount: { total: 9900, refund: 1 } }],
    ['wrong_merchant', { mchid: '1999999999' }],
  ] as const)('%s is genuine and says so', async (fault, said) => {
    await refunded({ fault });
    expect(stage.client.open(stage.received[0]!).said).toMatchObject(said);
  });

  it('may be lost, be two, or come a second time', async () => {
    await refunded({ fault: 'lost' });
    expect(stage.received).toHaveLength(0);
    await refunded({ fault: 'twin' });
    expect(stage.received).toHaveLength(2);
    await refunded({ fault: 'twice' });
    expect(stage.received).toHaveLength(3);
    stage.nowMs += 1000;
    await stage.cashier.tick();
    expect(stage.received).toHaveLength(4);
  });

  it('is stale when its signature is more than 300 s old', async () => {
    await refunded({ fault: 'stale_timestamp' });
    const at = Number(stage.received[0]?.headers['wechatpay-timestamp']) * 1000;
    expect(stage.nowMs - at).toBeGreaterThan(300_000);
  });
});
