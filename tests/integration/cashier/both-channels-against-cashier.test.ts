import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlipayNoticeFault } from '../../../scripts/local/cashier/alipay/seal-alipay-notice.ts';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import { verifyNotice as verifyAlipay } from '../../../shared/payments/alipay/verify-notice.ts';
import { openVerifyingKey } from '../../../shared/payments/alipay/verifying-config.ts';
import type { ChannelId, ChannelOrderRequest, PayMethod, PaymentChannel } from '../../../shared/payments/channel.ts';
import { verifyNotice as verifyWechat } from '../../../shared/payments/wechat/verify-notice.ts';
import { openVerifyingKeys } from '../../../shared/payments/wechat/verifying-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { startNoticeReceiver } from './notice-receiver.ts';

/** The channels and the cashier were written apart, each from the vendors' documents: here they meet. */

const DAY_MS = 24 * 3_600_000;
const START_MS = Date.parse('2026-11-23T12:00:00+08:00');
let nowMs = START_MS;
let cashier: Cashier;
let channels: Readonly<Record<ChannelId, PaymentChannel>>;
let receiver: Awaited<ReturnType<typeof startNoticeReceiver>>;
let serial = 0;

beforeAll(async () => {
  cashier = await startCashier({ clock: () => nowMs, timers: false });
  const options = { clock: () => nowMs, timeoutMs: 2000 };
  channels = {
    wechat: wechatPayChannel(cashier.secrets.signing, options),
    alipay: alipayChannel(cashier.secrets.alipaySigning, options),
  };
  receiver = await startNoticeReceiver(
    () => 200,
    () => 'success',
  );
});
afterAll(async () => {
  await cashier.close();
  await receiver.close();
});
/** Each test on days of its own, so that none stands in another's bill. */
beforeEach(async () => {
  nowMs += 4 * DAY_MS;
  await cashier.tick();
  receiver.received.length = 0;
});

const request = (method: PayMethod): ChannelOrderRequest => ({
  outTradeNo: `ord_BOTH${String(++serial).padStart(6, '0')}`,
  method,
  amountFen: 9900,
  description: '衣影会员 100 次 / 30 天, "好" & 更多',
  expiresAtMs: nowMs + 900_000,
  notifyUrl: receiver.url,
  clientIp: '203.0.113.7',
});

/** Ordered, and opened by the payer's browser where that makes the order. */
async function opened(channel: ChannelId, method: PayMethod): Promise<string> {
  const order = request(method);
  const { payUrl } = await channels[channel].createOrder(order);
  if (method !== 'qr') await fetch(payUrl, { headers: { Referer: 'https://www.example.com/' } });
  return order.outTradeNo;
}

const WAYS = [
  ['wechat', 'qr'],
  ['wechat', 'h5'],
  ['alipay', 'qr'],
  ['alipay', 'page'],
  ['alipay', 'wap'],
] as const;

function verifyReceived(channel: ChannelId, index = 0) {
  const notice = receiver.received[index];
  if (notice === undefined) throw new Error(`notice ${index} did not arrive`);
  return channel === 'wechat'
    ? verifyWechat({ ...notice, nowMs, ...openVerifyingKeys(cashier.secrets.verifying) })
    : verifyAlipay({ rawBody: notice.rawBody, expect: openVerifyingKey(cashier.secrets.alipayVerifying) });
}

