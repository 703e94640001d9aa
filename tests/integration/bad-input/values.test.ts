import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiMerchant,
  type ApiRequest,
  type ApiStage,
  codeOf,
  newPhone,
  startApiStage,
} from '../../fixtures/api-stage.ts';
import { DAY_MS, grantCredits, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { loginBody, newAddress, wrongCode } from '../auth/auth-stage.ts';
import { refused } from './refused.ts';

let product: ProductDatabase;
let stage: ApiStage;
let as: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  as = await stage.newMerchant(100);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const newKey = () => `key-${++keys}`;
const photo = (over: object = {}) => ({ contentType: 'image/jpeg', sizeBytes: 1000, ...over });
const create = (inputs: unknown, over: ApiRequest = {}) =>
  refused(stage, 'create-task', { as, idempotencyKey: newKey(), body: { featureId: 'basic_clean', inputs }, ...over });
const purchase = (body: unknown, over: ApiRequest = {}) =>
  refused(stage, 'purchase-membership', { as, idempotencyKey: newKey(), body, ...over });

describe('a phone number', () => {
  const PHONES = [
    ...['', '1390000000', '139000000011', '12900000000', '23900000001', '+8613900000001', '8613900000001'],
    ...[
      '139 0000 0001',
      '139-0000-0001',
      '１３９００００００００１',
      '13900000001\n',
      '13900000001 ',
      'o39ooooooo1',
      '1e10000000000',
    ],
  ];
  it.each(PHONES)('is not %j, and nobody is sent an SMS', async (phone) => {
    const sent = stage.tencent.inbox().length;
    expect(await refused(stage, 'send-code', { body: { phone } })).toBe('VALIDATION_FAILED phone format:regex');
    const body = loginBody(phone, '123456');
    expect(await refused(stage, 'login', { body })).toBe('VALIDATION_FAILED phone format:regex');
    expect(stage.tencent.inbox()).toHaveLength(sent);
  });

  it('and a code and all else that is wrong are named in one answer', async () => {
    const body = { phone: 'x', code: 'y', consentVersion: '', tokenIn: 'sms', extra: 1 };
    expect(await refused(stage, 'login', { body })).toBe(
      'VALIDATION_FAILED code format:regex, consentVersion format:regex, extra unknown, phone format:regex, tokenIn one_of:cookie, body',
    );
    expect(await refused(stage, 'login', { body: {} })).toBe(
      'VALIDATION_FAILED code required, consentVersion required, phone required',
    );
  });
});

describe('a login code', () => {
  const login = (phone: string, code: string) =>
    stage.send('login', { body: loginBody(phone, code), sourceIp: newAddress() });
  const codeFor = async (phone: string) => {
    stage.advance(61_000);
    expect((await stage.send('send-code', { body: { phone }, sourceIp: newAddress() })).status).toBe(200);
    return codeOf(stage, phone);
  };
  const codeOfError = async (answer: ReturnType<typeof login>) => (await answer).body.error?.code;

  it.each(['12345', '1234567', '12345a', '１２３４５６', ' 123456', '-12345', '1e5000'])('is not %j', async (code) => {
    expect(await refused(stage, 'login', { body: loginBody(newPhone(), code) })).toBe(
      'VALIDATION_FAILED code format:regex',
    );
  });

  it('that was never sent, or went to another phone, is of no use', async () => {
    const [phone, another] = [newPhone(), newPhone()];
    const code = await codeFor(phone);
    expect(await codeOfError(login(another, code))).toBe('CODE_EXPIRED');
    expect((await login(phone, code)).status).toBe(200);
  });

  it('that is wrong says so, and the right one still works', async () => {
    const phone = newPhone();
    const code = await codeFor(phone);
    expect(await codeOfError(login(phone, wrongCode(code)))).toBe('CODE_INCORRECT');
    expect((await login(phone, code)).status).toBe(200);
  });

  it('works once', async () => {
    const phone = newPhone();
    const code = await codeFor(phone);
    expect((await login(phone, code)).status).toBe(200);
    expect(await refused(stage, 'login', { body: loginBody(phone, code) })).toBe('CODE_EXPIRED');
  });

  it('is over after five minutes', async () => {
    const phone = newPhone();
    const code = await codeFor(phone);
    stage.advance(300_000);
    expect(await refused(stage, 'login', { body: loginBody(phone, code) })).toBe('CODE_EXPIRED');
  });

  it('is over after five wrong ones, the right one included', async () => {
    const phone = newPhone();
    const code = await codeFor(phone);
    for (let tries = 0; tries < 5; tries++) await login(phone, wrongCode(code));
    expect(await refused(stage, 'login', { body: loginBody(phone, code) })).toBe('CODE_TRIES_EXCEEDED');
  });

  it('is not sent twice within a minute, and the answer says when to ask again', async () => {
    const phone = newPhone();
    await codeFor(phone);
    const { status, headers, body } = await stage.send('send-code', { body: { phone }, sourceIp: newAddress() });
    expect([status, body.error.code, headers['Retry-After']]).toEqual([429, 'CODE_RATE_LIMITED', '60']);
  });
});

describe('an order', () => {
  it.each(['no_such_plan', 'constructor', '__proto__', 'monthly_9', 'monthly_999'])(
    'of the plan %j cannot be made',
    async (planId) => {
      expect(await purchase({ planId, channel: 'wechat' })).toBe('PLAN_NOT_FOUND');
      expect(stage.cashier.orders()).toEqual([]);
    },
  );

  it('of a plan that is no longer on sale cannot be made', async () => {
    await stage.db.write("UPDATE plans SET on_sale = 0 WHERE id = 'monthly_99'");
    expect(await purchase({ planId: 'monthly_99', channel: 'wechat' })).toBe('PLAN_NOT_FOUND');
    expect((await stage.send('list-plans')).body.data.plans).toEqual([]);
    await stage.db.write("UPDATE plans SET on_sale = 1 WHERE id = 'monthly_99'");
  });

  it.each(['WECHAT', 'bank', ''])('through the channel %j cannot be made', async (channel) => {
    expect(await purchase({ planId: 'monthly_99', channel })).toBe('VALIDATION_FAILED channel one_of:wechat, alipay');
  });

  it('cannot be made through a channel without keys, nor in a way that its channel has not', async () => {
    expect(await purchase({ planId: 'monthly_99', channel: 'alipay' })).toBe('CHANNEL_CLOSED');
    expect(await purchase({ planId: 'monthly_99', channel: 'wechat', method: 'page' })).toBe('CHANNEL_CLOSED');
    expect(await purchase({ planId: 'monthly_99', channel: 'wechat', method: 'cash' })).toBe(
      'VALIDATION_FAILED method one_of:qr, h5, page, wap',
    );
  });

  it.each(['//evil.example.com', 'https://evil.example.com', 'account', '/a b', '/\\evil', `/${'a'.repeat(300)}`])(
    'sends nobody back to %j',
    async (returnPath) => {
      expect(await purchase({ planId: 'monthly_99', channel: 'wechat', returnPath })).toMatch(
        /^VALIDATION_FAILED returnPath/,
      );
    },
  );

  it.each([
    [{ amountFen: 1 }, 'VALIDATION_FAILED amountFen unknown'],
    [{ credits: 1_000_000 }, 'VALIDATION_FAILED credits unknown'],
    [{ days: 3650 }, 'VALIDATION_FAILED days unknown'],
    [{ merchantId: 'mch_x' }, 'VALIDATION_FAILED merchantId unknown'],
    [{ offer: '1-1-1-member' }, 'PLAN_CHANGED offer plan'],
  ])('sets no price of its own: %j', async (over, refusal) => {
    expect(await purchase({ planId: 'monthly_99', channel: 'wechat', ...over })).toBe(refusal);
    expect(stage.cashier.orders()).toEqual([]);
  });
});

describe('the photos of a task', () => {
  const type = 'one_of:image/jpeg, image/png, image/webp';
  it.each([
    'image/heic',
    'image/heif',
    'image/gif',
    'image/svg+xml',
    'image/jpg',
    'IMAGE/JPEG',
    'text/html',
    'image/*',
    '',
  ])('are not of the type %j', async (contentType) => {
    expect(await create([photo({ contentType })])).toBe(`VALIDATION_FAILED inputs.0.contentType ${type}`);
  });

  it.each([
    [0, 'min:1'],
    [-1, 'min:1'],
    [26_214_401, 'max:26214400'],
    [2 ** 31, 'max:26214400'],
    [Number.MAX_SAFE_INTEGER, 'max:26214400'],
    [1.5, 'type:int'],
    ['1000', 'type:number'],
    [null, 'type:number'],
    [[1000], 'type:number'],
  ])('have no size of %j', async (sizeBytes, rule) => {
    expect(await create([photo({ sizeBytes })])).toBe(`VALIDATION_FAILED inputs.0.sizeBytes ${rule}`);
  });

  it.each(['1e400', '-1e400', '9007199254740993', '1e30', '1E9'])(
    'have no size that JSON writes as %s',
    async (size) => {
      const rawBody = `{"featureId":"basic_clean","inputs":[{"contentType":"image/jpeg","sizeBytes":${size}}]}`;
      const headers = { 'content-type': 'application/json' };
      const request = { as, idempotencyKey: newKey(), rawBody, headers };
      expect(await refused(stage, 'create-task', request)).toMatch(
        /^VALIDATION_FAILED inputs\.0\.sizeBytes (type:number|max:26214400)/,
      );
    },
  );

  it('are at least one and no more than the card takes', async () => {
    expect(await create([])).toBe('VALIDATION_FAILED inputs min:1');
    expect(await create(Array.from({ length: 2 }, photo))).toBe('VALIDATION_FAILED inputs max:1');
    expect(await create(Array.from({ length: 20 }, photo))).toBe('VALIDATION_FAILED inputs max:1');
    expect(await create(Array.from({ length: 21 }, photo))).toBe('VALIDATION_FAILED inputs max:20');
    expect(await create({ 0: photo(), length: 1 })).toBe('VALIDATION_FAILED inputs type:array');
  });

  it('are named one by one when they are wrong, and at most twenty times', async () => {
    expect(await create([photo(), { contentType: 'image/png' }, photo({ url: 'http://x' }), null])).toBe(
      'VALIDATION_FAILED inputs.1.sizeBytes required, inputs.2.url unknown, inputs.3 type:object',
    );
    const refusal = await create(Array.from({ length: 20 }, () => ({ a: 1, b: 2 })));
    expect(refusal.split(', ').filter((named) => named.includes('inputs.'))).toHaveLength(20);
  });

  it('are not fetched from elsewhere', async () => {
    const body = { featureId: 'basic_clean', inputs: [photo()], inputImageUrl: 'http://169.254.169.254/latest' };
    expect(await create([], { body })).toBe('VALIDATION_FAILED inputImageUrl unknown');
  });
});

describe('a card', () => {
  const withCard = (featureId: string) => create([], { body: { featureId, inputs: [photo()] } });

  it.each(['no_such_card', 'constructor', 'basic_cleam', 'prototype'])(
    'that does not exist, as %j, takes nothing',
    async (id) => {
      expect(await withCard(id)).toBe('FEATURE_NOT_FOUND');
    },
  );

  it.each(['', 'Basic_clean', '__proto__', 'basic clean', 'x'.repeat(49), 'a', '1basic'])(
    'has no id like %j',
    async (id) => {
      expect(await withCard(id)).toBe('VALIDATION_FAILED featureId format:regex');
    },
  );

  it('that is closed takes nothing', async () => {
    await stage.db.write("UPDATE features SET enabled = 0 WHERE id = 'basic_clean'");
    expect(await withCard('basic_clean')).toBe('FEATURE_CLOSED');
    await stage.db.write("UPDATE features SET enabled = 1 WHERE id = 'basic_clean'");
    expect(await stage.available(as)).toBe(100);
  });
});

describe('credits', () => {
  const spend = (who: ApiMerchant) => create([photo()], { as: who });

  it('that are not there: whoever has none at all is told to buy a plan', async () => {
    expect(await spend(await stage.newMerchant())).toBe('NOT_A_MEMBER');
  });

  it('that have expired count as none', async () => {
    const who = await stage.newMerchant();
    await grantCredits(stage.db, who.id, 100, { expiresAtMs: Date.now() });
    expect(await spend(who)).toBe('NOT_A_MEMBER');
  });

  it('that were revoked count as none', async () => {
    const who = await stage.newMerchant();
    const lot = await grantCredits(stage.db, who.id, 100, { expiresAtMs: Date.now() + DAY_MS });
    await stage.db.write('UPDATE quota_lots SET revoked_at = created_at WHERE id = ?', [lot]);
    expect(await spend(who)).toBe('NOT_A_MEMBER');
    await stage.db.write('UPDATE quota_lots SET revoked_at = NULL WHERE id = ?', [lot]);
  });

  it('that are spent, in a lot that still runs, are called short', async () => {
    const who = await stage.newMerchant(1);
    const body = { featureId: 'basic_clean', inputs: [photo()] };
    expect((await stage.send('create-task', { as: who, idempotencyKey: newKey(), body })).status).toBe(201);
    expect(await spend(who)).toBe('CREDITS_SHORT');
  });

  it('that are fewer than the card asks for are left alone', async () => {
    const who = await stage.newMerchant(2);
    await stage.db.write("UPDATE features SET credits = 3 WHERE id = 'basic_clean'");
    expect(await spend(who)).toBe('CREDITS_SHORT');
    await stage.db.write("UPDATE features SET credits = 1 WHERE id = 'basic_clean'");
    expect(await stage.available(who)).toBe(2);
  });
});

describe.each([
  [
    'create-task',
    { featureId: 'basic_clean', inputs: [photo()] },
    { featureId: 'basic_clean', inputs: [photo({ sizeBytes: 1001 })] },
  ],
  ['retry-task', undefined, undefined],
  ['purchase-membership', { planId: 'monthly_99', channel: 'wechat' }, { planId: 'monthly_98', channel: 'wechat' }],
] as const)('the key of %s', (name, first, second) => {
  const format = 'VALIDATION_FAILED header.idempotency-key format:visible_ascii_1_64';
  /** Two tasks that ended, so that retry-task has something to say yes to. */
  async function endedTask(who: ApiMerchant): Promise<string> {
    const body = { featureId: 'basic_clean', inputs: [photo()] };
    const { taskId } = (await stage.send('create-task', { as: who, idempotencyKey: newKey(), body })).body.data;
    expect((await stage.send('cancel-task', { as: who, body: { taskId } })).status).toBe(200);
    return taskId as string;
  }
  const bodies = async (who: ApiMerchant): Promise<[unknown, unknown]> =>
    first ? [first, second] : [{ taskId: await endedTask(who) }, { taskId: await endedTask(who) }];

  it('has to be there', async () => {
    const who = await stage.newMerchant(100);
    const [body] = await bodies(who);
    expect(await refused(stage, name, { as: who, body })).toBe('IDEMPOTENCY_KEY_REQUIRED');
    expect(await refused(stage, name, { as: who, body, idempotencyKey: '' })).toBe('IDEMPOTENCY_KEY_REQUIRED');
  });

  it('is visible ASCII of at most 64 characters, and comes once', async () => {
    const who = await stage.newMerchant(100);
    const [body] = await bodies(who);
    for (const idempotencyKey of ['x'.repeat(65), 'a b', '键', '👗', 'a\u0000', 'a\n', '\ud800', '\u007f']) {
      expect(await refused(stage, name, { as: who, body, idempotencyKey }), idempotencyKey).toBe(format);
    }
    const headers = { 'idempotency-key': ['a', 'b'] };
    expect(await refused(stage, name, { as: who, body, headers })).toBe('BAD_REQUEST header.idempotency-key single');
  });

  it('with the same request is answered the same, and acts once', async () => {
    const who = await stage.newMerchant(100);
    const [body] = await bodies(who);
    const idempotencyKey = `'";--${newKey()}`;
    const answer = await stage.send(name, { as: who, body, idempotencyKey });
    expect([answer.status, answer.body.error]).toEqual([201, undefined]);
    const before = await stage.books();
    const reordered = Object.fromEntries(Object.entries(body as object).reverse());
    for (const same of [body, reordered]) {
      const again = await stage.send(name, { as: who, body: same, idempotencyKey }, 'API Gateway');
      expect([again.status, again.body.data]).toEqual([201, answer.body.data]);
    }
    expect(await stage.books()).toEqual(before);
  });

  it('with another request is a conflict, and neither acts', async () => {
    const who = await stage.newMerchant(100);
    const [body, other] = await bodies(who);
    const idempotencyKey = newKey();
    expect((await stage.send(name, { as: who, body, idempotencyKey })).status).toBe(201);
    expect(await refused(stage, name, { as: who, body: other, idempotencyKey })).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('of another operation is no key of this one’s request', async () => {
    if (name === 'purchase-membership') return;
    const who = await stage.newMerchant(100);
    const [body] = await bodies(who);
    const idempotencyKey = newKey();
    expect((await stage.send(name, { as: who, body, idempotencyKey })).status).toBe(201);
    const elsewhere = name === 'create-task' ? 'retry-task' : 'create-task';
    const [task] =
      name === 'create-task' ? [{ taskId: await endedTask(who) }] : [{ featureId: 'basic_clean', inputs: [photo()] }];
    expect(await refused(stage, elsewhere, { as: who, body: task, idempotencyKey })).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('ids, cursors and pages', () => {
  const taskId = 'tsk_01JD0000000000000000000000';
  const WRONG_IDS = [
    '',
    '1',
    'tsk_',
    taskId.toLowerCase(),
    `${taskId}0`,
    taskId.slice(0, -1),
    `ord${taskId.slice(3)}`,
    `${taskId}\n`,
    'tsk_01JD000000000000000000000I',
  ];

  it.each(WRONG_IDS)('%j is no id of a task', async (id) => {
    const rule = 'VALIDATION_FAILED taskId format:regex';
    expect(await refused(stage, 'get-task', { as, query: { taskId: id } })).toBe(rule);
    expect(await refused(stage, 'cancel-task', { as, body: { taskId: id } })).toBe(rule);
    expect(await refused(stage, 'retry-task', { as, body: { taskId: id }, idempotencyKey: newKey() })).toBe(rule);
    expect(await refused(stage, 'list-tasks', { as, query: { cursor: id } })).toBe(
      'VALIDATION_FAILED cursor format:regex',
    );
  });

  it('an id that nobody has is not found', async () => {
    expect(await refused(stage, 'get-task', { as, query: { taskId } })).toBe('NOT_FOUND');
    expect(await refused(stage, 'cancel-task', { as, body: { taskId } })).toBe('NOT_FOUND');
    expect(await refused(stage, 'retry-task', { as, body: { taskId }, idempotencyKey: newKey() })).toBe('NOT_FOUND');
    const orderId = taskId.replace('tsk', 'ord');
    expect(await refused(stage, 'get-order', { as, query: { orderId } })).toBe('NOT_FOUND');
    expect(await refused(stage, 'get-order', { as, query: { orderId: taskId } })).toBe(
      'VALIDATION_FAILED orderId format:regex',
    );
    expect(await refused(stage, 'get-order', { as })).toBe('VALIDATION_FAILED orderId required');
  });

  it.each(['-1', '1.5', '0x10', '1e3', ' 1', '1;', '99999999999999999999', 'eyJpZCI6MX0='])(
    '%j is no cursor of the ledger',
    async (cursor) => {
      const refusal = await refused(stage, 'list-quota-entries', { as, query: { cursor } });
      expect(refusal).toBe('VALIDATION_FAILED cursor format:regex');
    },
  );

  it('a cursor beyond both ends answers a page, from the first entry or with none', async () => {
    const page = async (cursor: string) =>
      (await stage.send('list-quota-entries', { as, query: { cursor } })).body.data.items.length;
    expect([await page('0'), await page('9223372036854775807'), await page('9999999999999999999')]).toEqual([0, 1, 1]);
  });

  it.each(['0', '101', '-1', '1.0', '1e2', '010', '１０', 'all'])('a page has no %j lines', async (limit) => {
    for (const name of ['list-tasks', 'list-quota-entries']) {
      expect(await refused(stage, name, { as, query: { limit } })).toBe('VALIDATION_FAILED limit format:regex');
    }
  });

  it('a list has no state that a task cannot have', async () => {
    const refusal = await refused(stage, 'list-tasks', { as, query: { state: 'SUCCEEDED' } });
    expect(refusal).toMatch(/^VALIDATION_FAILED state one_of:awaiting_upload, /);
  });
});

it('leaves the books in order, and nothing of it in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
});
