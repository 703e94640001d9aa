import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WECHAT_RETRY_DELAYS_MS } from '../../../scripts/local/cashier/deliver-notices.ts';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import type { NoticeFault } from '../../../scripts/local/cashier/wechat/seal-notice.ts';
import type { ChannelOrderRequest, PaymentChannel } from '../../../shared/payments/channel.ts';
import { verifyNotice } from '../../../shared/payments/wechat/verify-notice.ts';
import { openVerifyingKeys } from '../../../shared/payments/wechat/verifying-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { startNoticeReceiver } from './notice-receiver.ts';

const START_MS = Date.parse('2026-11-23T10:00:00+08:00');
let nowMs = START_MS;
let answerStatus: number;
let cashier: Cashier;
let channel: PaymentChannel;
let receiver: Awaited<ReturnType<typeof startNoticeReceiver>>;
let serial = 0;

beforeAll(async () => {
  cashier = await startCashier({ clock: () => nowMs, timers: false });
  channel = wechatPayChannel(cashier.secrets.signing, { clock: () => nowMs, timeoutMs: 2000 });
  receiver = await startNoticeReceiver(() => answerStatus);
});

afterAll(async () => {
  await cashier.close();
  await receiver.close();
});

beforeEach(() => {
  nowMs = START_MS;
  answerStatus = 200;
  receiver.received.length = 0;
});

function request(over: Partial<ChannelOrderRequest> = {}): ChannelOrderRequest {
  serial += 1;
  return {
    outTradeNo: `ord_TEST${String(serial).padStart(6, '0')}`,
    method: 'qr',
    amountFen: 9900,
    description: '衣影 月度会员 100 额度',
    expiresAtMs: nowMs + 900_000,
    notifyUrl: receiver.url,
    ...over,
  };
}

function verifyReceived(index = 0) {
  const notice = receiver.received[index];
  if (notice === undefined) throw new Error(`notice ${index} did not arrive`);
  return verifyNotice({ ...notice, nowMs, ...openVerifyingKeys(cashier.secrets.verifying) });
}

async function payWith(fault: NoticeFault) {
  const order = request();
  await channel.createOrder(order);
  cashier.pay(order.outTradeNo, { fault });
  await cashier.tick();
  return order;
}

describe('an order that is created, paid and notified', () => {
  it('is unpaid at first, and its notice is verified and tells the amount, the merchant, the app and the time', async () => {
    const order = request();
    const { payUrl } = await channel.createOrder(order);
    expect(payUrl).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });

    const { transactionId } = cashier.pay(order.outTradeNo);
    await cashier.tick();
    const expected = {
      channel: 'wechat',
      outTradeNo: order.outTradeNo,
      transactionId,
      amountFen: 9900,
      currency: 'CNY',
      merchantId: cashier.merchant.mchId,
      appId: cashier.merchant.appId,
      paidAtMs: nowMs,
      payerId: expect.stringMatching(/^o\w{8}-\d{12}$/) as unknown,
    };
    expect(verifyReceived()).toEqual({
      ok: true,
      kind: 'payment',
      notice: { ...expected, noticeId: expect.stringMatching(/^EV-/) as unknown },
    });
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'paid', ...expected });
  });

  it('gives a fresh code for the same order when it is asked for again', async () => {
    const order = request();
    const first = await channel.createOrder(order);
    const second = await channel.createOrder(order);
    expect(second.payUrl).not.toBe(first.payUrl);
    expect(cashier.orders().filter((one) => one.outTradeNo === order.outTradeNo)).toHaveLength(1);
  });

  it('carries numbers with | and * in the path as they were signed', async () => {
    const order = request({ outTradeNo: 'a|b*c-d_e' });
    await channel.createOrder(order);
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });
  });

  it('is closed once the query says so, and closing again is no error', async () => {
    const order = request();
    await channel.createOrder(order);
    await channel.closeOrder(order.outTradeNo);
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'closed' });
    await channel.closeOrder(order.outTradeNo);
    await expect(channel.createOrder(order)).rejects.toMatchObject({ kind: 'refused', code: 'ORDER_CLOSED' });
    expect(() => cashier.pay(order.outTradeNo)).toThrow('订单已关闭');
  });

  it('may be paid although it was closed, and the query then says paid', async () => {
    const order = request();
    await channel.createOrder(order);
    await channel.closeOrder(order.outTradeNo);
    cashier.pay(order.outTradeNo, { evenIfClosed: true, fault: 'lost' });
    expect(await channel.queryOrder(order.outTradeNo)).toMatchObject({ state: 'paid' });
  });

  it('cannot be closed or created again once it is paid', async () => {
    const order = await payWith('lost');
    await expect(channel.closeOrder(order.outTradeNo)).rejects.toMatchObject({ kind: 'refused', code: 'ORDERPAID' });
    await expect(channel.createOrder(order)).rejects.toMatchObject({ kind: 'refused', code: 'OUT_TRADE_NO_USED' });
  });

  it('is absent when its creation never arrived', async () => {
    expect(await channel.queryOrder('never-created')).toEqual({ state: 'absent' });
  });
});

