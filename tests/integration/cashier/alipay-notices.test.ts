import { describe, expect, it } from 'vitest';
import { ALIPAY_RETRY_DELAYS_MS } from '../../../scripts/local/cashier/deliver-notices.ts';
import type { PayOptions } from '../../../scripts/local/cashier/pay-order.ts';
import { formOf } from './alipay-client.ts';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
const MINUTE_MS = 60_000;

async function payWith(options: PayOptions = {}): Promise<string> {
  const number = await stage.opened();
  stage.cashier.pay(number, options);
  await stage.cashier.tick();
  return number;
}

describe('the notice of a payment', () => {
  it('is a form that the vendor’s own client verifies, with everything that has to be looked at', async () => {
    const number = await payWith();
    const [notice] = stage.received;
    expect(notice?.headers['content-type']).toBe('application/x-www-form-urlencoded; text/html; charset=utf-8');
    const form = formOf(notice!);
    expect(stage.sdk.checkNotifySignV2(form)).toBe(true);
    const { appId, sellerId } = stage.cashier.secrets.alipayVerifying;
    expect(form).toMatchObject({
      ...{ out_trade_no: number, total_amount: '99.00', seller_id: sellerId, app_id: appId, sign_type: 'RSA2' },
      ...{ trade_status: 'TRADE_SUCCESS', notify_type: 'trade_status_sync', charset: 'utf-8', version: '1.0' },
      ...{ gmt_payment: '2026-11-23 10:00:00', buyer_pay_amount: '99.00', subject: '衣影 月度会员' },
      notify_id: expect.stringMatching(/^20261123\d{26}$/) as string,
      trade_no: (await stage.query(number))['trade_no'],
    });
    for (const name of ['refund_fee', 'gmt_refund', 'out_biz_no']) expect(form[name]).toBeUndefined();
    expect(Object.values(form)).not.toContain('');
  });

  it('carries what the order gave along, percent signs and pluses too', async () => {
    const trade = stage.trade({ subject: '50%+ 衣影', passback_params: 'a%3Db+c' });
    await fetch(stage.pageUrl(trade));
    stage.cashier.pay(trade.out_trade_no);
    await stage.cashier.tick();
    const form = formOf(stage.received[0]!);
    expect(form).toMatchObject({ subject: '50%+ 衣影', passback_params: 'a%3Db+c' });
    expect(stage.sdk.checkNotifySignV2(form)).toBe(true);
  });

  it('comes again after 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h under the same id, then never', async () => {
    stage.reply = 'SUCCESS';
    await payWith();
    for (const delayMs of ALIPAY_RETRY_DELAYS_MS) {
      stage.nowMs += delayMs - 1;
      expect(await stage.cashier.tick()).toBe(0);
      stage.nowMs += 1;
      expect(await stage.cashier.tick()).toBe(1);
    }
    expect(ALIPAY_RETRY_DELAYS_MS.map((ms) => ms / MINUTE_MS)).toEqual([4, 10, 10, 60, 120, 360, 900]);
    expect(stage.received).toHaveLength(8);
    expect(new Set(stage.received.map((one) => formOf(one)['notify_id'])).size).toBe(1);
    expect(stage.received.every((one) => stage.sdk.checkNotifySignV2(formOf(one)))).toBe(true);
    stage.nowMs += 48 * 60 * MINUTE_MS;
    expect(await stage.cashier.tick()).toBe(0);
  });

  it.each([
    ['SUCCESS', 200, false],
    ['success\n', 200, false],
    ['\uFEFFsuccess', 200, false],
    ['', 200, false],
    ['{"code":"success"}', 200, false],
    ['success', 201, false],
    ['success', 302, false],
    ['success', 500, false],
    ['success', 200, true],
  ])('the answer %j with %i is enough: %s', async (reply, answerStatus, enough) => {
    Object.assign(stage, { reply, answerStatus });
    await payWith();
    stage.nowMs += 4 * MINUTE_MS;
    expect(await stage.cashier.tick()).toBe(enough ? 0 : 1);
  });

  it('is not sent where no address was given', async () => {
    const trade = stage.trade();
    await fetch(stage.pageUrl(trade, 'page', { notify_url: '' }));
    stage.cashier.pay(trade.out_trade_no);
    expect(await stage.cashier.tick()).toBe(0);
  });
});

describe('faults of a notice', () => {
  it.each(['bad_signature', 'no_signature', 'altered_body', 'wrong_key', 'sha1_signature'] as const)(
    '%s: the first is not Alipay’s RSA2 word, and the next one is',
    async (fault) => {
      stage.reply = 'fail';
      await payWith({ fault });
      const first = formOf(stage.received[0]!);
      // The vendor's client takes the old signature too, by what the message says of itself: that is why RSA2 has to be asked for.
      if (fault === 'sha1_signature') expect(first['sign_type']).toBe('RSA');
      if (fault === 'no_signature') expect(first['sign']).toBeUndefined();
      else expect(stage.sdk.checkNotifySignV2(first)).toBe(fault === 'sha1_signature');
      stage.nowMs += 4 * MINUTE_MS;
      await stage.cashier.tick();
      const second = formOf(stage.received[1]!);
      expect(second['sign_type']).toBe('RSA2');
      expect(stage.sdk.checkNotifySignV2(second)).toBe(true);
    },
  );

  it.each([
    ['wrong_amount', { total_amount: '0.01' }],
    ['wrong_app', { app_id: '2021999999999999' }],
    ['wrong_merchant', { seller_id: '2088999999999999' }],
    ['zero_refund_fee', { trade_status: 'TRADE_SUCCESS', refund_fee: '0.00', gmt_close: '2026-11-23 10:00:00' }],
    ['coupon', { total_amount: '99.00', buyer_pay_amount: '98.00', receipt_amount: '99.00' }],
  ] as const)('%s is genuine and says %j', async (fault, said) => {
    await payWith({ fault });
    const form = formOf(stage.received[0]!);
    expect(form).toMatchObject(said);
    expect(stage.sdk.checkNotifySignV2(form)).toBe(true);
  });

  it('lost: never; delayed: later than the query sees it; twin: two at once; twice: again a second later', async () => {
    const lost = await payWith({ fault: 'lost' });
    expect((await stage.query(lost))['trade_status']).toBe('TRADE_SUCCESS');
    await payWith({ fault: 'delayed' });
    expect(stage.received).toHaveLength(0);
    stage.nowMs += 10 * MINUTE_MS;
    await stage.cashier.tick();
    expect(stage.received).toHaveLength(1);
    await payWith({ fault: 'twin' });
    expect(stage.received).toHaveLength(3);
    await payWith({ fault: 'twice' });
    stage.nowMs += 1000;
    await stage.cashier.tick();
    expect(stage.received).toHaveLength(5);
    const ids = stage.received.map((one) => formOf(one)['notify_id']);
    expect([ids[1], ids[3]]).toEqual([ids[2], ids[4]]);
  });

  it('an order has only the faults that Alipay has', async () => {
    const number = await stage.opened();
    expect(() => stage.cashier.pay(number, { fault: 'signtest' })).toThrow('fault 只能是');
  });
});
