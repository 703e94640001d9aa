import { describe, expect, it } from 'vitest';
import { formOf } from './alipay-client.ts';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
type Over = Record<string, unknown>;
const refund = async (number: string, request: string | undefined, amount: unknown, over: Over = {}) =>
  (await stage.call('refund', { out_trade_no: number, refund_amount: amount, out_request_no: request, ...over })).json;
const ask = async (number: string, request: string | undefined) =>
  (await stage.call('fastpay.refund.query', { out_trade_no: number, out_request_no: request })).json;
const status = async (number: string) => (await stage.query(number))['trade_status'];

describe('a refund', () => {
  it('moves money once: Y at first, N under the same number, and the fee is the sum of all', async () => {
    const number = await stage.paid();
    expect(await refund(number, 'r1', '33.05', { refund_reason: '用户申请' })).toMatchObject({
      ...{ code: '10000', fund_change: 'Y', refund_fee: '33.05', send_back_fee: '33.05', out_trade_no: number },
      gmt_refund_pay: '2026-11-23 10:00:00',
    });
    expect(await refund(number, 'r1', '33.05')).toMatchObject({ fund_change: 'N', refund_fee: '33.05' });
    expect(await refund(number, 'r2', '10.00')).toMatchObject({
      ...{ fund_change: 'Y', refund_fee: '43.05', send_back_fee: '10.00' },
    });
    expect(await status(number)).toBe('TRADE_SUCCESS');
  });

  it('of all of it closes the trade, which stays one that was paid', async () => {
    const number = await stage.paid();
    await refund(number, 'r1', '99.00');
    expect(await stage.query(number)).toMatchObject({
      ...{ trade_status: 'TRADE_CLOSED', send_pay_date: '2026-11-23 10:00:00', buyer_pay_amount: '99.00' },
    });
    expect(await refund(number, 'r1', '99.00')).toMatchObject({ code: '10000', fund_change: 'N' });
    expect(await refund(number, 'r2', '0.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' });
  });

  it('without a number is of the whole, and the order’s number stands for it', async () => {
    const number = await stage.paid();
    expect(await refund(number, undefined, '1.00')).toMatchObject({ sub_code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' });
    expect(await refund(number, undefined, '99.00')).toMatchObject({ fund_change: 'Y' });
    expect(await ask(number, number)).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '99.00' });
  });

  it('under the same number with another amount is refused; two trades may use one number', async () => {
    const [one, two] = [await stage.paid(), await stage.paid()];
    await refund(one, 'same', '10.00');
    expect(await refund(one, 'same', '10.01')).toMatchObject({ sub_code: 'ACQ.DISCORDANT_REPEAT_REQUEST' });
    expect(await refund(two, 'same', '20.00')).toMatchObject({ fund_change: 'Y', refund_fee: '20.00' });
  });

  it.each([
    ['more than was paid', () => stage.paid(), '99.01', 'ACQ.REASON_TRADE_REFUND_FEE_ERR'],
    ['a trade that waits', () => stage.opened(), '1.00', 'ACQ.TRADE_STATUS_ERROR'],
    ['nobody’s trade', () => Promise.resolve('ord_NOBODY'), '1.00', 'ACQ.TRADE_NOT_EXIST'],
    ['nothing', () => stage.paid(), '0', 'ACQ.INVALID_PARAMETER'],
    ['a third of a fen', () => stage.paid(), '0.003', 'ACQ.INVALID_PARAMETER'],
  ])('of %s is refused', async (_, number, amount, subCode) => {
    expect(await refund(await number(), 'r1', amount)).toMatchObject({ code: '40004', sub_code: subCode });
  });

  it('needs a number of at most 64 characters, and a reason of at most 256', async () => {
    const number = await stage.paid();
    expect(await refund(number, 'x'.repeat(65), '1.00')).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
    const over = { refund_reason: '退'.repeat(257) };
    expect(await refund(number, 'r1', '1.00', over)).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });

  it('that takes its time is accepted with N, and told when it is over', async () => {
    const number = await stage.paid();
    stage.cashier.nextRefund({ afterMs: 3_600_000 });
    expect(await refund(number, 'r1', '99.00')).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '0.00' });
    expect(await status(number)).toBe('TRADE_SUCCESS');
    expect(await ask(number, 'r1')).toEqual({ code: '10000', msg: 'Success' });
    await stage.cashier.tick();
    expect(stage.received).toHaveLength(0);
    stage.nowMs += 3_600_000;
    expect(await ask(number, 'r1')).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
    await stage.cashier.tick();
    expect(formOf(stage.received[0]!)).toMatchObject({ trade_status: 'TRADE_CLOSED', out_biz_no: 'r1' });
  });

  it('that fails in the end moved nothing, is not told, and may be asked for again under its number', async () => {
    const number = await stage.paid();
    stage.cashier.nextRefund({ end: 'CLOSED' });
    expect(await refund(number, 'r1', '99.00')).toMatchObject({ fund_change: 'N' });
    await stage.cashier.tick();
    expect(stage.received).toHaveLength(0);
    expect(await ask(number, 'r1')).toEqual({ code: '10000', msg: 'Success' });
    expect(await refund(number, 'r1', '99.00')).toMatchObject({ fund_change: 'Y' });
  });
});

