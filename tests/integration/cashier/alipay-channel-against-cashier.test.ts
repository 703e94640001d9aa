import { describe, expect, it } from 'vitest';
import type { AlipayNoticeFault } from '../../../scripts/local/cashier/alipay/seal-alipay-notice.ts';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import { verifyNotice } from '../../../shared/payments/alipay/verify-notice.ts';
import { openVerifyingKey } from '../../../shared/payments/alipay/verifying-config.ts';
import type { ChannelOrderRequest, PayMethod } from '../../../shared/payments/channel.ts';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
const DAY_MS = 24 * 3_600_000;
let count = 0;
const channel = (timeoutMs = 2000) =>
  alipayChannel(stage.cashier.secrets.alipaySigning, { clock: () => stage.nowMs, timeoutMs });

function request(method: PayMethod): ChannelOrderRequest {
  count += 1;
  return {
    ...{
      outTradeNo: `ord_CHANNEL${String(count).padStart(5, '0')}`,
      method,
      amountFen: 9900,
      notifyUrl: stage.notifyUrl,
    },
    ...{
      description: '衣影 月度会员 100 额度',
      expiresAtMs: stage.nowMs + 900_000,
      returnUrl: 'http://127.0.0.1:9/orders',
    },
  };
}

/** Created, opened by a payer, and paid. */
async function paidBy(fault: AlipayNoticeFault): Promise<string> {
  const order = request('page');
  await fetch((await channel().createOrder(order)).payUrl);
  stage.cashier.pay(order.outTradeNo, { fault });
  await stage.cashier.tick();
  return order.outTradeNo;
}

function verdict(index = 0) {
  const expected = openVerifyingKey(stage.cashier.secrets.alipayVerifying);
  return verifyNotice({ rawBody: stage.received[index]!.rawBody, expect: expected });
}

const refundOf = (outTradeNo: string, outRefundNo: string, refundFen = 3300) => ({
  ...{ outTradeNo, outRefundNo, refundFen, totalFen: 9900, reason: '用户申请', notifyUrl: stage.notifyUrl },
});

describe('an order at Alipay', () => {
  it.each(['page', 'wap'] as const)('by %s is absent until it is opened, then unpaid, then paid', async (method) => {
    const order = request(method);
    const { payUrl } = await channel().createOrder(order);
    expect(await channel().queryOrder(order.outTradeNo)).toEqual({ state: 'absent' });
    await fetch(payUrl);
    expect(await channel().queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });
    const { transactionId } = stage.cashier.pay(order.outTradeNo);
    await stage.cashier.tick();
    const { appId, sellerId } = stage.cashier.secrets.alipaySigning;
    const payment = {
      ...{ channel: 'alipay', outTradeNo: order.outTradeNo, transactionId, amountFen: 9900, currency: 'CNY' },
      ...{ merchantId: sellerId, appId, paidAtMs: stage.nowMs },
    };
    const { state, ...asked } = await channel().queryOrder(order.outTradeNo);
    const payerId = expect.stringMatching(/^2088\d{12}$/) as unknown;
    expect([state, asked]).toEqual(['paid', { ...payment, payerId }]);
    // Whoever is asked, the payer is the same.
    expect(verdict()).toMatchObject({ ok: true, kind: 'payment', notice: asked });
  });

  it('by a code is absent until it is scanned, and may be closed before', async () => {
    const order = request('qr');
    const { payUrl } = await channel().createOrder(order);
    expect(await channel().queryOrder(order.outTradeNo)).toEqual({ state: 'absent' });
    await channel().closeOrder(order.outTradeNo);
    await fetch(`${stage.cashier.url}/cashier?qr_code=${encodeURIComponent(payUrl)}`);
    expect(await channel().queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });
    await channel().closeOrder(order.outTradeNo);
    expect(await channel().queryOrder(order.outTradeNo)).toEqual({ state: 'closed' });
  });
});

