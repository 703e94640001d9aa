import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { shanghaiDay } from '../../../shared/shanghai-day.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const post = (name: string, body: object, idempotencyKey = `key-${++keys}`) =>
  stage.send(name, { as: operator, idempotencyKey, body });
const ask = async (name: string, query: Record<string, string>) =>
  (await stage.send(name, { as: operator, query })).body.data;
const logOf = (target: string) =>
  stage.db.query<{ action: string; reason: string }>(
    'SELECT action, reason FROM audit_log WHERE target = ? ORDER BY seq',
    [target],
  );
const GRANT = { credits: 8, access: 'member', days: 30, reason: '补偿一次失败' };

describe("an operator's credits", () => {
  it('are a lot of their own, once a key, in the ledger and in the audit log', async () => {
    const { id: merchantId } = await stage.newMerchant();
    const first = await post('grant-credits', { merchantId, ...GRANT }, 'grant');
    expect([first.status, first.body.data.credits]).toEqual([201, 8]);
    expect((await post('grant-credits', { merchantId, ...GRANT }, 'grant')).body.data).toEqual(first.body.data);
    expect(codeOf(await post('grant-credits', { merchantId, ...GRANT, credits: 9 }, 'grant'))).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    const merchant = await ask('get-merchant', { merchantId });
    expect([merchant.available, merchant.lots.length]).toEqual([8, 1]);
    expect(merchant.lots[0].source).toMatch(/^grant:\d+$/);
    expect(merchant.phoneMasked).toMatch(/^\d{3}\*{4}\d{4}$/);
    expect(await logOf(merchantId)).toEqual([
      { action: 'grant-credits', reason: GRANT.reason },
      { action: 'get-merchant', reason: '' },
    ]);
  });

  it('are granted once by sixteen calls of one key at once', async () => {
    const { id: merchantId } = await stage.newMerchant();
    const instances = await Promise.all(Array.from({ length: 8 }, () => stage.newInstance('grant-credits')));
    const headers = { authorization: operator.authorization(), 'idempotency-key': 'at-once' };
    const body = { merchantId, ...GRANT };
    const calls = [...instances, ...instances].map((instance) => instance({ body, headers }));
    const lots = (await Promise.all(calls)).map((answer) => answer.body.data?.lotId);
    expect(new Set(lots).size).toBe(1);
    expect((await ask('get-merchant', { merchantId })).available).toBe(8);
    expect(await product.audit()).toEqual([]);
  });

  it('are taken out of a live lot, never below nothing, once a key', async () => {
    const { id: merchantId } = await stage.newMerchant();
    const { lotId } = (await post('grant-credits', { merchantId, ...GRANT })).body.data;
    const revoke = (credits: number, key?: string) =>
      post('revoke-credits', { merchantId, lotId, credits, reason: '误发' }, key);
    expect((await revoke(5, 'revoke')).body.data).toEqual({ lotId, remaining: 3 });
    await stage.db.write('UPDATE quota_lots SET expires_at = created_at WHERE id = ?', [lotId]);
    expect((await revoke(5, 'revoke')).body.data).toEqual({ lotId, remaining: 3 });
    await stage.db.write('UPDATE quota_lots SET expires_at = ? WHERE id = ?', [
      sqlTime(Date.now() + 86_400_000),
      lotId,
    ]);
    expect(codeOf(await revoke(4))).toBe('LOT_SHORT');
    const { id: another } = await stage.newMerchant();
    const foreign = { merchantId: another, lotId, credits: 1, reason: '误发' };
    expect(codeOf(await post('revoke-credits', foreign))).toBe('NOT_FOUND');
    expect((await revoke(1)).body.data).toEqual({ lotId, remaining: 2 });
    expect((await revoke(5, 'revoke')).body.data).toEqual({ lotId, remaining: 3 });
    expect((await ask('get-merchant', { merchantId })).available).toBe(2);
    expect((await logOf(merchantId)).filter(({ action }) => action === 'revoke-credits')).toHaveLength(2);
    expect(await product.audit()).toEqual([]);
  });
});

