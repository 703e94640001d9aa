import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { handleAlipayNotice } from '../../../shared/payments/handle-alipay-notice.ts';
import { handleWechatNotice } from '../../../shared/payments/handle-wechat-notice.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import { newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { type Fields, NOTICE, REFUND_NOTICE, EXPECT as SELLER, signedForm } from '../alipay/signed-notice.ts';
import {
  EXPECT,
  envelope,
  type Json,
  KEYS,
  NOW_MS,
  refundNotice,
  signed,
  TRANSACTION,
} from '../wechat/signed-notice.ts';

let product: ProductDatabase;
let merchant: string;
let traces: (string | null)[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchant = await newMerchant(product.db, NOW_MS);
  traces = [];
});

const onTrace = (trace: string | null) => void traces.push(trace);
const channel = { wechat: memoryChannel('wechat', () => NOW_MS), alipay: memoryChannel('alipay', () => NOW_MS) };

/** @returns the order's number at its channel */
async function ordered(id: 'wechat' | 'alipay'): Promise<string> {
  const request = planRequest(merchant, { trace: 'of-the-order', nowMs: NOW_MS });
  const { orderId } = await purchaseMembership(product.db, channel[id], request);
  return id === 'alipay' ? `${orderId}_a` : orderId;
}

/** Of an order that was paid, on its way back. */
async function refunding(id: 'wechat' | 'alipay'): Promise<{ number: string; refundId: string }> {
  const number = await ordered(id);
  await settleOrder(product.db, channel[id].pay(number), 'notify', NOW_MS);
  channel[id].refundsBegin = 'processing';
  const { refundId } = await refundOrder(
    product.db,
    async () => channel[id],
    () => 'https://api.example.com',
    {
      ...{ orderId: number.slice(0, 30), mode: 'whole', reason: '客户申请退款', operatorId: 'mch_operator' },
      ...{ idempotencyKey: 'back', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
    },
  );
  return { number, refundId };
}
const paid = () =>
  product.db.query(
    'SELECT out_trade_no AS number, source, payer_hash AS payerHash FROM payments WHERE merchant_id = ?',
    [merchant],
  );
const refunds = () =>
  product.db.query('SELECT state, ended_at AS endedAtMs FROM refunds WHERE merchant_id = ?', [merchant]);
const BACK = { state: 'succeeded', endedAtMs: NOW_MS };

describe("a notice of WeChat's", () => {
  const hear = (notice: ReturnType<typeof signed>, nowMs = NOW_MS) =>
    handleWechatNotice(product.db, { ...notice, keys: KEYS, expect: EXPECT, nowMs }, onTrace);
  const payment = (number: string, over: Json = {}) =>
    signed(envelope({ ...TRANSACTION, out_trade_no: number, ...over }));

  it('of a payment is answered by what came of it, under its number, with the trace of its order', async () => {
    const orderId = await ordered('wechat');
    const wrong = payment(orderId, { amount: { total: 1, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' } });
    expect(await hear(wrong)).toStrictEqual({ statusCode: 500, result: 'amount_mismatch', orderId });
    for (const result of ['granted', 'duplicate'])
      expect(await hear(payment(orderId))).toStrictEqual({ statusCode: 204, result, orderId });
    expect(traces).toEqual(['of-the-order', 'of-the-order', 'of-the-order']);
    expect(await paid()).toEqual([{ number: orderId, source: 'notify', payerHash: null }]);
  });

  it('of a refund is acknowledged, ours or not', async () => {
    const { number: orderId, refundId } = await refunding('wechat');
    const ours = refundNotice({ out_trade_no: orderId, out_refund_no: refundId });
    for (const result of ['refund_succeeded', 'refund_ended'])
      expect(await hear(ours)).toStrictEqual({ statusCode: 204, result, orderId });
    expect(await refunds()).toEqual([BACK]);
    const strange = { statusCode: 204, result: 'refund_unknown', orderId: 'another-shop-1' };
    expect(await hear(refundNotice({ out_trade_no: 'another-shop-1' }))).toStrictEqual(strange);
    expect(traces).toEqual(['of-the-order', 'of-the-order', null]);
  });

  it('of anything else is acknowledged, if WeChat has signed it', async () => {
    const none = { statusCode: 204, result: 'not_a_payment' };
    expect(await hear(signed({ ...envelope(), event_type: 'SECURITY_ECHO.SUCCESS' }))).toStrictEqual(none);
    const detail = 'trade_state is not SUCCESS';
    expect(await hear(payment('another-shop-1', { trade_state: 'NOTPAY' }))).toStrictEqual({ ...none, detail });
    const stale = await hear(payment('another-shop-1'), NOW_MS + 600_000);
    expect(stale).toStrictEqual({ statusCode: 401, result: 'stale', detail: expect.any(String) as string });
    expect(await hear(payment('another-shop-1', { appid: 'wx0000000000000000' }))).toStrictEqual({
      ...{ statusCode: 401, result: 'wrong_app', detail: 'appid is not ours' },
    });
    expect(traces).toEqual([]);
  });
});

describe("a notice of Alipay's", () => {
  const hear = (fields: Fields) =>
    handleAlipayNotice(product.db, { rawBody: signedForm(fields), expect: SELLER }, NOW_MS, onTrace);

  it('of a payment is answered by what came of it, under its number, with the trace of its order', async () => {
    const number = await ordered('alipay');
    const payment = { ...NOTICE, out_trade_no: number, trade_no: `2026-${number}` };
    const wrong = { statusCode: 500, result: 'amount_mismatch', orderId: number };
    expect(await hear({ ...payment, total_amount: '0.01' })).toStrictEqual(wrong);
    for (const result of ['granted', 'duplicate'])
      expect(await hear(payment)).toStrictEqual({ statusCode: 200, result, orderId: number });
    expect(traces).toEqual(['of-the-order', 'of-the-order', 'of-the-order']);
    expect(await paid()).toEqual([{ number, source: 'notify', payerHash: null }]);
  });

  it('of a refund is acknowledged, ours or not', async () => {
    const { number: orderId, refundId } = await refunding('alipay');
    const ours = { ...REFUND_NOTICE, out_trade_no: orderId, out_biz_no: refundId };
    for (const result of ['refund_succeeded', 'refund_ended'])
      expect(await hear(ours)).toStrictEqual({ statusCode: 200, result, orderId });
    expect(await refunds()).toEqual([BACK]);
    const strange = { statusCode: 200, result: 'refund_unknown', orderId: 'another-shop-1' };
    expect(await hear({ ...REFUND_NOTICE, out_trade_no: 'another-shop-1' })).toStrictEqual(strange);
    expect(traces).toEqual(['of-the-order', 'of-the-order', null]);
  });

  it('of anything else is acknowledged, if Alipay has signed it for us', async () => {
    const waits = await hear({ ...NOTICE, trade_status: 'WAIT_BUYER_PAY' });
    expect(waits).toStrictEqual({ statusCode: 200, result: 'not_a_payment' });
    const others = await hear({ ...NOTICE, seller_id: '2088000000000000' });
    expect(others).toStrictEqual({ statusCode: 401, result: 'wrong_merchant', detail: 'seller_id is not ours' });
    expect(traces).toEqual([]);
  });
});
