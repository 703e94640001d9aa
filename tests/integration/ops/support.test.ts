import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { validInput } from '../bad-input/valid-requests.ts';

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
const post = (name: string, as: ApiMerchant, body: object, idempotencyKey = `key-${++keys}`) =>
  stage.send(name, { as, idempotencyKey, body });

/** Somebody with a role, signed in with a session of their own in which a second factor was shown. */
async function colleague(role: 'operator' | 'support' = 'support') {
  const { id } = await newOperator(stage, role, { steppedUp: false });
  const sid = newId('ses_', Date.now());
  const now = sqlTime(Date.now());
  await stage.db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
     VALUES (?, ?, '', '', ?, ?, '2099-01-01')`,
    [sid, id, now, now],
  );
  await stage.db.write(
    "INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES (?, ?, '2099-01-01')",
    [id, sid],
  );
  return { id, sid, authorization: () => `Bearer ${stage.token({ sub: id, claims: { sid } })}` };
}

interface Viewing {
  readonly viewId: string;
  readonly viewToken: string;
  readonly expiresAtMs: number;
  readonly as: ApiMerchant;
}

async function viewing(who: ApiMerchant, merchantId: string): Promise<Viewing> {
  const answer = await post('view-as', who, { merchantId, reason: '客户说看不到任务' });
  expect([answer.status, codeOf(answer)]).toEqual([201, 'done']);
  const { data } = answer.body;
  return { ...data, as: { id: merchantId, authorization: () => `Bearer ${data.viewToken}` } };
}
const looks = async ({ as }: Viewing) => codeOf(await stage.send('get-account', { as }));

describe('a view', () => {
  it('reads what its operation says, and every other operation refuses it and changes nothing', async () => {
    const merchant = await stage.newMerchant(3);
    const { as } = await viewing(await colleague(), merchant.id);
    const before = [await stage.books(), await stage.db.query('SELECT COUNT(*) AS n FROM audit_log')];
    const answers = await Promise.all(
      OPERATIONS.filter(({ caller, viewAs }) => viewAs || caller === 'merchant' || caller === 'operator').map(
        async ({ name, method, viewAs }) => {
          const input = validInput(name);
          const parts = method === 'GET' ? { query: input as Record<string, string> } : { body: input };
          return { name, viewAs, code: codeOf(await stage.send(name, { as, idempotencyKey: 'viewed', ...parts })) };
        },
      ),
    );
    expect(answers.filter(({ viewAs, code }) => !viewAs && code !== 'VIEW_ONLY')).toEqual([]);
    const refusals = ['VIEW_ONLY', 'VIEW_ENDED', 'NOT_SIGNED_IN', 'TOKEN_EXPIRED', 'NOT_AN_OPERATOR', 'INTERNAL'];
    expect(answers.filter(({ viewAs, code }) => viewAs && refusals.includes(code))).toEqual([]);
    expect(answers.filter(({ viewAs }) => viewAs).length).toBeGreaterThan(12);
    expect([await stage.books(), await stage.db.query('SELECT COUNT(*) AS n FROM audit_log')]).toEqual(before);
  });

  it('is named in the log by each request that read by it, and by none that was refused', async () => {
    const merchant = await stage.newMerchant();
    const view = await viewing(await colleague(), merchant.id);
    const read = await stage.send('get-account', { as: view.as });
    await stage.send('list-sessions', { as: view.as });
    await stage.db.write('UPDATE operator_views SET ended_at = created_at WHERE id = ?', [view.viewId]);
    expect(await looks(view)).toBe('VIEW_ENDED');
    const lines = stage
      .logs()
      .split('\n')
      .filter((line) => line.includes('"view_read"') && line.includes(view.viewId))
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { function: 'get-account', requestId: read.body.requestId, viewId: view.viewId, merchantId: merchant.id },
    ]);
  });

  it('is for what a merchant reads, but for keys, webhooks and where the merchant signs in from; nothing that writes', () => {
    const seen = OPERATIONS.filter(({ viewAs }) => viewAs);
    expect(
      seen.filter(({ method, caller, secretReply }) => method !== 'GET' || caller === 'operator' || secretReply),
    ).toEqual([]);
    const hidden = OPERATIONS.filter(
      ({ viewAs, method, caller }) => !viewAs && method === 'GET' && caller === 'merchant',
    );
    expect(hidden.map(({ name }) => name).sort()).toEqual(
      ['list-api-keys', 'list-sessions', 'list-webhook-deliveries', 'list-webhooks'].sort(),
    );
  });

  it('shows the merchant’s own, with the phone masked, and is no session of theirs', async () => {
    const merchant = await stage.newMerchant(3);
    const support = await colleague();
    const { as, viewToken, expiresAtMs } = await viewing(support, merchant.id);
    expect(expiresAtMs).toBe(Date.now() + 600_000);
    const account = (await stage.send('get-account', { as })).body.data;
    expect(account).toMatchObject({ merchantId: merchant.id, phoneMasked: expect.stringContaining('****') });
    expect(await stage.available(as)).toBe(3);
    // The merchant's own first look makes their invite code; this one writes nothing.
    const referral = (await stage.send('get-referral', { as })).body.data;
    expect([referral.balanceFen, referral.inviteCode]).toEqual([0, undefined]);
    expect((await stage.send('list-sessions', { as: merchant })).body.data.items).toEqual([]);
    const header = { authorization: `Bearer ${viewToken}` };
    expect(codeOf(await stage.send('refresh-session', { body: {}, headers: header }))).toBe('NOT_SIGNED_IN');
    const [row] = await stage.db.query<Record<string, string>>(
      "SELECT action, target, reason FROM audit_log WHERE actor = ? AND action = 'view-as'",
      [support.id],
    );
    expect(row).toEqual({ action: 'view-as', target: merchant.id, reason: '客户说看不到任务' });
    expect(codeOf(await post('view-as', support, { merchantId: newId('mch_', Date.now()), reason: '查看' }))).toBe(
      'NOT_FOUND',
    );
    const again = { merchantId: merchant.id, reason: '再看一次' };
    const first = await post('view-as', support, again, 'same');
    expect((await post('view-as', support, again, 'same')).body.data).toEqual(first.body.data);
  });

  it('asks no payment channel, whose answer would be written', async () => {
    const merchant = await stage.newMerchant();
    const bought = await post('purchase-membership', merchant, { planId: 'monthly_99', channel: 'wechat' });
    const { orderId } = bought.body.data;
    stage.cashier.pay(orderId);
    stage.advance(30_000);
    const { as } = await viewing(await colleague(), merchant.id);
    expect((await stage.send('get-order', { as, query: { orderId } })).body.data.state).toBe('pending');
    expect((await stage.send('get-order', { as: merchant, query: { orderId } })).body.data.state).toBe('paid');
  });

  it.each<[string, (who: Awaited<ReturnType<typeof colleague>>, view: Viewing) => Promise<unknown>]>([
    [
      'its operator is suspended',
      ({ id }) => post('set-merchant-state', operator, { merchantId: id, state: 'suspended', reason: '停用' }),
    ],
    [
      'its operator has another role',
      ({ id }) => stage.db.write("UPDATE operators SET role = 'operator' WHERE merchant_id = ?", [id]),
    ],
    [
      'its operator has none',
      ({ id }) => stage.db.write('UPDATE operators SET ended_at = created_at WHERE merchant_id = ?', [id]),
    ],
    [
      'its operator signs out',
      ({ sid }) => stage.db.write('UPDATE sessions SET revoked_at = created_at WHERE id = ?', [sid]),
    ],
    ['it is ended', (_who, { viewToken }) => stage.send('logout', { body: { viewToken } })],
    ['its ten minutes are over', async () => stage.advance(600_000)],
    [
      'its merchant has left',
      (_who, { as }) => stage.db.write("UPDATE merchants SET state = 'deleted' WHERE id = ?", [as.id]),
    ],
  ])('is over at once when %s, and not before', async (_what, end) => {
    const who = await colleague();
    const view = await viewing(who, (await stage.newMerchant()).id);
    const other = await viewing(await colleague(), (await stage.newMerchant()).id);
    expect(await looks(view)).toBe('done');
    await end(who, view);
    expect(await looks(view)).toBe('VIEW_ENDED');
    if (view.expiresAtMs > Date.now()) expect(await looks(other)).toBe('done');
  });

  it('goes on while its merchant is suspended; whoever ends it by what is no view ends nothing', async () => {
    const merchant = await stage.newMerchant();
    const who = await colleague();
    const view = await viewing(who, merchant.id);
    await post('set-merchant-state', operator, { merchantId: merchant.id, state: 'suspended', reason: '违规' });
    for (const viewToken of ['a.b.c', who.authorization().slice('Bearer '.length)]) {
      expect(codeOf(await stage.send('logout', { body: { viewToken } }))).toBe('done');
    }
    expect(await looks(view)).toBe('done');
    const [session] = await stage.db.query('SELECT revoked_at FROM sessions WHERE id = ?', [who.sid]);
    expect(session).toEqual({ revoked_at: null });
  });
});

describe('a card', () => {
  const saved = async (id: string): Promise<void> => {
    const { card } = (await stage.send('get-card', { as: operator, query: { featureId: 'basic_clean' } })).body.data;
    const body = { card: { ...card, id, access: 'whitelist' }, baseVersion: 0, reason: '内测' };
    expect(codeOf(await post('save-card', operator, body))).toBe('done');
  };
  const seenBy = async (as: ApiMerchant, featureId: string): Promise<boolean> =>
    (await stage.send('list-features', { as })).body.data.features.some(
      (one: { featureId: string }) => one.featureId === featureId,
    );
  const orders = async (as: ApiMerchant, featureId: string) =>
    codeOf(await post('create-task', as, { featureId, inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] }));
  const allow = async (featureId: string, merchantId: string, allowed = true, key?: string) =>
    codeOf(await post('set-card-merchant', operator, { featureId, merchantId, allowed, reason: '内测名单' }, key));
  const listOf = async (featureId: string) =>
    (await stage.send('get-card', { as: operator, query: { featureId } })).body.data.merchants;

  it('of the whitelist is seen and ordered by who is on it, for as long as that is', async () => {
    await saved('for_a_few');
    const [one, other] = [await stage.newMerchant(5), await stage.newMerchant(5)];
    expect([await seenBy(one, 'for_a_few'), await orders(one, 'for_a_few')]).toEqual([false, 'FEATURE_CLOSED']);
    expect(await allow('for_a_few', one.id, true, 'once')).toBe('done');
    expect(await allow('for_a_few', one.id, true, 'once')).toBe('done');
    expect(await allow('for_a_few', one.id)).toBe('done');
    expect(await listOf('for_a_few')).toEqual({ count: 1, items: [{ merchantId: one.id, addedAtMs: Date.now() }] });
    expect([await seenBy(one, 'for_a_few'), await orders(one, 'for_a_few')]).toEqual([true, 'done']);
    expect([await seenBy(other, 'for_a_few'), await orders(other, 'for_a_few')]).toEqual([false, 'FEATURE_CLOSED']);
    expect(await allow('for_a_few', one.id, false)).toBe('done');
    expect([await seenBy(one, 'for_a_few'), await orders(one, 'for_a_few')]).toEqual([false, 'FEATURE_CLOSED']);
    expect(await allow('no_such_card', one.id)).toBe('FEATURE_NOT_FOUND');
    expect(await allow('for_a_few', newId('mch_', Date.now()))).toBe('NOT_FOUND');
    expect(await allow('for_a_few', 'mch_1')).toBe('VALIDATION_FAILED');
    const log = await stage.db.query(
      "SELECT details_json AS d FROM audit_log WHERE target = 'for_a_few' AND action = 'set-card-merchant'",
    );
    expect(log).toHaveLength(3);
  });

  it('goes from the whitelist to every plan and back, each as a version, with its list kept', async () => {
    await saved('rolled_out');
    const [one, other] = [await stage.newMerchant(5), await stage.newMerchant(5)];
    await allow('rolled_out', one.id);
    const give = (version: number, access: string) =>
      post('set-card-state', operator, { featureId: 'rolled_out', version, enabled: true, access, reason: '全量开放' });
    expect((await give(1, 'member')).body.data).toEqual({ featureId: 'rolled_out', version: 2 });
    expect([await seenBy(other, 'rolled_out'), await orders(other, 'rolled_out')]).toEqual([true, 'done']);
    expect(codeOf(await give(1, 'basic'))).toBe('CARD_CHANGED');
    await give(2, 'whitelist');
    expect([await orders(one, 'rolled_out'), await orders(other, 'rolled_out')]).toEqual(['done', 'FEATURE_CLOSED']);
    const { changes } = (
      await stage.send('compare-cards', { as: operator, query: { featureId: 'rolled_out', from: '1', to: '2' } })
    ).body.data;
    expect(changes).toEqual([{ path: 'access', before: '"whitelist"', after: '"member"' }]);
  });
});

describe('what a request set off', () => {
  const traceOf = (n: number) => n.toString(16).padStart(32, '1');
  const from = (trace: string) => ({ traceparent: `00-${trace}-00f067aa0ba902b7-01` });
  const find = async (trace: string) =>
    (await stage.send('search-tasks', { as: operator, query: { trace } })).body.data;
  const events = (traced: { events: { event: string; about: string; detail: string }[] }) =>
    traced.events.map(({ event, detail }) => `${event} ${detail}`.trim());

  it('is found by its trace: a task and the line of what became of it', async () => {
    const as = await stage.newMerchant(5);
    const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
    const made = await stage.send('create-task', { as, idempotencyKey: 'traced', body, headers: from(traceOf(1)) });
    const { taskId } = made.body.data;
    stage.advance(1000);
    await post('end-task', operator, { taskId, reason: '没有进展' });
    const found = await find(traceOf(1));
    expect(found.items.map((one: { taskId: string }) => one.taskId)).toEqual([taskId]);
    expect(found.traced.orders).toEqual([]);
    expect(events(found.traced)).toEqual([
      expect.stringMatching(/^task_created basic_clean · \d+$/),
      'credits deduct · -1',
      'operator end-task',
      'credits refund · 1',
      'task_ended failed · ENDED_BY_OPERATOR',
    ]);
    expect(new Set(found.traced.events.map(({ about }: { about: string }) => about))).toEqual(new Set([taskId]));
  });

  it('is found for an order with its payment, and for a request of the operator’s own', async () => {
    const as = await stage.newMerchant();
    const body = { planId: 'monthly_99', channel: 'wechat' };
    const bought = await stage.send('purchase-membership', {
      as,
      idempotencyKey: 'traced',
      body,
      headers: from(traceOf(2)),
    });
    const { orderId } = bought.body.data;
    stage.cashier.pay(orderId);
    await stage.cashier.tick();
    const found = await find(traceOf(2));
    expect(found.items).toEqual([]);
    expect(found.traced.orders).toMatchObject([{ orderId, merchantId: as.id, state: 'paid', amountFen: 9900 }]);
    expect(events(found.traced)).toEqual(['order_created monthly_99 · wechat', 'payment wechat · notify · granted']);
    const granted = await post('grant-credits', operator, {
      merchantId: as.id,
      credits: 1,
      access: 'basic',
      days: 1,
      reason: '补偿',
    });
    await stage.db.write(
      `INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
       VALUES ('mch_x', 'grant-credits', ?, '', '{}', 'req-of-one', ?)`,
      [as.id, sqlTime(Date.now())],
    );
    expect(granted.status).toBe(201);
    expect((await find('req-of-one')).traced.events).toMatchObject([
      { event: 'operator', about: as.id, detail: 'grant-credits' },
    ]);
  });

  it('that nobody knows is nothing, said so', async () => {
    expect(await find('no-such-request')).toEqual({ items: [], traced: { orders: [], events: [] } });
  });
});

it('leaves the books in order, and no token in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
});