describe('a merchant', () => {
  it('is found by the whole phone, and listed newest first in pages', async () => {
    const [one, two] = [await stage.newMerchant(), await stage.newMerchant()];
    const [row] = await stage.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [one.id]);
    const found = await ask('search-merchants', { phone: row?.phone ?? '' });
    expect(found.items.map(({ merchantId }: { merchantId: string }) => merchantId)).toEqual([one.id]);
    expect((await ask('search-merchants', { phone: '13100000000' })).items).toEqual([]);
    const named = async (query: Record<string, string>) =>
      (await ask('search-merchants', query)).items.map(({ merchantId }: { merchantId: string }) => merchantId);
    expect(await named({ merchantId: two.id })).toEqual([two.id]);
    expect(await named({ merchantId: two.id, phone: row?.phone ?? '' })).toEqual([]);
    expect((await logOf(two.id)).map(({ action }) => action)).toEqual(['search-merchants', 'search-merchants']);
    const page = await ask('search-merchants', { limit: '1' });
    expect(page.nextCursor).toBeDefined();
    const ids = new Set<string>();
    for (let cursor: string | undefined; ids.size < 50; ) {
      const { items, nextCursor } = await ask('search-merchants', { limit: '2', ...(cursor && { cursor }) });
      for (const { merchantId } of items as { merchantId: string }[]) ids.add(merchantId);
      cursor = nextCursor;
      if (cursor === undefined) break;
    }
    expect([...ids]).toEqual(expect.arrayContaining([one.id, two.id, operator.id]));
    const log = await stage.db.query<{ details: string }>(
      "SELECT details_json AS details FROM audit_log WHERE action = 'search-merchants'",
    );
    expect(log.map(({ details }) => details).join()).not.toContain(row?.phone);
  });

  it('who has deleted the account is shown as such, and nobody brings it back', async () => {
    const { id: merchantId } = await stage.newMerchant();
    await stage.db.write("UPDATE merchants SET state = 'deleted', phone = ? WHERE id = ?", [
      `x${merchantId.slice(-15)}`,
      merchantId,
    ]);
    const listed = (await ask('search-merchants', {})).items;
    expect(listed).toContainEqual(expect.objectContaining({ merchantId, state: 'deleted' }));
    expect(await ask('get-merchant', { merchantId })).toMatchObject({ state: 'deleted' });
    for (const state of ['active', 'suspended']) {
      const refused = await post('set-merchant-state', { merchantId, state, reason: '投诉核实' });
      expect([refused.status, refused.body.error.code]).toEqual([404, 'NOT_FOUND']);
    }
    expect(await ask('get-merchant', { merchantId })).toMatchObject({ state: 'deleted' });
  });

  it('who is suspended loses every session, and comes back without them', async () => {
    const { id: merchantId } = await stage.newMerchant();
    await stage.db.write(
      `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
       VALUES (?, ?, '', 'phone', '2026-03-01', '2026-03-01', '2099-01-01')`,
      [`ses_${merchantId.slice(4)}`, merchantId],
    );
    const set = (state: string) => post('set-merchant-state', { merchantId, state, reason: '投诉核实' });
    expect((await set('suspended')).body.data).toEqual({ merchantId, state: 'suspended' });
    const merchant = await ask('get-merchant', { merchantId });
    expect([merchant.state, merchant.sessions[0].revokedAtMs]).toEqual(['suspended', Date.now()]);
    await set('active');
    expect((await ask('get-merchant', { merchantId })).sessions[0].revokedAtMs).toBe(Date.now());
  });

  it('has a ledger, newest first in pages, each look at which stands in the log', async () => {
    const as = await stage.newMerchant(3);
    for (const credits of [4, 5]) await post('grant-credits', { merchantId: as.id, ...GRANT, credits });
    const first = await ask('list-merchant-entries', { merchantId: as.id, limit: '2' });
    const shown = ({ items }: { items: { kind: string; amount: number; balance: number }[] }) =>
      items.map(({ kind, amount, balance }) => [kind, amount, balance]);
    expect(shown(first)).toEqual([
      ['grant', 5, 12],
      ['grant', 4, 7],
    ]);
    const rest = await ask('list-merchant-entries', { merchantId: as.id, limit: '2', cursor: first.nextCursor });
    expect(shown(rest)).toEqual([['grant', 3, 3]]);
    const looks = (await logOf(as.id)).filter(({ action }) => action === 'list-merchant-entries');
    expect(looks).toHaveLength(2);
  });

  it('that is not there is said to be so', async () => {
    const merchantId = 'mch_01JD0000000000000000000000';
    expect(codeOf(await stage.send('get-merchant', { as: operator, query: { merchantId } }))).toBe('NOT_FOUND');
  });
});

