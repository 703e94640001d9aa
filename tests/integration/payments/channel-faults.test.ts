import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlipayNoticeFault } from '../../../scripts/local/cashier/alipay/seal-alipay-notice.ts';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import type { ChannelId } from '../../../shared/payments/channel.ts';
import { reconcileBill } from '../../../shared/payments/reconcile-bill.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { DAY_MS, shanghaiDay } from '../../../shared/shanghai-day.ts';
import { type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

// What goes wrong between a channel and the product: played by the cashier, met by the functions.

let product: ProductDatabase;
let stage: ApiStage;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  stage.secrets['yiying-test-alipay-signing'] = stage.cashier.secrets.alipaySigning;
  stage.secrets['yiying-test-alipay-verifying'] = stage.cashier.secrets.alipayVerifying;
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const MINUTE_MS = 60_000;

/** @returns the order's number at the channel */
async function ordered(as: ApiMerchant, channel: ChannelId = 'alipay'): Promise<string> {
  const body = { planId: 'monthly_99', channel };
  const { orderId } = (await stage.send('purchase-membership', { as, idempotencyKey: 'buy', body })).body.data;
  return channel === 'alipay' ? `${orderId}_a` : orderId;
}

/** The merchant's look, which asks the channel once its time has come. */
async function look(as: ApiMerchant, number: string): Promise<string> {
  stage.advance(6000);
  const answer = await stage.send('get-order', { as, query: { orderId: number.slice(0, 30) } });
  return answer.body.data.state as string;
}

async function laterBy(ms: number): Promise<void> {
  stage.advance(ms);
  await stage.cashier.tick();
}

const answersTo = (number: string) =>
  stage.cashier
    .sent()
    .filter(({ outTradeNo }) => outTradeNo === number)
    .map(({ status }) => status);
const casesOf = (number: string) =>
  stage.db.query('SELECT class, remedy FROM reconciliation_cases WHERE order_id = ?', [number.slice(0, 30)]);

describe("Alipay's notice of a payment, through the product", () => {
  const paidWith = async (fault: AlipayNoticeFault): Promise<{ as: ApiMerchant; number: string }> => {
    const as = await stage.newMerchant();
    const number = await ordered(as);
    stage.cashier.pay(number, { fault, channel: 'alipay' });
    await stage.cashier.tick();
    return { as, number };
  };

  it.each(['twin', 'twice', 'coupon', 'zero_refund_fee'] as const)(
    '%s: is acknowledged, and grants once',
    async (fault) => {
      const { as, number } = await paidWith(fault);
      await laterBy(1000);
      expect(answersTo(number)).toEqual(fault.startsWith('tw') ? [200, 200] : [200]);
      expect([await stage.available(as), await casesOf(number)]).toEqual([100, []]);
      // Nothing of it comes again: it was answered with what Alipay takes for an answer.
      await laterBy(4 * MINUTE_MS);
      expect(answersTo(number)).toHaveLength(fault.startsWith('tw') ? 2 : 1);
    },
  );

  it.each(['lost', 'delayed'] as const)('%s: the merchant who looks has it all the same, once', async (fault) => {
    const { as, number } = await paidWith(fault);
    expect([await stage.available(as), await look(as, number), await stage.available(as)]).toEqual([0, 'paid', 100]);
    await laterBy(10 * MINUTE_MS);
    expect(answersTo(number)).toEqual(fault === 'lost' ? [] : [200]);
    expect(await stage.available(as)).toBe(100);
  });

  it.each(['bad_signature', 'no_signature', 'altered_body', 'wrong_key', 'sha1_signature'] as const)(
    '%s: is refused and grants nothing; the true one that follows does',
    async (fault) => {
      const { as, number } = await paidWith(fault);
      expect([answersTo(number), await stage.available(as)]).toEqual([[401], 0]);
      await laterBy(4 * MINUTE_MS);
      expect([answersTo(number), await stage.available(as)]).toEqual([[401, 200], 100]);
      expect(await casesOf(number)).toEqual([]);
    },
  );

  it.each([
    ['wrong_amount', 500, [{ class: 'amount_differs', remedy: 'none' }]],
    ['wrong_merchant', 401, []],
    ['wrong_app', 401, []],
  ] as const)(
    '%s: is not acknowledged, however often; what Alipay itself answers is granted',
    async (fault, status, cases) => {
      const { as, number } = await paidWith(fault);
      await laterBy(4 * MINUTE_MS);
      expect([answersTo(number), await stage.available(as)]).toEqual([[status, status], 0]);
      expect(await casesOf(number)).toEqual(cases);
      expect([await look(as, number), await stage.available(as)]).toEqual(['paid', 100]);
    },
  );

  it('leaves books that add up, and nothing of itself in the logs', async () => {
    expect(await product.audit()).toEqual([]);
    expect(stage.leaks()).toEqual([]);
    for (const secret of Object.values(stage.cashier.secrets.alipaySigning))
      if (typeof secret === 'string' && secret.length > 40) expect(stage.logs()).not.toContain(secret);
  });
});

describe.each(['wechat', 'alipay'] as const)('a spoilt bill of %s', (id) => {
  const options = { clock: () => Date.now(), timeoutMs: 2000 };
  const fail = (fault: 'missing_row' | 'extra_row' | 'altered_row' | 'broken') =>
    id === 'wechat'
      ? stage.cashier.failNext('bill', fault === 'broken' ? 'wrong_hash' : fault)
      : stage.cashier.failNextAlipay('bill', fault === 'broken' ? 'broken_zip' : fault);
  let day = '';
  let buyers: { as: ApiMerchant; number: string; transactionId: string }[] = [];
  const compare = () => {
    const { signing, alipaySigning } = stage.cashier.secrets;
    const channel = id === 'wechat' ? wechatPayChannel(signing, options) : alipayChannel(alipaySigning, options);
    return reconcileBill(stage.db, channel, day, Date.now());
  };
  const found = async () =>
    (await compare())?.findings.map(({ class: kind, subject, remedy }) => [kind, subject, remedy]);
  const held = () => Promise.all(buyers.map(({ as }) => stage.available(as)));
  const billed = () =>
    stage.db.query('SELECT transaction_id AS t FROM payments WHERE channel = ? AND billed_on = ? ORDER BY t', [
      id,
      day,
    ]);

  beforeAll(async () => {
    // Noon of a day that no other test has paid on.
    const noonMs = Date.parse(`${shanghaiDay(Date.now())}T12:00:00+08:00`) + 2 * DAY_MS;
    stage.advance(noonMs - Date.now());
    day = shanghaiDay(noonMs);
    buyers = [];
    for (let n = 0; n < 2; n += 1) {
      const as = await stage.newMerchant();
      const number = await ordered(as, id);
      const { transactionId } = stage.cashier.pay(number, { channel: id });
      await laterBy(1000);
      buyers.push({ as, number, transactionId });
    }
    stage.advance(DAY_MS);
  });

  it('that is not the file that was said is not read: nothing is written, and the next one is compared whole', async () => {
    const before = await stage.books();
    fail('broken');
    await expect(compare()).rejects.toMatchObject({ name: 'ChannelError', kind: 'unverified' });
    expect([await stage.books(), await billed()]).toEqual([before, []]);
  });

  it('names a row that is of another amount, and one that nobody knows of; nothing is granted or taken', async () => {
    fail('altered_row');
    const [first] = buyers;
    expect(await found()).toEqual([['amount_differs', first?.transactionId, 'none']]);
    fail('extra_row');
    const both = await found();
    expect(both).toHaveLength(2);
    expect(both).toContainEqual(['paid_not_granted', expect.stringMatching(/^4200\d{24}$/), 'none']);
    expect(await held()).toEqual([100, 100]);
  });

  it('that lacks a row takes nothing from whoever has paid, as the channel says when asked', async () => {
    await stage.db.write('UPDATE payments SET billed_on = NULL WHERE channel = ?', [id]);
    fail('missing_row');
    const report = await compare();
    expect([report?.payments, report?.unbilled]).toEqual([1, 1]);
    expect([await held(), (await billed()).length]).toEqual([[100, 100], 1]);
    const whole = await compare();
    expect([whole?.payments, whole?.unbilled, (await billed()).length]).toEqual([2, 0, 2]);
    expect(await product.audit()).toEqual([]);
  });
});