describe('a query of a refund', () => {
  it('tells this refund’s amount', async () => {
    const number = await stage.paid();
    await refund(number, 'r1', '10.00');
    await refund(number, 'r2', '20.00');
    expect(await ask(number, 'r2')).toMatchObject({
      ...{ out_trade_no: number, out_request_no: 'r2', refund_amount: '20.00', total_amount: '99.00' },
      ...{ refund_status: 'REFUND_SUCCESS', gmt_refund_pay: '2026-11-23 10:00:00' },
    });
  });

  it('of one that nobody asked for succeeds and says nothing; of nobody’s trade it is refused', async () => {
    expect(await ask(await stage.paid(), 'never')).toEqual({ code: '10000', msg: 'Success' });
    expect(await ask('ord_NOBODY', 'r1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    expect(await ask(await stage.paid(), undefined)).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });
});

describe('the notice of a refund', () => {
  it('goes to the payment’s address: TRADE_SUCCESS of a part, TRADE_CLOSED of the rest, with the sum so far', async () => {
    const number = await stage.paid();
    await refund(number, 'r1', '33.05');
    await stage.cashier.tick();
    stage.nowMs += 5250;
    await refund(number, 'r2', '65.95');
    await stage.cashier.tick();
    const [part, whole] = stage.received.map(formOf);
    expect(part).toMatchObject({
      ...{
        out_trade_no: number,
        trade_status: 'TRADE_SUCCESS',
        total_amount: '99.00',
        gmt_payment: '2026-11-23 10:00:00',
      },
      ...{ refund_fee: '33.05', out_biz_no: 'r1', gmt_refund: '2026-11-23 10:00:00.000' },
    });
    expect(whole).toMatchObject({
      ...{ trade_status: 'TRADE_CLOSED', refund_fee: '99.00', out_biz_no: 'r2', gmt_refund: '2026-11-23 10:00:05.250' },
    });
    for (const form of [part, whole]) expect(stage.sdk.checkNotifySignV2(form)).toBe(true);
  });

  it('says what it said at first when it is sent again, whatever happened since', async () => {
    const number = await stage.paid();
    stage.reply = 'later';
    await refund(number, 'r1', '33.05');
    await stage.cashier.tick();
    await refund(number, 'r2', '65.95');
    stage.reply = 'success';
    stage.nowMs += 240_000;
    await stage.cashier.tick();
    const again = stage.received.map(formOf).filter((one) => one['out_biz_no'] === 'r1');
    expect(again.map((one) => [one['trade_status'], one['refund_fee']])).toEqual([
      ['TRADE_SUCCESS', '33.05'],
      ['TRADE_SUCCESS', '33.05'],
    ]);
  });

  it('may be there before the payment’s', async () => {
    const number = await stage.opened();
    stage.cashier.pay(number, { fault: 'delayed', delayMs: 1000 });
    await refund(number, 'r1', '10.00');
    await stage.cashier.tick();
    stage.nowMs += 1000;
    await stage.cashier.tick();
    expect(stage.received.map(formOf).map((one) => one['refund_fee'])).toEqual(['10.00', undefined]);
  });

  it('may be lost', async () => {
    stage.cashier.nextRefund({ fault: 'lost' });
    await refund(await stage.paid(), 'r1', '10.00');
    expect(await stage.cashier.tick()).toBe(0);
  });
});