describe.each(WAYS)('an order through %s by %s', (id, method) => {
  const channel = () => channels[id];

  it('is paid, notified and queried for the same price, and refunded in part and then wholly', async () => {
    const outTradeNo = await opened(id, method);
    const { transactionId } = cashier.pay(outTradeNo, { fault: 'coupon' });
    await cashier.tick();
    const paid = { channel: id, outTradeNo, transactionId, amountFen: 9900, currency: 'CNY', paidAtMs: nowMs };
    expect(verifyReceived(id)).toMatchObject({ kind: 'payment', notice: paid });
    expect(await channel().queryOrder(outTradeNo)).toMatchObject({ state: 'paid', ...paid });

    for (const [refundFen, outRefundNo] of [
      [1999, `rfd_${outTradeNo}1`],
      [7901, `rfd_${outTradeNo}2`],
    ] as const) {
      receiver.received.length = 0;
      const asked = { outTradeNo, outRefundNo, refundFen, totalFen: 9900, reason: '未使用', notifyUrl: receiver.url };
      expect(['processing', 'succeeded']).toContain((await channel().refund(asked)).state);
      nowMs += 60_000;
      await cashier.tick();
      expect(await channel().refund(asked)).toEqual({ state: 'succeeded', refundFen });
      expect(await channel().queryRefund(asked)).toEqual({ state: 'succeeded', refundFen });
      expect(verifyReceived(id)).toMatchObject({
        kind: 'refund',
        notice: { outTradeNo, outRefundNo, state: 'succeeded' },
      });
    }
    const { state } = await channel().queryOrder(outTradeNo);
    expect(state).toBe('refunded');
    const unknown = { outTradeNo, outRefundNo: 'rfd_never_sent' };
    expect(await channel().queryRefund(unknown)).toEqual({ state: 'absent' });
  });

  it('is closed once the query says so, and is then not to be paid', async () => {
    const outTradeNo = await opened(id, method);
    await channel().closeOrder(outTradeNo);
    // A code of Alipay that nobody has scanned is no trade that could be closed.
    const expected = id === 'alipay' && method === 'qr' ? 'absent' : 'closed';
    expect((await channel().queryOrder(outTradeNo)).state).toBe(expected);
    await channel().closeOrder(outTradeNo);
  });

  it('that nobody made is absent', async () => {
    expect(await channel().queryOrder('ord_never_made')).toEqual({ state: 'absent' });
  });
});

describe.each(['wechat', 'alipay'] as const)('the bill of %s', (id) => {
  const day = () => new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 10);

  async function dayWithPayments() {
    const date = day();
    const outTradeNo = await opened(id, id === 'wechat' ? 'qr' : 'page');
    const { transactionId } = cashier.pay(outTradeNo, { fault: 'coupon' });
    const paidAtMs = nowMs;
    nowMs += 60_000;
    const outRefundNo = `rfd_${outTradeNo}`;
    const refund = { outTradeNo, outRefundNo, refundFen: 1999, totalFen: 9900, reason: 'x', notifyUrl: receiver.url };
    await channels[id].refund(refund);
    const refundedAtMs = nowMs;
    nowMs += 10_000;
    const about = { outTradeNo, transactionId };
    const rows = [
      { kind: 'payment', ...about, amountFen: 9900, atMs: paidAtMs },
      { kind: 'refund', ...about, outRefundNo, amountFen: 1999, atMs: refundedAtMs },
    ];
    return { date, rows };
  }
  const nextDay = (date: string) => {
    nowMs = Date.parse(`${date}T12:00:00+08:00`) + DAY_MS;
  };

  it('tells each payment and each refund of its day, to the fen', async () => {
    const { date, rows } = await dayWithPayments();
    nextDay(date);
    expect(await channels[id].downloadBill(date)).toEqual({ state: 'ready', rows });
  });

  it('of a day without payments is empty, in the end', async () => {
    const date = day();
    nowMs += 3 * DAY_MS;
    expect(await channels[id].downloadBill(date)).toEqual({ state: 'ready', rows: [] });
  });

  it('that is not made yet is not ready', async () => {
    const { date } = await dayWithPayments();
    nextDay(date);
    nowMs -= 3 * 3_600_000;
    expect(await channels[id].downloadBill(date)).toEqual({ state: 'not_ready' });
  });

  it('whose rows are missing, more or others is told as it is, for our books to be compared with', async () => {
    const { date, rows } = await dayWithPayments();
    nextDay(date);
    for (const fault of ['missing_row', 'extra_row', 'altered_row'] as const) {
      if (id === 'wechat') cashier.failNext('bill', fault);
      else cashier.failNextAlipay('bill', fault);
      const got = await channels[id].downloadBill(date);
      expect(got.state, fault).toBe('ready');
      expect(got, fault).not.toEqual({ state: 'ready', rows });
    }
  });

  it('that is not what it says it is is not read', async () => {
    const { date } = await dayWithPayments();
    nextDay(date);
    if (id === 'wechat') cashier.failNext('bill', 'wrong_hash');
    else cashier.failNextAlipay('bill', 'broken_zip');
    await expect(channels[id].downloadBill(date)).rejects.toMatchObject({ kind: 'unverified' });
  });
});