describe('what the console lists', () => {
  it('tasks of all merchants, by merchant, state and id', async () => {
    const as = await stage.newMerchant(3);
    const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
    const ids: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      stage.advance(1000);
      ids.unshift((await stage.send('create-task', { as, idempotencyKey: key, body })).body.data.taskId);
    }
    await stage.send('cancel-task', { as, body: { taskId: ids[0] } });
    const list = async (query: Record<string, string>) =>
      (await ask('search-tasks', query)).items as { taskId: string }[];
    const listed = async (query: Record<string, string>) => (await list(query)).map(({ taskId }) => taskId);
    expect(await listed({ merchantId: as.id })).toEqual(ids);
    expect(await listed({ merchantId: as.id, state: 'canceled' })).toEqual([ids[0]]);
    expect(await listed({ state: 'awaiting_upload', limit: '2' })).toEqual(ids.slice(1));
    expect(await listed({ taskId: ids[1] as string })).toEqual([ids[1]]);
    expect(await listed({ merchantId: as.id, cursor: ids[1] as string })).toEqual([ids[2]]);
    await stage.db.write("UPDATE tasks SET error_code = 'PROCESSING_FAILED' WHERE id = ?", [ids[0] as string]);
    const [today, yesterday] = [shanghaiDay(Date.now()), shanghaiDay(Date.now() - 86_400_000)];
    expect(await listed({ errorCode: 'PROCESSING_FAILED' })).toEqual([ids[0]]);
    expect(await listed({ errorCode: 'PROCESSING_FAILED', day: today })).toEqual([ids[0]]);
    expect(await listed({ errorCode: 'PROCESSING_FAILED', day: yesterday })).toEqual([]);
    expect(await listed({ featureId: 'basic_clean', merchantId: as.id, day: today })).toEqual(ids);
    expect(await listed({ featureId: 'poster', merchantId: as.id })).toEqual([]);
  });

  it('orders of all merchants', async () => {
    expect(await ask('search-orders', {})).toEqual({ items: [] });
    expect(await ask('search-orders', { merchantId: operator.id })).toEqual({ items: [] });
    const [one, two] = [await stage.newMerchant(), await stage.newMerchant()];
    const made: string[] = [];
    for (const { id } of [one, two, one]) {
      const orderId = newId('ord_', Date.now());
      const at = sqlTime(Date.now());
      await stage.db.write(
        `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at)
         VALUES (?, ?, 'monthly_99', 'wechat', 'closed', 9900, 100, 30, 'member', ?, '', ?, ?)`,
        [orderId, id, orderId, at, at],
      );
      made.unshift(orderId);
      stage.advance(1000);
    }
    const listed = async (query: Record<string, string>) =>
      ((await ask('search-orders', query)).items as { order: { orderId: string } }[]).map(({ order }) => order.orderId);
    const [third, second, first] = made as [string, string, string];
    expect(await listed({})).toEqual(made);
    expect(await listed({ merchantId: one.id })).toEqual([third, first]);
    expect(await listed({ orderId: second })).toEqual([second]);
    expect(await listed({ cursor: third, limit: '1' })).toEqual([second]);
    // One reads as closed because its time is over, whatever its row says, and stands among those that are.
    await stage.db.write("UPDATE orders SET state = 'pending' WHERE id = ?", [second]);
    expect(await listed({ state: 'closed' })).toEqual(made);
    expect(await listed({ state: 'closed', limit: '2' })).toEqual([third, second]);
    expect(await listed({ state: 'closed', cursor: third, limit: '1' })).toEqual([second]);
    expect(await listed({ state: 'pending' })).toEqual([]);
    await stage.db.write('UPDATE orders SET expires_at = ? WHERE id = ?', [sqlTime(Date.now() + 60_000), second]);
    expect(await listed({ state: 'pending' })).toEqual([second]);
    expect(await listed({ state: 'closed', merchantId: two.id })).toEqual([]);
    expect(await listed({ state: 'paid' })).toEqual([]);
    expect(await listed({ day: shanghaiDay(Date.now()), merchantId: one.id })).toEqual([third, first]);
    expect(await listed({ day: '2020-01-01' })).toEqual([]);
  });

  it('cases, oldest first, until somebody has worked them off, which is said once', async () => {
    for (const subject of ['a', 'b', 'c']) {
      await openCase(stage.db, { class: 'paid_twice', channel: 'wechat', subject, remedy: 'none' }, Date.now());
      stage.advance(1000);
    }
    const first = await ask('list-cases', { limit: '2' });
    expect(first.items.map(({ subject }: { subject: string }) => subject)).toEqual(['a', 'b']);
    const rest = await ask('list-cases', { limit: '2', cursor: first.nextCursor });
    expect(rest.items.map(({ subject }: { subject: string }) => subject)).toEqual(['c']);
    const { caseId } = first.items[0];
    expect((await post('resolve-case', { caseId, note: '已退第二笔' })).body.data).toEqual({ caseId, state: 'ended' });
    expect(codeOf(await post('resolve-case', { caseId, note: '已退第二笔' }))).toBe('CASE_ENDED');
    expect((await ask('list-cases', {})).items).toHaveLength(2);
    expect((await ask('list-cases', { state: 'ended' })).items[0].endedAtMs).toBe(Date.now());
    expect(await logOf(caseId)).toEqual([{ action: 'resolve-case', reason: '已退第二笔' }]);
  });

  it('the channels’ days, newest first, those that were compared with their sums and a link to the report', async () => {
    const [done, key] = [sqlTime(Date.now()), 'reports/reconciliation/wechat/2026-03-01.json'];
    await stage.db.write(
      `INSERT INTO bill_days (channel, day, state, attempts, next_at, payments, paid_fen, findings, report_key, done_at)
       VALUES ('wechat', '2026-03-01', 'done', 1, NULL, 2, 19800, 1, ?, ?), ('alipay', '2026-03-02', 'waiting', 3, ?, 0, 0, 0, NULL, NULL),
         ('wechat', '2026-03-02', 'waiting', 0, ?, 0, 0, 0, NULL, NULL)`,
      [key, done, done, done],
    );
    const first = await ask('list-bills', { limit: '2' });
    expect(first.items).toEqual([
      { channel: 'wechat', day: '2026-03-02', state: 'waiting', attempts: 0, nextAtMs: Date.now() },
      { channel: 'alipay', day: '2026-03-02', state: 'waiting', attempts: 3, nextAtMs: Date.now() },
    ]);
    const { items, nextCursor } = await ask('list-bills', { limit: '2', cursor: first.nextCursor });
    expect(nextCursor).toBeUndefined();
    expect(items).toMatchObject([
      { day: '2026-03-01', compared: { payments: 2, paidFen: 19_800, refunds: 0, findings: 1 }, doneAtMs: Date.now() },
    ]);
    expect(new URL(items[0].compared.reportUrl).pathname).toBe(`/${key}`);
  });
});

