import { describe, expect, it } from 'vitest';
import { verifyNotice } from '../../../shared/payments/wechat/verify-notice.ts';
import { openVerifyingKeys } from '../../../shared/payments/wechat/verifying-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { wechatStage } from './wechat-stage.ts';

const stage = wechatStage();
const DAY_MS = 24 * 3_600_000;
const channel = (timeoutMs = 2000) =>
  wechatPayChannel(stage.cashier.secrets.signing, { clock: () => stage.nowMs, timeoutMs });
const refundOf = (outTradeNo: string, outRefundNo: string, refundFen = 3300) => ({
  ...{ outTradeNo, outRefundNo, refundFen, totalFen: 9900, reason: '用户申请', notifyUrl: stage.notifyUrl },
});
const verdict = () =>
  verifyNotice({
    ...stage.received.at(-1)!,
    nowMs: stage.nowMs,
    ...openVerifyingKeys(stage.cashier.secrets.verifying),
  });

describe('an order from a phone’s browser', () => {
  it('gets a page that the payer can open', async () => {
    const order = { outTradeNo: 'ord_CHANNELH5', method: 'h5', amountFen: 9900, description: '衣影' } as const;
    const rest = { expiresAtMs: stage.nowMs + 900_000, notifyUrl: stage.notifyUrl, clientIp: '203.0.113.7' };
    const { payUrl } = await channel().createOrder({ ...order, ...rest });
    const page = await fetch(payUrl, { headers: { Referer: 'http://127.0.0.1/' } });
    expect(page.url).toBe(stage.cashier.pageUrl('ord_CHANNELH5'));
  });
});

describe('a refund at WeChat Pay', () => {
  it('is processing, then succeeded, and its notice is no payment', async () => {
    const number = await stage.paid();
    const refund = refundOf(number, 'rfd_W00001');
    expect(await channel().refund(refund)).toMatchObject({ state: 'processing', refundFen: 3300 });
    stage.nowMs += 2000;
    expect(await channel().queryRefund(refund)).toMatchObject({ state: 'succeeded', refundFen: 3300 });
    expect(await channel().refund(refund)).toMatchObject({ state: 'succeeded' });
    await stage.cashier.tick();
    expect(verdict()).toMatchObject({
      ...{ ok: true, kind: 'refund' },
      notice: { outTradeNo: number, outRefundNo: 'rfd_W00001', state: 'succeeded', refundFen: 3300 },
    });
    expect(await channel().queryOrder(number)).toMatchObject({ state: 'refunded', amountFen: 9900 });
    expect(await channel().queryRefund({ ...refund, outRefundNo: 'rfd_NEVER1' })).toEqual({ state: 'absent' });
  });

  it.each([
    ['ABNORMAL', 'abnormal'],
    ['CLOSED', 'closed'],
  ] as const)('that ends %s is %s, by query and by notice', async (end, state) => {
    const refund = refundOf(await stage.paid(), `rfd_W_${end}`);
    stage.cashier.nextRefund({ end });
    await channel().refund(refund);
    stage.nowMs += 2000;
    expect(await channel().queryRefund(refund)).toMatchObject({ state });
    await stage.cashier.tick();
    expect(verdict()).toMatchObject({ ok: true, kind: 'refund', notice: { state } });
  });

  it.each(['acts_then_system_error', 'acts_then_bad_gateway', 'acts_then_hangs_up', 'acts_then_is_silent'] as const)(
    'of which nobody knows (%s) is made once all the same',
    async (fault) => {
      const refund = refundOf(await stage.paid(), `rfd_W_${fault}`);
      stage.cashier.failNext('refund', fault, 2);
      await expect(channel(200).refund(refund)).rejects.toMatchObject({ kind: 'unavailable' });
      expect(await channel().refund(refund)).toMatchObject({ state: 'processing' });
      expect(stage.cashier.refunds().filter((one) => one.outRefundNo === refund.outRefundNo)).toHaveLength(1);
    },
  );

  it.each([
    ['not_enough', 'NOT_ENOUGH'],
    ['account_abnormal', 'USER_ACCOUNT_ABNORMAL'],
  ] as const)('that is refused (%s) says why', async (fault, code) => {
    stage.cashier.failNext('refund', fault);
    const refund = channel().refund(refundOf(await stage.paid(), `rfd_W_${code}`.slice(0, 32)));
    await expect(refund).rejects.toMatchObject({ kind: 'refused', code });
  });
});

describe('a bill of WeChat Pay', () => {
  it('is read whole, and what is wrong with it is what it says', async () => {
    const day = '2026-11-03';
    stage.nowMs = Date.parse(`${day}T12:00:00+08:00`);
    const number = await stage.paid();
    await stage.paid();
    stage.nowMs += 1000;
    await channel().refund(refundOf(number, 'rfd_W00009'));
    stage.nowMs += DAY_MS - 3 * 3_600_000;
    expect(await channel().downloadBill(day)).toEqual({ state: 'not_ready' });
    stage.nowMs += 3 * 3_600_000;
    expect(await channel().downloadBill('2026-11-02')).toEqual({ state: 'ready', rows: [] });
    const rows = async () => {
      const bill = await channel().downloadBill(day);
      return bill.state === 'ready' ? bill.rows.map(({ kind, amountFen }) => [kind, amountFen]) : bill.state;
    };
    const [paid, refunded] = [
      ['payment', 9900],
      ['refund', 3300],
    ];
    expect(await rows()).toEqual([paid, paid, refunded]);
    stage.cashier.failNext('bill', 'missing_row');
    expect(await rows()).toEqual([paid, refunded]);
    stage.cashier.failNext('bill', 'extra_row');
    expect(await rows()).toEqual([paid, paid, refunded, paid]);
    stage.cashier.failNext('bill', 'altered_row');
    expect(await rows()).toEqual([['payment', 9901], paid, refunded]);
    stage.cashier.failNext('bill', 'bill_not_ready');
    expect(await rows()).toBe('not_ready');
    stage.cashier.failNext('bill', 'wrong_hash');
    await expect(rows()).rejects.toMatchObject({ kind: 'unverified', code: 'bad_hash' });
  });
});