describe('what goes wrong at Alipay', () => {
  it.each([
    ['bad_signature', 'bad_signature'],
    ['no_signature', 'malformed'],
    ['altered_body', 'bad_signature'],
    ['sha1_signature', 'malformed'],
    ['wrong_key', 'bad_signature'],
    ['wrong_app', 'wrong_app'],
    ['wrong_merchant', 'wrong_merchant'],
  ] as const)('a notice with %s is refused as %s', async (fault: AlipayNoticeFault, reason) => {
    cashier.pay(await opened('alipay', 'page'), { fault });
    await cashier.tick();
    expect(verifyReceived('alipay')).toMatchObject({ ok: false, reason });
  });

  it('another amount is handed on as it is, for the order to be compared with', async () => {
    cashier.pay(await opened('alipay', 'page'), { fault: 'wrong_amount' });
    await cashier.tick();
    const verdict = verifyReceived('alipay');
    expect(verdict).toMatchObject({ kind: 'payment' });
    expect(verdict).not.toMatchObject({ notice: { amountFen: 9900 } });
  });

  it.each(['bad_signature', 'no_signature', 'altered_body', 'another_order'] as const)(
    'an answer with %s is not used',
    async (fault) => {
      const outTradeNo = await opened('alipay', 'page');
      cashier.pay(outTradeNo, { fault: 'lost' });
      cashier.failNextAlipay('query', fault);
      await expect(channels.alipay.queryOrder(outTradeNo)).rejects.toMatchObject({ kind: 'unverified' });
      expect(await channels.alipay.queryOrder(outTradeNo)).toMatchObject({ state: 'paid' });
    },
  );

  it.each(['system_error', 'bad_gateway', 'acts_then_system_error', 'acts_then_hangs_up', 'rate_limited'] as const)(
    'a refund that meets %s moves money once, whatever was answered',
    async (fault) => {
      const outTradeNo = await opened('alipay', 'page');
      cashier.pay(outTradeNo, { fault: 'lost' });
      const refund = {
        ...{ outTradeNo, outRefundNo: `rfd_${outTradeNo}`, refundFen: 9900, totalFen: 9900 },
        ...{ reason: 'x', notifyUrl: receiver.url },
      };
      cashier.failNextAlipay('refund', fault);
      await channels.alipay.refund(refund).catch(() => undefined);
      nowMs += 10_000;
      expect(await channels.alipay.refund(refund)).toEqual({ state: 'succeeded', refundFen: 9900 });
      expect(cashier.refunds().filter((one) => one.outRefundNo === refund.outRefundNo)).toHaveLength(1);
    },
  );

  it('a balance that is too low refuses with its code', async () => {
    const outTradeNo = await opened('alipay', 'page');
    cashier.pay(outTradeNo, { fault: 'lost' });
    cashier.failNextAlipay('refund', 'not_enough');
    const refund = {
      outTradeNo,
      outRefundNo: `rfd_${outTradeNo}`,
      refundFen: 100,
      totalFen: 9900,
      reason: 'x',
      notifyUrl: '',
    };
    await expect(channels.alipay.refund(refund)).rejects.toMatchObject({ kind: 'refused' });
  });
});
