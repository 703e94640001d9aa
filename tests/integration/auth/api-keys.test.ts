import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOfApiKey } from '../../../shared/auth/api-key-caller.ts';
import { API_KEY_SCOPES, type Operation } from '../../../shared/contract/operation.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { type Answer, type ApiMerchant, type ApiStage, EVENT_FORMS, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { DAY_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { validInput } from '../bad-input/valid-requests.ts';

let product: ProductDatabase;
let stage: ApiStage;
let owner: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  owner = await stage.newMerchant(100);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const ASKED = { name: '店铺后台', scopes: ['read', 'create'] };
const create = (body: object = {}, as = owner, idempotencyKey = `make-${++keys}`) =>
  stage.send('create-api-key', { as, idempotencyKey, body: { ...ASKED, ...body } });
/** As a program would come: with its key, and nothing else. */
const withKey = (key: string) => ({ id: '', authorization: () => `Bearer ${key}` });
async function made(body: object = {}, as = owner) {
  const answer = await create(body, as);
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  const { key, apiKeyId } = answer.body.data as { key: string; apiKeyId: string };
  return { apiKeyId, as: withKey(key), key };
}
const listed = async (apiKeyId: string, as = owner) =>
  (await stage.send('list-api-keys', { as })).body.data.items.find(
    (one: { apiKeyId: string }) => one.apiKeyId === apiKeyId,
  );
const revoke = (apiKeyId: string, as = owner) => stage.send('revoke-api-key', { as, body: { apiKeyId } });
const quota = (as: ApiMerchant, sourceIp = '203.0.113.7') => stage.send('query-quota', { as, sourceIp });
const task = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
const order = (as: ApiMerchant, idempotencyKey = `task-${++keys}`, body: object = task) =>
  stage.send('create-task', { as, idempotencyKey, body });

