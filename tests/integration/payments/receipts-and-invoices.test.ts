import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let stage: ApiStage;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const codeOf = ({ body }: Answer): string => body.error?.code ?? 'none';
const BUY = { planId: 'monthly_99', channel: 'wechat' };

async function ordered(as: ApiMerchant, key = 'buy'): Promise<string> {
  const answer = await stage.send('purchase-membership', { as, idempotencyKey: key, body: BUY });
  return answer.body.data.orderId as string;
}

async function paid(as: ApiMerchant, key = 'buy'): Promise<string> {
  const orderId = await ordered(as, key);
  stage.cashier.pay(orderId);
  await stage.cashier.tick();
  return orderId;
}

const operator = (role: 'operator' | 'support' = 'operator') => newOperator(stage, role);

const refund = (as: ApiMerchant, orderId: string, mode = 'whole', idempotencyKey = 'refund') =>
  stage.send('refund-order', { as, idempotencyKey, body: { orderId, mode, reason: '客户申请退款' } });
const invoice = (as: ApiMerchant, body: object) => stage.send('request-invoice', { as, body });
const ask = (as: ApiMerchant, name: string, query: Record<string, string> = {}) => stage.send(name, { as, query });

describe('the orders of a merchant', () => {
  it('are listed newest first, in pages, and nobody else sees them', async () => {
    const as = await stage.newMerchant();
    const ids: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      ids.unshift(await paid(as, key));
      stage.advance(1000);
    }
    const first = (await ask(as, 'list-orders', { limit: '2' })).body.data;
    expect(first.items.map((one: { orderId: string }) => one.orderId)).toEqual(ids.slice(0, 2));
    const rest = (await ask(as, 'list-orders', { limit: '2', cursor: first.nextCursor })).body.data;
    expect([rest.items.length, rest.items[0].orderId, rest.nextCursor]).toEqual([1, ids[2], undefined]);
    expect((await ask(await stage.newMerchant(), 'list-orders')).body.data.items).toEqual([]);
  });
});

describe('a purchase', () => {
  it('of another offer than was shown is refused, with what it is now, and nothing is ordered', async () => {
    const as = await stage.newMerchant();
    const buy = (offer: unknown, key = 'buy') =>
      stage.send('purchase-membership', { as, idempotencyKey: key, body: { ...BUY, offer } });
    for (const shown of ['9901-100-30-member', '9900-101-30-member', '9900-100-31-member', '9900-100-30-basic']) {
      const answer = await buy(shown);
      expect([answer.status, codeOf(answer)]).toEqual([409, 'PLAN_CHANGED']);
      const message = '现为 ¥99、100 额度、30 天，可用于会员功能';
      expect(answer.body.error.fields).toEqual([{ path: 'offer', rule: 'plan', message }]);
    }
    for (const bad of [9900, '', null, 'a b', '9900-100-30-member ', 'x'.repeat(65)])
      expect(codeOf(await buy(bad)), String(bad)).toBe('VALIDATION_FAILED');
    expect((await ask(as, 'list-orders')).body.data.items).toEqual([]);
    // The key has ordered nothing: it may be used for the offer of now.
    const [plan] = (await stage.send('list-plans')).body.data.plans;
    expect((await buy(plan.offer)).status).toBe(201);
    expect((await ask(as, 'list-orders')).body.data.items).toHaveLength(1);
  });
});

