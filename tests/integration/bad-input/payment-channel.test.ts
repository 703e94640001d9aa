import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestFault } from '../../../scripts/local/cashier/wechat/request-faults.ts';
import { type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { describe as describeError, refused } from './refused.ts';

const SIGNING = 'yiying-test-wechat-signing';
let product: ProductDatabase;
let stage: ApiStage;
let timer: typeof import('../../../functions/reconcile-orders/handler.ts').main;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  timer = (await import('../../../functions/reconcile-orders/handler.ts')).main;
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const body = { planId: 'monthly_99', channel: 'wechat' };
const buy = (as: ApiMerchant, idempotencyKey = 'buy') =>
  stage.send('purchase-membership', { as, idempotencyKey, body });

async function newOrder(as: ApiMerchant): Promise<string> {
  const answer = await buy(as);
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body.data.orderId as string;
}

const statusesOf = (orderId: string) =>
  stage.cashier
    .sent()
    .filter(({ outTradeNo }) => outTradeNo === orderId)
    .map(({ status }) => status);

describe('a channel without its secret', () => {
  it('is closed, says so in the list of plans, and opens when the secret is there', async () => {
    const secret = stage.secrets[SIGNING];
    delete stage.secrets[SIGNING];
    const as = await stage.newMerchant();
    const channels = async () => (await stage.send('list-plans')).body.data.channels;
    expect(await refused(stage, 'purchase-membership', { as, idempotencyKey: 'buy', body })).toBe('CHANNEL_CLOSED');
    const alipay = { channel: 'alipay', open: false, methods: [] };
    expect(await channels()).toEqual([{ channel: 'wechat', open: false, methods: [] }, alipay]);
    stage.secrets[SIGNING] = secret;
    expect(await channels()).toEqual([{ channel: 'wechat', open: true, methods: ['qr', 'h5'] }, alipay]);
    expect((await buy(as)).status).toBe(201);
  });
});

describe('a channel that fails', () => {
  /** Asked twice, so both answers are bad; what is not provably WeChat's is not asked for again. */
  const FAULTS: readonly (readonly [RequestFault, times: number])[] = [
    ['system_error', 2],
    ['rate_limited', 2],
    ['acts_then_system_error', 2],
    ['acts_then_hangs_up', 2],
    ['bad_signature', 1],
    ['no_signature', 1],
    ['stale_signature', 1],
    ['unknown_serial', 1],
  ];

  it.each(FAULTS)(
    'with %s is said to have failed; the same key then gets the one order, which can be paid',
    async (fault, times) => {
      const as = await stage.newMerchant();
      stage.cashier.failNext('create', fault, times);
      const failed = await buy(as);
      expect(describeError(failed, 'zh')).toBe('PAYMENT_CHANNEL_FAILED');
      expect(JSON.stringify(failed.body)).not.toContain(fault);
      const again = await buy(as);
      expect(again.body.data).toMatchObject({
        state: 'pending',
        amountFen: 9900,
        codeUrl: expect.stringMatching(/^weixin:/) as string,
      });
      const { orderId } = again.body.data;
      expect((await buy(as)).body.data).toEqual(again.body.data);
      expect(stage.cashier.orders().filter(({ outTradeNo }) => outTradeNo === orderId)).toHaveLength(1);
      expect(await stage.db.query('SELECT id FROM orders WHERE merchant_id = ?', [as.id])).toEqual([{ id: orderId }]);
      expect(await stage.available(as)).toBe(0);
      stage.cashier.pay(orderId);
      await stage.cashier.tick();
      expect([await stage.available(as), statusesOf(orderId)]).toEqual([100, [204]]);
    },
  );

  it('because our key is not the one it knows says no more than that', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = stage.secrets[SIGNING] as object;
    const merchantPrivateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    stage.secrets[SIGNING] = { ...secret, merchantPrivateKeyPem };
    const call = await stage.newInstance('purchase-membership');
    const as = await stage.newMerchant();
    const headers = { authorization: as.authorization(), 'idempotency-key': 'buy' };
    expect(describeError(await call({ body, headers }), 'zh')).toBe('PAYMENT_CHANNEL_FAILED');
    stage.secrets[SIGNING] = { ...secret, merchantPrivateKeyPem: 'not a key' };
    const bad = await (await stage.newInstance('purchase-membership'))({ body, headers });
    expect(describeError(bad, 'zh')).toBe('CHANNEL_CLOSED');
    expect(stage.logs()).toMatch(/"log":"channel_misconfigured".*"channel":"wechat".*merchantPrivateKeyPem/);
    expect(stage.logs()).not.toContain('PRIVATE KEY-----');
    stage.secrets[SIGNING] = secret;
    expect((await buy(as)).status).toBe(201);
  });

  it('for one merchant leaves the next one alone', async () => {
    const [first, second] = [await stage.newMerchant(), await stage.newMerchant()];
    stage.cashier.failNext('create', 'system_error', 2);
    expect((await buy(first)).status).toBe(502);
    expect((await buy(second)).status).toBe(201);
  });
});