describe('a refund at Alipay', () => {
  it('moves money once, is found again, and its notice is no payment', async () => {
    const number = await paidBy('lost');
    expect(await channel().refund(refundOf(number, 'rfd_A00001'))).toMatchObject({
      state: 'succeeded',
      refundFen: 3300,
    });
    expect(await channel().refund(refundOf(number, 'rfd_A00001'))).toMatchObject({
      state: 'succeeded',
      refundFen: 3300,
    });
    await stage.cashier.tick();
    expect(verdict()).toMatchObject({ ok: true, kind: 'refund', notice: { outRefundNo: 'rfd_A00001' } });
    expect(await channel().queryOrder(number)).toMatchObject({ state: 'paid', amountFen: 9900 });
    await channel().refund(refundOf(number, 'rfd_A00002', 6600));
    await stage.cashier.tick();
    expect(verdict(1)).toMatchObject({ ok: true, kind: 'refund', notice: { outRefundNo: 'rfd_A00002' } });
    expect(await channel().queryOrder(number)).toMatchObject({ state: 'refunded', amountFen: 9900 });
  });

  it('that takes its time is processing, and succeeded in the end', async () => {
    const number = await paidBy('lost');
    stage.cashier.nextRefund({ afterMs: 60_000 });
    expect(await channel().refund(refundOf(number, 'rfd_A00003'))).toMatchObject({ state: 'processing' });
    stage.nowMs += 60_000;
    const numbers = { outTradeNo: number, outRefundNo: 'rfd_A00003' };
    expect(await channel().queryRefund(numbers)).toEqual({ state: 'succeeded', refundFen: 3300 });
    expect(await channel().queryRefund({ ...numbers, outRefundNo: 'rfd_NEVER1' })).toEqual({ state: 'absent' });
  });

  it.each(['acts_then_system_error', 'acts_then_bad_gateway', 'acts_then_hangs_up', 'acts_then_is_silent'] as const)(
    'of which nobody knows (%s) is made once all the same',
    async (fault) => {
      const number = await paidBy('lost');
      stage.cashier.failNextAlipay('refund', fault, 2);
      const unknown = channel(200).refund(refundOf(number, 'rfd_A00004'));
      await expect(unknown).rejects.toMatchObject({ kind: 'unavailable' });
      expect(await channel().refund(refundOf(number, 'rfd_A00004'))).toMatchObject({ state: 'succeeded' });
      expect(stage.cashier.refunds().filter(({ outTradeNo }) => outTradeNo === number)).toHaveLength(1);
    },
  );
});

describe('what Alipay did not say', () => {
  it.each(['bad_signature', 'no_signature', 'altered_body'] as const)(
    '%s: nothing of the answer is used',
    async (fault) => {
      const number = await paidBy('lost');
      for (const operation of ['query', 'close', 'refund'] as const) stage.cashier.failNextAlipay(operation, fault);
      const calls = [channel().queryOrder(number), channel().refund(refundOf(number, 'rfd_A00005'))];
      for (const call of calls) await expect(call).rejects.toMatchObject({ kind: 'unverified' });
    },
  );

  it.each([
    ['bad_signature', 'bad_signature'],
    ['no_signature', 'malformed'],
    ['altered_body', 'bad_signature'],
    ['wrong_key', 'bad_signature'],
    ['sha1_signature', 'malformed'],
    ['wrong_app', 'wrong_app'],
    ['wrong_merchant', 'wrong_merchant'],
  ] as const)('a notice with %s is refused as %s', async (fault, reason) => {
    await paidBy(fault);
    expect(verdict()).toMatchObject({ ok: false, reason });
  });

  it.each([
    ['zero_refund_fee', 9900],
    ['coupon', 9900],
    ['wrong_amount', 1],
  ] as const)(
    'a notice with %s is a payment of %i fen, for the order to be compared with',
    async (fault, amountFen) => {
      await paidBy(fault);
      expect(verdict()).toMatchObject({ ok: true, kind: 'payment', notice: { amountFen } });
    },
  );
});

describe('a bill of Alipay', () => {
  it('is read whole, and what is wrong with it is what it says', async () => {
    const day = '2026-11-03';
    stage.nowMs = Date.parse(`${day}T12:00:00+08:00`);
    const number = await paidBy('lost');
    await paidBy('lost');
    stage.nowMs += 1000;
    await channel().refund(refundOf(number, 'rfd_A00006'));
    expect(await channel().downloadBill('2026-11-02')).toEqual({ state: 'not_ready' });
    stage.nowMs += DAY_MS;
    const rows = async () => {
      const bill = await channel().downloadBill(day);
      return bill.state === 'ready' ? bill.rows.map(({ kind, amountFen }) => [kind, amountFen]) : bill.state;
    };
    const [paid, refunded] = [
      ['payment', 9900],
      ['refund', 3300],
    ];
    expect(await rows()).toEqual([paid, paid, refunded]);
    stage.cashier.failNextAlipay('bill', 'missing_row');
    expect(await rows()).toEqual([paid, refunded]);
    stage.cashier.failNextAlipay('bill', 'extra_row');
    expect(await rows()).toEqual([paid, paid, refunded, paid]);
    stage.cashier.failNextAlipay('bill', 'altered_row');
    expect(await rows()).toEqual([['payment', 9901], paid, refunded]);
    stage.cashier.failNextAlipay('bill', 'bill_not_ready');
    expect(await rows()).toBe('not_ready');
    stage.cashier.failNextAlipay('bill', 'broken_zip');
    await expect(rows()).rejects.toMatchObject({ kind: 'unverified', code: 'bad_zip' });
  });
});