describe('a plan whose access alone has changed', () => {
  const FIELDS = {
    basic: [
      '现为 ¥99、100 额度、30 天，仅可用于基础功能',
      'it is ¥99, 100 credits and 30 days now, for basic cards only',
    ],
    member: ['现为 ¥99、100 额度、30 天，可用于会员功能', 'it is ¥99, 100 credits and 30 days now, for all cards'],
  } as const;

  it.each([
    ['basic', '9900-100-30-member'],
    ['member', '9900-100-30-basic'],
  ] as const)('to %s says so to the buyer who saw %s, in either language', async (access, offer) => {
    const as = await stage.newMerchant();
    await stage.db.write("UPDATE plans SET access = ? WHERE id = 'monthly_99'", [access]);
    try {
      for (const [n, language] of ['zh', 'en'].entries()) {
        const request = {
          as,
          idempotencyKey: 'buy',
          body: { ...BUY, offer },
          headers: { 'accept-language': language },
        };
        const answer = await stage.send('purchase-membership', request);
        expect([codeOf(answer), answer.body.error.fields[0].message]).toEqual(['PLAN_CHANGED', FIELDS[access][n]]);
      }
    } finally {
      await stage.db.write("UPDATE plans SET access = 'member' WHERE id = 'monthly_99'");
    }
  });
});

describe('a receipt', () => {
  it('says what was paid, when, how and under which number; of an unpaid or another merchant’s order there is none', async () => {
    const as = await stage.newMerchant();
    const orderId = await ordered(as);
    expect(codeOf(await ask(as, 'get-receipt', { orderId }))).toBe('ORDER_NOT_PAID');
    stage.cashier.pay(orderId);
    await stage.cashier.tick();
    const { data } = (await ask(as, 'get-receipt', { orderId })).body;
    expect(data).toMatchObject({
      orderId,
      amountFen: 9900,
      refundedFen: 0,
      channel: 'wechat',
      planNameZh: '月度会员',
      refunds: [],
    });
    expect(data.receiptNumber).toMatch(/^R[0-9A-Z]{26}$/);
    expect(codeOf(await ask(await stage.newMerchant(), 'get-receipt', { orderId }))).toBe('NOT_FOUND');
  });

  it('calls the plan what it was called when it was ordered; an order of before the names were kept goes by the plan', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as, 'a');
    stage.advance(1000);
    const old = await paid(as, 'b');
    await stage.db.write('UPDATE orders SET plan_name_zh = NULL, plan_name_en = NULL WHERE id = ?', [old]);
    const named = (zh: string, en: string) =>
      stage.db.write("UPDATE plans SET name_zh = ?, name_en = ? WHERE id = 'monthly_99'", [zh, en]);
    await named('尊享月卡', 'Premium month');
    const namesOf = ({ planNameZh, planNameEn }: Record<string, string>) => [planNameZh, planNameEn];
    const receipts = [orderId, old].map(async (id) => (await ask(as, 'get-receipt', { orderId: id })).body.data);
    const names = [
      ['月度会员', 'Monthly'],
      ['尊享月卡', 'Premium month'],
    ];
    expect((await Promise.all(receipts)).map(namesOf)).toEqual(names);
    const listed = (await ask(as, 'list-orders')).body.data.items;
    expect(listed.reverse().map(namesOf)).toEqual(names);
    const found = (await ask(await operator(), 'search-orders', { orderId })).body.data.items;
    expect(namesOf(found[0].order)).toEqual(names[0]);
    await named('月度会员', 'Monthly');
  });

  it('shows what went back, as far as it is', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as);
    stage.advance(2 * 60_000);
    expect((await refund(await operator(), orderId)).status).toBe(201);
    const { refunds, refundedFen } = (await ask(as, 'get-receipt', { orderId })).body.data;
    expect([refundedFen, refunds.length, refunds[0].amountFen, refunds[0].credits]).toEqual([9900, 1, 9900, 100]);
  });
});