describe('a notice that the cashier spoils', () => {
  it.each(['wrong_serial', 'signtest', 'altered_body', 'bad_tag', 'stale_timestamp'] as const)(
    'by %s is answered 401 and grants nothing; the next, good one grants',
    async (fault) => {
      const as = await stage.newMerchant();
      const orderId = await newOrder(as);
      const before = await stage.books();
      stage.cashier.pay(orderId, { fault });
      await stage.cashier.tick();
      expect(statusesOf(orderId)).toEqual([401]);
      expect(await stage.books()).toEqual(before);
      stage.advance(15_000);
      await stage.cashier.tick();
      expect([statusesOf(orderId), await stage.available(as)]).toEqual([[401, 204], 100]);
    },
  );

  it.each([
    ['wrong_amount', 500],
    ['wrong_currency', 500],
    ['wrong_app', 401],
    ['wrong_merchant', 401],
  ] as const)('by %s is answered %s however often it comes, and never grants', async (fault, status) => {
    const as = await stage.newMerchant();
    const orderId = await newOrder(as);
    const before = await stage.books();
    stage.cashier.pay(orderId, { fault });
    for (const seconds of [0, 15, 15, 30]) {
      stage.advance(seconds * 1000);
      await stage.cashier.tick();
    }
    expect(statusesOf(orderId)).toEqual([status, status, status, status]);
    expect(await stage.books()).toEqual(before);
    expect(await stage.db.query('SELECT state FROM orders WHERE id = ?', [orderId])).toEqual([{ state: 'pending' }]);
    // The merchant who opens the order has the channel asked, which tells the truth.
    expect((await stage.send('get-order', { as, query: { orderId } })).body.data.state).toBe('paid');
  });

  it.each(['twin', 'twice'] as const)(
    'by sending it as a %s is answered 204 each time and grants once',
    async (fault) => {
      const as = await stage.newMerchant();
      const orderId = await newOrder(as);
      stage.cashier.pay(orderId, { fault });
      await stage.cashier.tick();
      stage.advance(1000);
      await stage.cashier.tick();
      expect([statusesOf(orderId), await stage.available(as)]).toEqual([[204, 204], 100]);
    },
  );

  it('by losing it grants nothing yet, and nothing is made up', async () => {
    const as = await stage.newMerchant();
    const orderId = await newOrder(as);
    stage.cashier.pay(orderId, { fault: 'lost' });
    await stage.cashier.tick();
    expect([statusesOf(orderId), await stage.available(as)]).toEqual([[], 0]);
  });

  it.each(['delayed', 'coupon'] as const)('by %s is still good for its whole price', async (fault) => {
    const as = await stage.newMerchant();
    const orderId = await newOrder(as);
    stage.cashier.pay(orderId, { fault });
    stage.advance(600_000);
    await stage.cashier.tick();
    expect([statusesOf(orderId), await stage.available(as)]).toEqual([[204], 100]);
  });
});

it('wakes somebody by the next tick of the timer, with class, order and trace, once', async () => {
  const as = await stage.newMerchant();
  const orderId = await newOrder(as);
  stage.cashier.pay(orderId, { fault: 'wrong_amount' });
  await stage.cashier.tick();
  expect(statusesOf(orderId)).toEqual([500]);
  const told = () =>
    stage
      .logs()
      .split('\n')
      .filter((line) => line.includes('"log":"reconciliation_case"') && line.includes(orderId))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told()).toEqual([]);
  for (let n = 0; n < 2; n++) expect(await timer({ Type: 'Timer' }, {})).toEqual({ ok: true });
  const [row] = await stage.db.query<{ trace: string }>('SELECT trace FROM orders WHERE id = ?', [orderId]);
  expect(told()).toEqual([
    expect.objectContaining({ ...row, level: 'error', class: 'amount_differs', channel: 'wechat', remedy: 'none' }),
  ]);
});

it('leaves the books in order, and nothing of it in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
  for (const { headers } of stage.cashier.sent()) {
    expect(stage.logs()).not.toContain(headers['Wechatpay-Signature']);
  }
  expect(stage.logs()).not.toContain(stage.cashier.merchant.apiV3Key);
});