describe('an API key', () => {
  it('is shown once; of it a hash and four characters are kept, and the merchant sees what it may', async () => {
    const { body, status } = await create(
      { tasksPerDay: 9, validDays: 30, addresses: ['203.0.113.0/24'] },
      owner,
      'once',
    );
    expect(status).toBe(201);
    const { key, ...rest } = body.data;
    expect(key).toMatch(/^yk_[\w-]{43}$/);
    expect(rest).toMatchObject({ name: '店铺后台', hint: key.slice(-4), tasksPerDay: 9, tasksToday: 0 });
    expect(rest.expiresAtMs).toBe(rest.createdAtMs + 30 * DAY_MS);
    expect(await listed(rest.apiKeyId)).toEqual({ ...rest, scopes: ['create', 'read'] });
    expect(JSON.stringify(await stage.db.query('SELECT * FROM api_keys'))).not.toContain(key);

    expect(codeOf(await create({ tasksPerDay: 9, validDays: 30, addresses: ['203.0.113.0/24'] }, owner, 'once'))).toBe(
      'API_KEY_SHOWN',
    );
    expect(codeOf(await create({}, owner, 'once'))).toBe('IDEMPOTENCY_CONFLICT');
    const other = await stage.newMerchant();
    expect((await create({}, other, 'once')).status).toBe(201);
    expect(await listed(rest.apiKeyId, other)).toBeUndefined();
  });

  it.each([
    [{ scopes: [] }, 'scopes min:1'],
    [{ scopes: ['read', 'read'] }, 'scopes unique'],
    [{ scopes: ['admin'] }, 'scopes.0'],
    [{ addresses: ['203.0.113.256'] }, 'addresses.0 ip'],
    [{ addresses: ['203.0.113.0/33'] }, 'addresses.0 ip'],
    [{ addresses: ['::ffff:203.0.113.7'] }, 'addresses.0 ip'],
    [{ addresses: ['203.0.113.7,10.0.0.1'] }, 'addresses.0 ip'],
    [{ name: ' a' }, 'name'],
    [{ tasksPerDay: 0 }, 'tasksPerDay min:1'],
    [{ validDays: 1097 }, 'validDays max:1096'],
  ])('%j is refused by its field and rule', async (body, rule) => {
    const { error } = (await create(body)).body;
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(`${error.fields[0].path} ${error.fields[0].rule}`).toContain(rule);
  });

  it('is one of twenty that live: ended and expired ones are not counted', async () => {
    const as = await stage.newMerchant();
    const first = await made({ validDays: 1 }, as);
    const second = await made({}, as);
    for (let n = 2; n < 20; n++) await made({}, as);
    // Twenty an hour are made at once; then one in three minutes.
    stage.advance(1800_000);
    expect(codeOf(await create({}, as))).toBe('API_KEYS_MOST');
    await revoke(second.apiKeyId, as);
    await made({}, as);
    expect(codeOf(await create({}, as))).toBe('API_KEYS_MOST');
    stage.advance(DAY_MS);
    await made({}, as);
    expect(codeOf(await quota(first.as))).toBe('API_KEY_EXPIRED');
  });

  it('is good in both forms of event until its last millisecond, and refused from then on', async () => {
    const { as } = await made({ validDays: 1 });
    for (const form of EVENT_FORMS) expect((await stage.send('query-quota', { as }, form)).status).toBe(200);
    stage.advance(DAY_MS - 1);
    expect((await quota(as)).status).toBe(200);
    stage.advance(1);
    expect([(await quota(as)).status, codeOf(await quota(as))]).toEqual([401, 'API_KEY_EXPIRED']);
  });

  it('ends with the call that revokes it, which is answered the same twice, and is nobody else to revoke', async () => {
    const { as, apiKeyId } = await made();
    expect((await quota(as)).status).toBe(200);
    expect(codeOf(await revoke(apiKeyId, await stage.newMerchant()))).toBe('NOT_FOUND');
    expect((await quota(as)).status).toBe(200);
    const revoked = (await revoke(apiKeyId)).body.data;
    expect(codeOf(await quota(as))).toBe('API_KEY_REFUSED');
    stage.advance(1000);
    expect((await revoke(apiKeyId)).body.data).toEqual(revoked);
    expect(await listed(apiKeyId)).toMatchObject({ revokedAtMs: revoked.revokedAtMs });
  });

  it.each(['yk_', `yk_${'a'.repeat(42)}`, `yk_${'a'.repeat(43)}`, `yk_${'a'.repeat(44)}`, "yk_' OR 1=1 -- "])(
    'is not %s',
    async (key) => {
      expect([(await quota(withKey(key))).status, codeOf(await quota(withKey(key)))]).toEqual([401, 'API_KEY_REFUSED']);
    },
  );

  it('is dead while its merchant is suspended, and for good once the account is deleted', async () => {
    const merchant = await stage.newMerchant(1);
    const { as } = await made({}, merchant);
    const become = (state: string) =>
      stage.db.write('UPDATE merchants SET state = ? WHERE id = ?', [state, merchant.id]);
    await become('suspended');
    expect([codeOf(await quota(as)), codeOf(await order(as))]).toEqual(['ACCOUNT_SUSPENDED', 'ACCOUNT_SUSPENDED']);
    // An access token of before lives on for minutes.
    expect(codeOf(await create({}, merchant))).toBe('ACCOUNT_SUSPENDED');
    await become('active');
    expect((await quota(as)).status).toBe(200);
    await become('deleted');
    expect([codeOf(await quota(as)), codeOf(await order(as))]).toEqual(['API_KEY_REFUSED', 'API_KEY_REFUSED']);
    expect(codeOf(await create({}, merchant))).toBe('NOT_SIGNED_IN');
  });

  it('comes from the addresses that its list names, and from no other', async () => {
    const { as } = await made({ addresses: ['203.0.113.7', '198.51.100.0/25', '2001:db8::/32'] });
    for (const address of ['203.0.113.7', '198.51.100.127', '2001:db8:1::5', '::ffff:203.0.113.7'])
      expect([address, (await quota(as, address)).status]).toEqual([address, 200]);
    for (const address of ['203.0.113.8', '198.51.100.128', '2001:db9::1', '::ffff:203.0.113.8', ''])
      expect([address, codeOf(await quota(as, address))]).toEqual([address, 'API_KEY_ADDRESS']);
    const forged = { as, sourceIp: '203.0.113.8', headers: { 'x-forwarded-for': '203.0.113.7' } };
    expect(codeOf(await stage.send('query-quota', forged))).toBe('API_KEY_ADDRESS');
  });

  it('costs a read no write, but for one a minute that says when it was last used', async () => {
    const { as, apiKeyId, key } = await made();
    const usedAt = async () => (await listed(apiKeyId)).lastUsedAtMs;
    expect(await usedAt()).toBeUndefined();
    await quota(as);
    const first = Date.now();
    expect(await usedAt()).toBe(first);
    stage.advance(59_999);
    await quota(as);
    expect(await usedAt()).toBe(first);
    stage.advance(1);
    await quota(as, 'nowhere');
    expect(await usedAt()).toBe(first + 60_000);
    const writes: string[] = [];
    const db = { ...stage.db, write: (sql: string) => Promise.reject(new Error(String(writes.push(sql)))) };
    const asked = { scope: 'read' as const, sourceIp: '', nowMs: Date.now() + 59_999 };
    expect(await callerOfApiKey(db, key, asked)).toMatchObject({ id: owner.id, apiKeyId });
    await expect(callerOfApiKey(db, key, { ...asked, nowMs: asked.nowMs + 1 })).rejects.toThrow('1');
    expect(writes).toHaveLength(1);
  });

  it('that many calls use at once is noted by the first: what they had read before is not written over it', async () => {
    const { apiKeyId, key } = await made();
    const read = new Map<string, Promise<unknown[]>>();
    const query = <Row>(sql: string, params: readonly string[] = []) => {
      const rows = read.get(sql) ?? stage.db.query(sql, params);
      read.set(sql, rows);
      return rows as Promise<Row[]>;
    };
    const db = { ...stage.db, query } as typeof stage.db;
    const nowMs = Date.now();
    for (const laterMs of [0, 1, 59_999]) {
      await callerOfApiKey(db, key, { scope: 'read', sourceIp: '', nowMs: nowMs + laterMs });
      expect((await listed(apiKeyId)).lastUsedAtMs).toBe(nowMs);
    }
    await callerOfApiKey(db, key, { scope: 'read', sourceIp: '', nowMs: nowMs + 60_000 });
    expect((await listed(apiKeyId)).lastUsedAtMs).toBe(nowMs + 60_000);
  });
});

