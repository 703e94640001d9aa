import { describe, expect, it } from 'vitest';
import { wechatStage } from './wechat-stage.ts';

const stage = wechatStage();
const NATIVE = '/v3/pay/transactions/native';
const REFUNDS = '/v3/refund/domestic/refunds';
const close = (outTradeNo: string) =>
  stage.client.post(`/v3/pay/transactions/out-trade-no/${outTradeNo}/close`, { mchid: stage.cashier.merchant.mchId });
const stateOf = async (outTradeNo: string) => (await stage.query(outTradeNo)).json['trade_state'];

async function unpaid(): Promise<string> {
  const order = stage.order();
  await stage.client.post(NATIVE, order);
  return order.out_trade_no;
}

/** Who is answered at all is answered in this time, however busy the machine. */
const PATIENT_MS = 10_000;

/** The three requests that change something, each with what shows that it did. */
const ACTIONS = {
  create: async () => {
    const order = stage.order();
    const send = (patienceMs = PATIENT_MS) => stage.client.post(NATIVE, order, AbortSignal.timeout(patienceMs));
    return { send, happened: async () => (await stage.query(order.out_trade_no)).status === 200 };
  },
  close: async () => {
    const number = await unpaid();
    return { send: () => close(number), happened: async () => (await stateOf(number)) === 'CLOSED' };
  },
  refund: async () => {
    const refund = stage.refund(await stage.paid());
    const send = (patienceMs = PATIENT_MS) => stage.client.post(REFUNDS, refund, AbortSignal.timeout(patienceMs));
    return {
      send,
      happened: async () => (await stage.client.get(`${REFUNDS}/${refund.out_refund_no}`)).status === 200,
    };
  },
} as const;

describe.each(['create', 'close', 'refund'] as const)('%s', (operation) => {
  it.each([
    ['acts_then_system_error', 500, true],
    ['acts_then_bad_gateway', 502, true],
    ['system_error', 500, false],
    ['bad_gateway', 502, false],
    ['rate_limited', 429, false],
  ] as const)('%s: %i, and done: %s', async (fault, status, done) => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNext(operation, fault);
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(reply.isSigned).toBe(status !== 502);
    expect(await happened()).toBe(done);
  });

  it('acts_then_hangs_up: no answer, and done', async () => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNext(operation, 'acts_then_hangs_up');
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await happened()).toBe(true);
  });

  it.each(['bad_signature', 'no_signature', 'unknown_serial', 'altered_body'] as const)(
    '%s: done, and not provably so',
    async (fault) => {
      const { send, happened } = await ACTIONS[operation]();
      stage.cashier.failNext(operation, fault);
      const reply = await send();
      // A close answers without a body, of which nothing can be altered.
      expect(reply.isSigned).toBe(operation === 'close' && fault === 'altered_body');
      expect(await happened()).toBe(true);
    },
  );
});

describe('silence', () => {
  it.each(['create', 'refund'] as const)('after a %s that was done', async (operation) => {
    const { send, happened } = await ACTIONS[operation]();
    stage.cashier.failNext(operation, 'acts_then_is_silent');
    await expect(send(200)).rejects.toThrow('aborted');
    expect(await happened()).toBe(true);
  });
});

describe('a close', () => {
  it('that answers 204 and closed nothing', async () => {
    const number = await unpaid();
    stage.cashier.failNext('close', 'says_done');
    expect((await close(number)).status).toBe(204);
    expect(await stateOf(number)).toBe('NOTPAY');
  });

  it('that answers 204 and closed another number', async () => {
    const [mine, other] = [await unpaid(), await unpaid()];
    stage.cashier.failNext('close', 'closes_another');
    expect((await close(mine)).status).toBe(204);
    expect([await stateOf(mine), await stateOf(other)]).toEqual(['NOTPAY', 'CLOSED']);
  });

  it('while the payer types: 202 USER_PAYING, and the order can be paid', async () => {
    const number = await unpaid();
    stage.cashier.failNext('close', 'user_paying');
    expect(await close(number)).toMatchObject({ status: 202, json: { code: 'USER_PAYING' }, isSigned: true });
    stage.cashier.pay(number);
    expect(await stateOf(number)).toBe('SUCCESS');
  });
});

describe('a refund', () => {
  it.each([
    ['not_enough', 403, 'NOT_ENOUGH'],
    ['account_abnormal', 403, 'USER_ACCOUNT_ABNORMAL'],
  ] as const)('%s is refused, and nothing is refunded', async (fault, status, code) => {
    const { send, happened } = await ACTIONS.refund();
    stage.cashier.failNext('refund', fault);
    expect(await send()).toMatchObject({ status, json: { code } });
    expect(await happened()).toBe(false);
    expect((await send()).status).toBe(200);
  });

  it('may be answered as somebody else’s', async () => {
    const refund = stage.refund(await stage.paid());
    stage.cashier.failNext('refund', 'another_order');
    const reply = await stage.client.post(REFUNDS, refund);
    expect(reply.isSigned).toBe(true);
    expect(reply.json).toMatchObject({ out_trade_no: 'ord_SOMEBODY_ELSE', out_refund_no: 'rfd_SOMEBODY_ELSE' });
  });
});

describe('a payment', () => {
  it('may be seen by a query before its notice', async () => {
    const number = await unpaid();
    stage.cashier.pay(number, { fault: 'delayed' });
    expect(await stateOf(number)).toBe('SUCCESS');
    expect(await stage.cashier.tick()).toBe(0);
    expect(stage.received).toHaveLength(0);
  });

  it('may come after the close', async () => {
    const number = await unpaid();
    await close(number);
    stage.cashier.pay(number, { evenIfClosed: true });
    await stage.cashier.tick();
    expect(await stateOf(number)).toBe('SUCCESS');
    expect(stage.client.open(stage.received[0]!).said).toMatchObject({ out_trade_no: number, trade_state: 'SUCCESS' });
  });

  it('has only the faults that WeChat has', async () => {
    const number = await unpaid();
    expect(() => stage.cashier.pay(number, { fault: 'sha1_signature' })).toThrow('fault 只能是');
  });
});

describe('a notice’s address', () => {
  it('outside this machine is never spoken to, and counts as one that does not answer', async () => {
    const order = stage.order({ notify_url: 'https://example.com/v1/pay-callback-wechat' });
    await stage.client.post(NATIVE, order);
    stage.cashier.pay(order.out_trade_no);
    expect(await stage.cashier.tick()).toBe(1);
    expect(stage.cashier.sent().at(-1)).toMatchObject({ outTradeNo: order.out_trade_no, status: 0 });
    stage.nowMs += 15_000;
    expect(await stage.cashier.tick()).toBe(1);
  });
});