describe('faults of a notice', () => {
  it.each([
    ['wrong_serial', 'unknown_serial'],
    ['signtest', 'bad_signature'],
    ['altered_body', 'bad_signature'],
    ['bad_tag', 'bad_tag'],
    ['stale_timestamp', 'stale'],
  ] as const)('%s is refused as %s, and the good one that follows by the schedule is taken', async (fault, reason) => {
    answerStatus = 401;
    await payWith(fault);
    expect(verifyReceived()).toMatchObject({ ok: false, reason });
    nowMs += 15_000;
    answerStatus = 204;
    expect(await cashier.tick()).toBe(1);
    expect(verifyReceived(1)).toMatchObject({ ok: true });
  });

  it.each([
    ['wrong_app', 'wrong_app'],
    ['wrong_merchant', 'wrong_merchant'],
  ] as const)('%s is genuine and not for us', async (fault, reason) => {
    await payWith(fault);
    expect(verifyReceived()).toMatchObject({ ok: false, reason, authentic: true });
  });

  it('another amount or currency is handed on as it is, for the order to be compared with', async () => {
    await payWith('wrong_amount');
    expect(verifyReceived()).toMatchObject({ ok: true, notice: { amountFen: 1 } });
    await payWith('wrong_currency');
    expect(verifyReceived(1)).toMatchObject({ ok: true, notice: { currency: 'HKD' } });
  });

  it('a coupon lowers what the payer gives and not the amount that counts', async () => {
    const order = await payWith('coupon');
    expect(cashier.orders().find((one) => one.outTradeNo === order.outTradeNo)?.payerFen).toBe(9800);
    expect(verifyReceived()).toMatchObject({ ok: true, notice: { amountFen: 9900 } });
    expect(await channel.queryOrder(order.outTradeNo)).toMatchObject({ state: 'paid', amountFen: 9900 });
  });

  it('a lost notice never comes, a delayed one comes late with a fresh signature', async () => {
    await payWith('lost');
    nowMs += 48 * 3_600_000;
    expect(await cashier.tick()).toBe(0);
    await payWith('delayed');
    expect(receiver.received).toHaveLength(0);
    nowMs += 600_000;
    await cashier.tick();
    expect(verifyReceived()).toMatchObject({ ok: true });
  });

  it('twins come at the same moment, under one notice id', async () => {
    await payWith('twin');
    const ids = [verifyReceived(0), verifyReceived(1)].map(
      (one) => one.ok && one.kind === 'payment' && one.notice.noticeId,
    );
    expect(receiver.received).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('a second copy comes a second later although the first was accepted', async () => {
    await payWith('twice');
    expect(receiver.received).toHaveLength(1);
    nowMs += 1000;
    await cashier.tick();
    expect(receiver.received).toHaveLength(2);
  });
});

describe('the retry schedule', () => {
  it('is 15 s, 15 s, 30 s, 3 m, 10 m, 20 m, 3 × 30 m, 60 m, 3 × 3 h, 2 × 6 h: 24 h 4 min, then never again', async () => {
    expect(WECHAT_RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0)).toBe((24 * 60 + 4) * 60_000);
    answerStatus = 500;
    await payWith('coupon');
    const times = [nowMs];
    const gaps: number[] = [];
    while (nowMs < START_MS + 30 * 3_600_000) {
      nowMs += 15_000;
      if ((await cashier.tick()) === 1) {
        gaps.push(nowMs - (times.at(-1) ?? 0));
        times.push(nowMs);
        expect(verifyReceived(receiver.received.length - 1)).toMatchObject({ ok: true });
      }
    }
    expect(gaps).toEqual(WECHAT_RETRY_DELAYS_MS);
  });

  it('ends with the first 2xx, and a redirect is no 2xx', async () => {
    answerStatus = 302;
    await payWith('coupon');
    nowMs += 15_000;
    answerStatus = 204;
    await cashier.tick();
    nowMs += 24 * 3_600_000;
    expect(await cashier.tick()).toBe(0);
    expect(receiver.received).toHaveLength(2);
  });
});

describe('answers that go wrong', () => {
  it.each([
    ['bad_signature', 'bad_signature'],
    ['no_signature', 'malformed'],
    ['stale_signature', 'stale'],
    ['unknown_serial', 'unknown_serial'],
  ] as const)('%s: nothing of the answer is used', async (fault, code) => {
    const order = request();
    cashier.failNext('create', fault);
    await expect(channel.createOrder(order)).rejects.toMatchObject({ kind: 'unverified', code });
    cashier.failNext('query', fault);
    await expect(channel.queryOrder(order.outTradeNo)).rejects.toMatchObject({ kind: 'unverified', code });
    cashier.failNext('close', fault);
    await expect(channel.closeOrder(order.outTradeNo)).rejects.toMatchObject({ kind: 'unverified', code });
  });

  it.each(['another_order', 'another_merchant', 'another_app'] as const)(
    'a genuine answer about %s is not taken for this one',
    async (fault) => {
      const order = await payWith('lost');
      cashier.failNext('query', fault);
      const query = channel.queryOrder(order.outTradeNo);
      await expect(query).rejects.toMatchObject({ kind: 'unverified', code: 'another_order' });
    },
  );

  it('"no such order" under a wrong signature is not believed', async () => {
    cashier.failNext('query', 'bad_signature');
    await expect(channel.queryOrder('never-created')).rejects.toMatchObject({ kind: 'unverified' });
  });

  it.each(['system_error', 'acts_then_system_error', 'acts_then_hangs_up', 'rate_limited'] as const)(
    '%s once is asked again and heals',
    async (fault) => {
      const order = request();
      cashier.failNext('create', fault);
      expect(await channel.createOrder(order)).toMatchObject({ payUrl: expect.stringMatching(/^weixin:/) as unknown });
      expect(cashier.orders().filter((one) => one.outTradeNo === order.outTradeNo)).toHaveLength(1);
    },
  );

  it.each([
    ['system_error', 'SYSTEM_ERROR'],
    ['rate_limited', 'FREQUENCY_LIMITED'],
    ['acts_then_hangs_up', 'no_connection'],
  ] as const)('%s twice is unavailable', async (fault, code) => {
    cashier.failNext('create', fault, 2);
    await expect(channel.createOrder(request())).rejects.toMatchObject({ kind: 'unavailable', code });
  });

  it('silence ends with the time-out, and the order may exist', async () => {
    const hasty = wechatPayChannel(cashier.secrets.signing, { clock: () => nowMs, timeoutMs: 100 });
    const order = request();
    cashier.failNext('create', 'acts_then_is_silent', 2);
    await expect(hasty.createOrder(order)).rejects.toMatchObject({ kind: 'unavailable', code: 'timeout' });
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });
  });

  it('a close that says done without having closed is found out by the query', async () => {
    const order = request();
    await channel.createOrder(order);
    cashier.failNext('close', 'says_done');
    await channel.closeOrder(order.outTradeNo);
    expect(await channel.queryOrder(order.outTradeNo)).toEqual({ state: 'unpaid' });
  });

  it('nobody listening is unavailable', async () => {
    const gone = { ...cashier.secrets.signing, baseUrl: 'http://127.0.0.1:9' };
    const lost = wechatPayChannel(gone, { clock: () => nowMs, timeoutMs: 2000 });
    await expect(lost.queryOrder('never-created')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('errors carry neither the body nor the key', async () => {
    const error = await channel.createOrder(request({ amountFen: 0 })).catch((cause: unknown) => cause as Error);
    expect(String(error)).toBe('ChannelError: wechat createOrder: refused (PARAM_ERROR)');
  });

  it('answers come signed with the key that was asked for, so both modes verify', async () => {
    const { platformKeys } = cashier.merchant;
    const certificateFirst = { ...cashier.secrets.signing, platformKeys: [...platformKeys].reverse() };
    const other = wechatPayChannel(certificateFirst, { clock: () => nowMs, timeoutMs: 2000 });
    expect(await other.queryOrder('never-created')).toEqual({ state: 'absent' });
    const onlyCertificate = { ...cashier.secrets.signing, platformKeys: platformKeys.slice(1) };
    const single = wechatPayChannel(onlyCertificate, { clock: () => nowMs, timeoutMs: 2000 });
    expect(await single.queryOrder('never-created')).toEqual({ state: 'absent' });
  });
});