describe('a 发票', () => {
  const PERSONAL = { titleKind: 'personal', title: '张三', email: 'zhang@example.com' };
  const COMPANY = { titleKind: 'company', title: '杭州某某服饰有限公司', email: 'a@example.com' };

  it('is recorded once an order, and asking again corrects it until it is issued', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as);
    expect((await invoice(as, { orderId, ...PERSONAL })).body.data).toEqual({
      orderId,
      state: 'requested',
      amountFen: 9900,
    });
    expect((await invoice(as, { orderId, ...COMPANY, taxNumber: '91350100M000100Y43' })).status).toBe(200);
    expect(
      await stage.db.query('SELECT title, tax_number FROM invoice_requests WHERE order_id = ?', [orderId]),
    ).toEqual([{ title: COMPANY.title, tax_number: '91350100M000100Y43' }]);
    expect((await ask(as, 'get-order', { orderId })).body.data.invoice).toBe('requested');
    await stage.db.write("UPDATE invoice_requests SET state = 'issued' WHERE order_id = ?", [orderId]);
    expect(codeOf(await invoice(as, { orderId, ...PERSONAL }))).toBe('INVOICE_ENDED');
  });

  it.each([
    ['a company without a tax number', { ...COMPANY }, 'taxNumber'],
    ['a person with one', { ...PERSONAL, taxNumber: '91350100M000100Y43' }, 'taxNumber'],
    ['a credit code with a wrong check character', { ...COMPANY, taxNumber: '91350100M000100Y44' }, 'taxNumber'],
    ['a letter that a credit code never has', { ...COMPANY, taxNumber: '91350100I000100Y43' }, 'taxNumber'],
    ['spaces around the title', { ...PERSONAL, title: ' 张三 ' }, 'title'],
    ['no address', { ...PERSONAL, email: 'nobody' }, 'email'],
  ])('is not recorded for %s', async (_what, asked, field) => {
    const as = await stage.newMerchant();
    const answer = await invoice(as, { orderId: await paid(as), ...asked });
    expect([codeOf(answer), answer.body.error.fields[0].path]).toEqual(['VALIDATION_FAILED', field]);
  });

  it('is of what was paid less what went back, and of nothing there is none', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as);
    stage.advance(2 * 60_000);
    await refund(await operator(), orderId);
    expect(codeOf(await invoice(as, { orderId, ...PERSONAL }))).toBe('ORDER_NOT_PAID');
  });
});

describe("an operator's refund", () => {
  it('is for operators: nobody else, not support, and not who was one until now', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as);
    expect(codeOf(await refund(as, orderId))).toBe('NOT_AN_OPERATOR');
    expect(codeOf(await refund(await operator('support'), orderId))).toBe('NOT_AN_OPERATOR');
    const former = await operator();
    await stage.db.write('UPDATE operators SET ended_at = created_at WHERE merchant_id = ?', [former.id]);
    expect(codeOf(await refund(former, orderId))).toBe('NOT_AN_OPERATOR');
    const suspended = await operator();
    await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [suspended.id]);
    expect(codeOf(await refund(suspended, orderId))).toBe('NOT_AN_OPERATOR');
    expect(await stage.db.query('SELECT seq FROM audit_log WHERE target = ?', [orderId])).toEqual([]);
  });

  it('goes to the channel, comes back by its notify, and is one row of the audit log however often it is asked for', async () => {
    const as = await stage.newMerchant();
    const orderId = await paid(as);
    stage.advance(2 * 60_000);
    const by = await operator();
    const first = (await refund(by, orderId, 'unused')).body.data;
    expect(first).toMatchObject({ kind: 'unused', amountFen: 9900, credits: 100 });
    expect((await refund(by, orderId, 'unused')).body.data.refundId).toBe(first.refundId);
    expect(codeOf(await refund(by, orderId, 'whole'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(codeOf(await refund(by, orderId, 'whole', 'another'))).toBe('NOTHING_TO_REFUND');
    for (let minutes = 0; minutes < 10; minutes++) {
      stage.advance(60_000);
      await stage.cashier.tick();
    }
    const { refunds } = (await ask(as, 'get-receipt', { orderId })).body.data;
    expect(refunds[0].state).toBe('succeeded');
    expect(await stage.db.query('SELECT actor, reason FROM audit_log WHERE target = ?', [orderId])).toEqual([
      { actor: by.id, reason: '客户申请退款' },
    ]);
    expect(await product.audit()).toEqual([]);
  });
});
