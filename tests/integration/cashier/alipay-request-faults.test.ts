import { describe, expect, it } from 'vitest';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
const status = async (number: string) => (await stage.query(number))['trade_status'];
/** Who is answered at all is answered in this time, however busy the machine. */
const PATIENT_MS = 10_000;
const call = (method: string, biz: Record<string, unknown>, patienceMs = PATIENT_MS) =>
  stage.client.call(`alipay.trade.${method}`, biz, {}, AbortSignal.timeout(patienceMs));

/** The three calls that change something, each with what shows that it did. */
const ACTIONS = {
  precreate: async () => {
    const trade = stage.trade();
    const isKnown = () => stage.cashier.orders().some(({ outTradeNo }) => outTradeNo === trade.out_trade_no);
    const send = (patienceMs?: number) => call('precreate', trade, patienceMs);
    return { send, happened: () => Promise.resolve(isKnown()) };
  },
  close: async () => {
    const number = await stage.opened();
    const send = (patienceMs?: number) => call('close', { out_trade_no: number }, patienceMs);
    return { send, happened: async () => (await status(number)) === 'TRADE_CLOSED' };
  },
  refund: async () => {
    const number = await stage.paid();
    const biz = { out_trade_no: number, refund_amount: '99.00', out_request_no: 'r1' };
    const send = (patienceMs?: number) => call('refund', biz, patienceMs);
    return { send, happened: async () => (await status(number)) === 'TRADE_CLOSED' };
  },
} as const;

describe.each(['precreate', 'close', 'refund'] as const)('%s', (operation) => {
  it.each([
    ['acts_then_system_error', 'ACQ.SYSTEM_ERROR', true],
    ['system_error', 'isp.unknow-error', false],
    ['rate_limited', 'isv.app-call-limited', false],
  ] as const)('%s: %s, and done: %s', async (fault, subCode, done) => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNextAlipay(operation, fault);
    const reply = await send();
    expect(reply).toMatchObject({ status: 200, isSigned: true, json: { sub_code: subCode } });
    expect(await happened()).toBe(done);
  });

  it.each([
    ['acts_then_bad_gateway', true],
    ['bad_gateway', false],
  ] as const)('%s: 502 and no JSON, and done: %s', async (fault, done) => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNextAlipay(operation, fault);
    expect(await send()).toMatchObject({ status: 502, isSigned: false, node: '' });
    expect(await happened()).toBe(done);
  });

  it.each([
    ['acts_then_hangs_up', 'fetch failed'],
    ['acts_then_is_silent', 'aborted'],
  ] as const)('%s: no answer, and done', async (fault, message) => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNextAlipay(operation, fault);
    await expect(send(fault === 'acts_then_is_silent' ? 200 : PATIENT_MS)).rejects.toThrow(message);
    expect(await happened()).toBe(true);
  });

  it.each(['bad_signature', 'no_signature', 'altered_body'] as const)(
    '%s: done, and not provably so',
    async (fault) => {
      const { send, happened } = await ACTIONS[operation]();
      stage.cashier.failNextAlipay(operation, fault);
      expect(await send()).toMatchObject({ isSigned: false, json: { code: '10000' } });
      expect(await happened()).toBe(true);
    },
  );

  it('another_order: genuine, about something else', async () => {
    const { send } = await ACTIONS[operation]();
    stage.cashier.failNextAlipay(operation, 'another_order');
    expect(await send()).toMatchObject({ isSigned: true, json: { out_trade_no: 'ord_SOMEBODY_ELSE' } });
  });
});

describe('other answers', () => {
  it('a close says 10000 and closed nothing, or closed another', async () => {
    const [mine, other] = [await stage.opened(), await stage.opened()];
    stage.cashier.failNextAlipay('close', 'says_done');
    expect((await call('close', { out_trade_no: mine })).json).toMatchObject({ code: '10000', out_trade_no: mine });
    expect([await status(mine), await status(other)]).toEqual(['WAIT_BUYER_PAY', 'WAIT_BUYER_PAY']);
    stage.cashier.failNextAlipay('close', 'closes_another');
    expect((await call('close', { out_trade_no: mine })).json).toMatchObject({ code: '10000' });
    expect([await status(mine), await status(other)]).toEqual(['WAIT_BUYER_PAY', 'TRADE_CLOSED']);
  });

  it('a query tells a wrong amount', async () => {
    const number = await stage.paid();
    stage.cashier.failNextAlipay('query', 'wrong_amount');
    expect((await stage.query(number))['total_amount']).toBe('0.01');
  });

  it('a refund finds the merchant’s balance too low, and may be asked for again', async () => {
    const { send, happened } = await ACTIONS.refund();
    stage.cashier.failNextAlipay('refund', 'not_enough');
    expect((await send()).json).toMatchObject({ code: '40004', sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' });
    expect(await happened()).toBe(false);
    expect((await send()).json).toMatchObject({ fund_change: 'Y' });
  });

  it('a payment comes after the close', async () => {
    const number = await stage.opened();
    await call('close', { out_trade_no: number });
    stage.cashier.pay(number, { evenIfClosed: true });
    expect(await status(number)).toBe('TRADE_SUCCESS');
  });
});