describe("a key's day", () => {
  it('counts tasks that were created: not what was refused, not the same again, and begins anew at midnight in Shanghai', async () => {
    const merchant = await stage.newMerchant(50);
    const { as, apiKeyId } = await made({ tasksPerDay: 3 }, merchant);
    const today = async () => (await listed(apiKeyId, merchant)).tasksToday;
    expect((await order(as, 'first')).status).toBe(201);
    expect((await order(as, 'first')).status).toBe(201);
    expect(codeOf(await order(as, 'none', { ...task, featureId: 'no_such_card' }))).toBe('FEATURE_NOT_FOUND');
    expect(await today()).toBe(1);
    const photos = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ ...task.inputs[0], name }));
    const batch = (names: object[], idempotencyKey: string) =>
      stage.send('create-batch', { as, idempotencyKey, body: { featureId: 'basic_clean', photos: names } });
    expect(codeOf(await batch(photos, 'three'))).toBe('API_KEY_DAY_SPENT');
    expect((await batch(photos.slice(1), 'two')).status).toBe(201);
    const over = await order(as);
    expect([over.status, codeOf(over), await today()]).toEqual([429, 'API_KEY_DAY_SPENT', 3]);
    expect((await order(as, 'first')).status).toBe(201);
    expect((await batch(photos.slice(1), 'two')).status).toBe(201);
    // The merchant in person, and another key, have their own measure.
    expect((await order(merchant)).status).toBe(201);
    expect((await order((await made({}, merchant)).as)).status).toBe(201);
    stage.advance(Number(over.headers['Retry-After']) * 1000 - 1000);
    expect(codeOf(await order(as))).toBe('API_KEY_DAY_SPENT');
    stage.advance(1000);
    expect([await today(), (await order(as)).status, await today()]).toEqual([0, 201, 1]);
  });

  it('holds for a batch that is repeated, task by task: what it lets through is made, once, the rest on another day', async () => {
    const merchant = await stage.newMerchant(50);
    const { as, apiKeyId } = await made({ tasksPerDay: 2 }, merchant);
    const photos = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ ...task.inputs[0], name }));
    const asked = { as: merchant, idempotencyKey: 'whole', body: { featureId: 'basic_clean', photos } };
    const { batchId, items } = (await stage.send('create-batch', asked)).body.data;
    for (const { taskId } of items) await stage.send('cancel-task', { as: merchant, body: { taskId } });
    const again = async () => (await stage.send('retry-batch', { as, body: { batchId } })).body.data;
    expect(await again()).toMatchObject({ retried: 2, stoppedBy: 'API_KEY_DAY_SPENT' });
    expect(await again()).toMatchObject({ retried: 0, stoppedBy: 'API_KEY_DAY_SPENT' });
    expect([(await listed(apiKeyId, merchant)).tasksToday, await stage.available(merchant)]).toEqual([2, 48]);
    stage.advance(DAY_MS);
    const last = await again();
    expect([last.retried, last.stoppedBy, (await listed(apiKeyId, merchant)).tasksToday]).toEqual([1, undefined, 1]);
  });

  it('is not passed by eight at once', async () => {
    const { as } = await made({ tasksPerDay: 3 });
    const instances = await stage.newInstance('create-task');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        instances({ body: task, headers: { authorization: as.authorization(), 'idempotency-key': `burst-${++keys}` } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429, 429, 429, 429]);
  });
});