describe("an order's credits", () => {
  const bought = async (): Promise<{ as: ApiMerchant; orderId: string }> => {
    const as = await stage.newMerchant();
    const body = { planId: 'monthly_99', channel: 'wechat' };
    const { orderId } = (await stage.send('purchase-membership', { as, idempotencyKey: 'buy', body })).body.data;
    stage.cashier.pay(orderId);
    await stage.cashier.tick();
    stage.advance(120_000);
    return { as, orderId };
  };
  const freeze = (orderId: string, frozen: boolean, key?: string) =>
    post('set-order-freeze', { orderId, frozen, reason: '渠道查无此单' }, key);
  const found = async (query: Record<string, string>) => ask('search-orders', query);

  it('are put out of reach and given back, once a key, with a reason in the log; what it is already is said to be so', async () => {
    await post('refund-order', { orderId: (await bought()).orderId, mode: 'whole', reason: '别的订单' });
    const { as, orderId } = await bought();
    expect((await freeze(orderId, true, 'freeze')).body.data).toEqual({ orderId, frozen: true });
    expect(await stage.available(as)).toBe(0);
    expect((await found({ orderId })).items[0].frozen).toBe(true);
    expect((await freeze(orderId, true, 'freeze')).body.data).toEqual({ orderId, frozen: true });
    expect(codeOf(await freeze(orderId, false, 'freeze'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(codeOf(await freeze(orderId, true))).toBe('FREEZE_UNCHANGED');
    expect((await freeze(orderId, false)).body.data).toEqual({ orderId, frozen: false });
    expect(await stage.available(as)).toBe(100);
    expect((await found({ orderId })).items[0].frozen).toBe(false);
    expect(codeOf(await freeze(orderId, false))).toBe('FREEZE_UNCHANGED');
    const log = (await logOf(orderId)).filter(({ action }) => action === 'set-order-freeze');
    expect(log).toEqual(Array(2).fill({ action: 'set-order-freeze', reason: '渠道查无此单' }));
    const [{ said } = { said: '' }] = await stage.db.query<{ said: string }>(
      "SELECT GROUP_CONCAT(details_json ORDER BY seq) AS said FROM audit_log WHERE action = 'set-order-freeze' AND target = ?",
      [orderId],
    );
    expect(said).toBe('{"frozen":true},{"frozen":false}');
    expect(await product.audit()).toEqual([]);
  });

  it('are not released once the money went back, nor frozen where nobody has paid', async () => {
    const { as, orderId } = await bought();
    await post('refund-order', { orderId, mode: 'whole', reason: '客户申请' });
    expect(codeOf(await freeze(orderId, false))).toBe('RELEASE_REFUSED');
    expect((await found({ orderId })).items[0].frozen).toBe(false);
    const body = { planId: 'monthly_99', channel: 'wechat' };
    const open = (await stage.send('purchase-membership', { as, idempotencyKey: 'more', body })).body.data.orderId;
    expect(codeOf(await freeze(open, true))).toBe('ORDER_NOT_PAID');
    expect(codeOf(await freeze('ord_01JD0000000000000000000000', true))).toBe('NOT_FOUND');
    expect(await product.audit()).toEqual([]);
  });

  it('are found by every number that a payer or a channel may name, with all that was paid and went back', async () => {
    const { as, orderId } = await bought();
    const { refundId } = (await post('refund-order', { orderId, mode: 'whole', reason: '客户申请' })).body.data;
    const { money } = await found({ orderId });
    expect(money).toMatchObject({
      payments: [{ orderId, channel: 'wechat', outTradeNo: orderId, amountFen: 9900, disposition: 'granted' }],
      refunds: [{ refundId, orderId, kind: 'whole', amountFen: 9900 }],
    });
    for (const number of [money.payments[0].transactionId, orderId, refundId]) {
      const answer = await found({ number });
      expect(
        answer.items.map(({ order }: { order: { orderId: string } }) => order.orderId),
        number,
      ).toEqual([orderId]);
      expect(answer.money).toEqual(money);
    }
    expect(await found({ number: 'no_such_number' })).toEqual({ items: [] });
    expect((await found({ merchantId: as.id })).money).toBeUndefined();
  });
});

describe('a plan', () => {
  const PLAN = { planId: 'one_fen', nameZh: '一分钱', nameEn: 'One fen', amountFen: 1, credits: 1, days: 1 };
  const save = (values: object, key?: string) =>
    post('save-plan', { ...PLAN, access: 'member', onSale: false, position: 9, reason: '上线自测', ...values }, key);
  const offered = async () =>
    (await stage.send('list-plans')).body.data.plans.map(({ planId }: { planId: string }) => planId);
  const order = async (as: ApiMerchant, key: string) =>
    stage.send('purchase-membership', { as, idempotencyKey: key, body: { planId: 'one_fen', channel: 'wechat' } });

  it('is made, put on sale, sold at its price of the moment, and taken off again; the log says what it was and is', async () => {
    const as = await stage.newMerchant();
    expect((await save({ baseVersion: 0 }, 'make')).body.data).toEqual({ planId: 'one_fen', version: 1 });
    expect((await save({ baseVersion: 0 }, 'make')).body.data).toEqual({ planId: 'one_fen', version: 1 });
    expect(await offered()).toEqual(['monthly_99']);
    expect((await order(as, 'early')).status).toBe(404);
    await save({ baseVersion: 1, onSale: true });
    expect(await offered()).toEqual(['monthly_99', 'one_fen']);
    const first = (await order(as, 'first')).body.data;
    expect(first.amountFen).toBe(1);
    await save({ baseVersion: 2, onSale: true, amountFen: 2 });
    expect((await ask('search-orders', { orderId: first.orderId })).items[0].order.amountFen).toBe(1);
    expect((await order(await stage.newMerchant(), 'other')).body.data.amountFen).toBe(2);
    await save({ baseVersion: 3 });
    expect(await offered()).toEqual(['monthly_99']);
    expect((await ask('list-all-plans', {})).items).toContainEqual({
      ...{ ...PLAN, version: 4, access: 'member', onSale: false, position: 9 },
    });
    const rows = await stage.db.query<{ details: string }>(
      "SELECT details_json AS details FROM audit_log WHERE action = 'save-plan' ORDER BY seq",
    );
    expect(rows.map(({ details }) => JSON.parse(details))[2]).toEqual({
      ...{ version: 3, before: { amountFen: 1 }, after: { amountFen: 2 } },
    });
  });

  it('of two who saw the same is saved by one, and the other is told; nobody gives anything away', async () => {
    const seen = { planId: 'for_two', baseVersion: 0 };
    const codes = (await Promise.all([save(seen), save(seen)])).map(codeOf);
    expect(codes.sort()).toEqual(['SETTINGS_CHANGED', 'done']);
    expect(codeOf(await save({ ...seen, baseVersion: 7 }))).toBe('SETTINGS_CHANGED');
    for (const wrong of [{ amountFen: 0 }, { credits: 0 }, { days: 0 }, { amountFen: 0.5 }, { access: 'whitelist' }])
      expect(codeOf(await save({ ...seen, baseVersion: 1, ...wrong }))).toBe('VALIDATION_FAILED');
  });
});