/** Read of the order, not of the contract: a scope that is given to one more operation has to be given here too. */
const SCOPES: Readonly<Record<string, string>> = {
  ...{
    'list-features': 'read',
    'get-task': 'read',
    'list-tasks': 'read',
    'get-batch': 'read',
    'list-batches': 'read',
    'list-assets': 'read',
    'get-archive': 'read',
    'list-quota-entries': 'read',
    'list-webhook-deliveries': 'read',
  },
  ...{ 'query-quota': 'read', 'create-task': 'create', 'create-batch': 'create', 'retry-task': 'create' },
  ...{ 'cancel-task': 'create', 'retry-batch': 'create', 'create-archive': 'create' },
  ...{ 'delete-assets': 'delete', 'restore-assets': 'delete' },
};

describe('every operation', () => {
  const call = ({ name, method }: Operation, as: ApiMerchant) => {
    const input = validInput(name);
    const parts = method === 'GET' ? { query: input as Record<string, string> } : { body: input };
    return stage.send(name, { as, idempotencyKey: `walk-${++keys}`, ...parts });
  };
  const REFUSED = /^(API_KEY_|NOT_SIGNED_IN|NOT_AN_OPERATOR|STEP_UP|ACCOUNT_SUSPENDED)/;
  const NEEDS_NOBODY = OPERATIONS.filter(
    ({ caller, name }) => (caller === 'anyone' || caller === 'callback') && !SCOPES[name],
  );

  it.each(OPERATIONS.filter((one) => !NEEDS_NOBODY.includes(one)))(
    '$name is for keys of its scope, and for no other; also of an operator',
    async (operation) => {
      const operator = await newOperator(stage);
      const before = await stage.books();
      const wanted = SCOPES[operation.name];
      expect(operation.apiKey).toBe(wanted);
      for (const scope of API_KEY_SCOPES) {
        const { as, apiKeyId } = await made({ scopes: [scope] }, operator);
        const answer = await call(operation, as);
        if (scope === wanted) {
          expect(codeOf(answer)).not.toMatch(REFUSED);
          await revoke(apiKeyId, operator);
          expect(codeOf(await call(operation, as))).toBe('API_KEY_REFUSED');
        } else {
          expect([answer.status, codeOf(answer)]).toEqual([403, 'API_KEY_SCOPE']);
        }
      }
      if (wanted === undefined) expect(await stage.books()).toEqual(before);
    },
  );

  it('that asks nobody who they are makes nothing of a key', async () => {
    const { as, apiKeyId } = await made();
    for (const operation of NEEDS_NOBODY) {
      expect(operation.apiKey, operation.name).toBeUndefined();
      expect(codeOf(await call(operation, as)), operation.name).not.toMatch(/^API_KEY/);
    }
    expect(await listed(apiKeyId)).not.toHaveProperty('lastUsedAtMs');
  });
});

it('leaves the books in order, and no key in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
  const [row] = await stage.db.query<{ n: string }>('SELECT COUNT(*) AS n FROM api_keys WHERE created_at <= ?', [
    sqlTime(Date.now()),
  ]);
  expect(Number(row?.n)).toBeGreaterThan(50);
  expect(stage.logs()).not.toMatch(/yk_[\w-]{43}/);
});
