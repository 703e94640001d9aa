import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { schemaChecksum } from '../../../infra/migrate.ts';
import { type PrivateDatabase, startPrivateDatabase } from '../../../scripts/database/private-database.ts';
import { applySchema } from '../../../scripts/local/local-database.ts';
import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { failUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  type Answer,
  type ApiMerchant,
  type ApiStage,
  codeOf,
  newPhone,
  startApiStage,
} from '../../fixtures/api-stage.ts';
import { claimTask, queueTask } from '../../fixtures/product-database.ts';
import { loginBody, newAddress } from '../auth/auth-stage.ts';
import { type InterruptibleProxy, startProxy } from '../platform/interruptible-proxy.ts';
import { describe as describeError } from './refused.ts';
import { JSON_OPERATIONS, validInput } from './valid-requests.ts';

/** A server of this file's own, of the engine that the run is about (see also freshDatabase), behind a line that can be cut. */
let server: PrivateDatabase;
let line: InterruptibleProxy;
let stage: ApiStage;
beforeAll(async () => {
  const engine = process.env['YIYING_ENGINE'] === 'mysql9' ? 'mysql9' : 'mariadb';
  const prepare = ({ socketPath }: { socketPath: string }) =>
    applySchema({ socketPath, user: 'root', database: 'app' });
  server = await startPrivateDatabase({ engine, prepare, templateKey: schemaChecksum() });
  line = await startProxy({ path: server.socketPath });
  const secret = { host: '127.0.0.1', port: line.port, user: 'root', password: '', database: 'app' };
  stage = await startApiStage(secret, { cashier: true });
});
afterAll(async () => {
  await stage.close();
  await line.close();
  await server.stop();
});

const PHOTO = { contentType: 'image/jpeg', sizeBytes: 1000 };
const CREATE = { featureId: 'basic_clean', inputs: [PHOTO] };
const BUY = { planId: 'monthly_99', channel: 'wechat' };

/** 503, and when to come again. */
function expectUnavailable(answer: Answer, language: 'zh' | 'en' = 'zh'): void {
  expect(describeError(answer, language)).toBe('UNAVAILABLE');
  expect(answer.headers['Retry-After']).toBe('5');
  expect(JSON.stringify(answer.body)).not.toMatch(/mysql|maria|ECONN|socket|127\.0\.0\.1/i);
}

async function directly<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ socketPath: server.socketPath, user: 'root', database: 'app' });
  connection.on('error', () => undefined);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

/** Runs the request into a row that somebody else holds, then does `strike` while it waits there. */
async function whileItWaits(sql: string, id: string, request: () => Promise<Answer>, strike: () => Promise<void>) {
  return directly(async (holder) => {
    await holder.beginTransaction();
    await holder.query(sql, [id]);
    const answering = request();
    await directly(async (watcher) => {
      for (let looks = 0; ; looks++) {
        const [[row]] = (await watcher.query(
          "SELECT COUNT(*) AS busy FROM information_schema.processlist WHERE command = 'Execute' AND id <> CONNECTION_ID()",
        )) as unknown as [[{ busy: number }]];
        if (Number(row.busy) > 0) return;
        if (looks > 200) throw new Error('the request waits for nothing');
        await sleep(10);
      }
    });
    await strike();
    return answering;
  });
}

const LOCK_ACCOUNT = 'SELECT merchant_id FROM accounts WHERE merchant_id = ? FOR UPDATE';
const LOCK_ORDER = 'SELECT id FROM orders WHERE id = ? FOR UPDATE';
const count = async (table: string, who: ApiMerchant) =>
  (await stage.db.query(`SELECT * FROM ${table} WHERE merchant_id = ?`, [who.id])).length;

/** The power fails under the server, and it comes back a moment later. */
async function powerCut(): Promise<void> {
  await server.kill9();
}

afterEach(async () => {
  expect(await auditLedger(stage.db, 0)).toEqual([]);
});

describe('the database, killed in mid-request', () => {
  it('a task: 503, and the same key makes it once', async () => {
    const as = await stage.newMerchant(10);
    const create = () => stage.send('create-task', { as, idempotencyKey: 'key', body: CREATE });
    expectUnavailable(await whileItWaits(LOCK_ACCOUNT, as.id, create, powerCut));
    expectUnavailable(await create());
    await server.restart();
    const made = await create();
    expect([made.status, await count('tasks', as), await stage.available(as)]).toEqual([201, 1, 9]);
    expect((await create()).body.data.taskId).toBe(made.body.data.taskId);
    expect(await stage.available(as)).toBe(9);
  });

  it('an order and its payment: 503, then the same order, and one grant from WeChat’s next try', async () => {
    const as = await stage.newMerchant();
    const buy = () => stage.send('purchase-membership', { as, idempotencyKey: 'key', body: BUY });
    expectUnavailable(await whileItWaits(LOCK_ACCOUNT, as.id, buy, powerCut));
    await server.restart();
    const { status, body } = await buy();
    expect([status, await count('orders', as)]).toEqual([201, 1]);
    const { orderId } = body.data;
    const statuses = () =>
      stage.cashier
        .sent()
        .filter((one) => one.outTradeNo === orderId)
        .map((one) => one.status);
    stage.cashier.pay(orderId);
    const tick = async () => {
      await stage.cashier.tick();
      return stage.send('health-live');
    };
    await whileItWaits(LOCK_ORDER, orderId, tick, powerCut);
    expect(statuses()).toEqual([503]);
    await server.restart();
    expect(await stage.available(as)).toBe(0);
    stage.advance(15_000);
    await stage.cashier.tick();
    expect([statuses(), await stage.available(as)]).toEqual([[503, 204], 100]);
  });

  it('a cancellation: 503, then canceled and refunded once', async () => {
    const as = await stage.newMerchant(1);
    const task = await stage.send('create-task', { as, idempotencyKey: 'key', body: CREATE });
    const cancel = () => stage.send('cancel-task', { as, body: { taskId: task.body.data.taskId } });
    expectUnavailable(await whileItWaits(LOCK_ACCOUNT, as.id, cancel, powerCut));
    await server.restart();
    expect(await stage.available(as)).toBe(0);
    for (let times = 0; times < 2; times++) {
      const { status, body } = await cancel();
      expect([status, body.data.state, body.data.refunded]).toEqual([200, 'canceled', true]);
    }
    expect(await stage.available(as)).toBe(1);
  });
});

describe('the line to the database, cut after the statement has left', () => {
  it('a task that was made all the same is found by its key, and charged once', async () => {
    const as = await stage.newMerchant(10);
    const create = () => stage.send('create-task', { as, idempotencyKey: 'key', body: CREATE });
    const cut = async () => line.cutAll();
    expectUnavailable(await whileItWaits(LOCK_ACCOUNT, as.id, create, cut));
    await vi.waitFor(async () => expect(await count('tasks', as)).toBe(1), { timeout: 5000 });
    const found = await create();
    expect([found.status, await count('tasks', as), await stage.available(as)]).toEqual([201, 1, 9]);
  });

  it('a payment that was settled all the same is not acknowledged, and is known when it comes again', async () => {
    const as = await stage.newMerchant();
    const order = await stage.send('purchase-membership', { as, idempotencyKey: 'key', body: BUY });
    const { orderId } = order.body.data;
    stage.cashier.pay(orderId);
    const tick = async () => {
      await stage.cashier.tick();
      return stage.send('health-live');
    };
    await whileItWaits(LOCK_ORDER, orderId, tick, async () => line.cutAll());
    await vi.waitFor(async () => expect(await count('payments', as)).toBe(1), { timeout: 5000 });
    stage.advance(15_000);
    await stage.cashier.tick();
    const sent = stage.cashier.sent().filter((one) => one.outTradeNo === orderId);
    expect([sent.map(({ status }) => status), await stage.available(as)]).toEqual([[503, 204], 100]);
  });
});

describe('while the database is away', () => {
  it('whatever needs it is answered 503 in its language, nothing is sent, and all works again afterwards', async () => {
    const as = await stage.newMerchant(10);
    const phone = newPhone();
    await stage.send('send-code', { body: { phone }, sourceIp: newAddress() });
    const code = codeOf(stage, phone);
    const sent = stage.tencent.inbox().length;
    await server.kill9();
    for (const { name, method } of JSON_OPERATIONS.filter((one) => !one.name.startsWith('health-'))) {
      const input = validInput(name);
      const query = input as Record<string, string>;
      const parts = method === 'GET' ? { query } : { body: input, idempotencyKey: 'key' };
      expectUnavailable(await stage.send(name, { as, ...parts }));
      const headers = { 'accept-language': 'en' };
      expectUnavailable(await stage.send(name, { as, ...parts, headers }, 'API Gateway'), 'en');
    }
    expectUnavailable(await stage.send('login', { body: loginBody(phone, code), sourceIp: newAddress() }));
    expect((await stage.send('health-live')).status).toBe(200);
    expect(stage.tencent.inbox()).toHaveLength(sent);
    await server.restart();
    expect((await stage.send('login', { body: loginBody(phone, code), sourceIp: newAddress() })).status).toBe(200);
    expect(await stage.available(as)).toBe(10);
  });
});

describe('while the secrets manager refuses', () => {
  const locked = async <T>(work: () => Promise<T>): Promise<T> => {
    const key = process.env['TENCENTCLOUD_SECRETKEY'] ?? '';
    vi.stubEnv('TENCENTCLOUD_SECRETKEY', 'of somebody else');
    try {
      return await work();
    } finally {
      vi.stubEnv('TENCENTCLOUD_SECRETKEY', key);
    }
  };

  it('a new instance of any function is answered 503, and works as soon as it can', async () => {
    const as = await stage.newMerchant(10);
    for (const { name, method } of JSON_OPERATIONS.filter((one) => !one.name.startsWith('health-'))) {
      const call = await stage.newInstance(name);
      const input = validInput(name);
      const parts = method === 'GET' ? { query: input as Record<string, string> } : { body: input };
      const headers = { authorization: as.authorization(), 'idempotency-key': 'no-such' };
      const request = { ...parts, headers, sourceIp: newAddress() };
      expectUnavailable(await locked(() => call(request)));
      expect((await call(request)).status, name).not.toBe(503);
    }
  });

  it('an instance that has all its secrets goes on', async () => {
    const as = await stage.newMerchant(10);
    expect(await locked(() => stage.available(as))).toBe(10);
  });

  it('a purchase whose signing key cannot be read is 503, not closed and not an error of ours', async () => {
    const as = await stage.newMerchant();
    const call = await stage.newInstance('purchase-membership');
    const headers = () => ({ authorization: as.authorization(), 'idempotency-key': 'key' });
    expect((await call({ body: {}, headers: headers() })).status).toBe(400);
    expectUnavailable(await locked(() => call({ body: BUY, headers: headers() })));
    expect((await call({ body: BUY, headers: headers() })).status).toBe(201);
  });

  it('a notice is not acknowledged', async () => {
    const call = await stage.newInstance('pay-callback-wechat');
    expectUnavailable(await locked(() => call({ body: {} })));
    expect((await call({ body: {} })).status).toBe(401);
  });
});

describe('what is configured wrongly', () => {
  const asked = async (name: string, environment: Record<string, string>) => {
    const before = stage.logs().length;
    for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
    const call = await stage.newInstance(name);
    const answer = await call({ body: validInput(name), query: {} });
    return { answer, log: stage.logs().slice(before) };
  };
  const kept = { STAGE: 'test', REGION: 'ap-guangzhou', COS_BUCKET: 'pictures-1250000000' };
  const publicUrl = () => process.env['PUBLIC_API_URL'] ?? '';

  it.each([
    ['list-plans', 'STAGE', ''],
    ['health-live', 'REGION', 'not a region, but a secret'],
    ['create-task', 'COS_BUCKET', ''],
    ['retry-task', 'COS_BUCKET', 'no-app-id'],
    ['purchase-membership', 'PUBLIC_API_URL', ''],
    ['send-code', 'SMS_DAILY_BUDGET', 'many'],
    ['pay-callback-wechat', 'STAGE', 'UPPER'],
  ])('%s with %s=%j is 500; the key is named in the log alone, the value nowhere', async (name, key, value) => {
    const before = { ...kept, PUBLIC_API_URL: publicUrl(), SMS_DAILY_BUDGET: '2000' };
    const { answer, log } = await asked(name, { [key]: value });
    for (const [one, own] of Object.entries(before)) vi.stubEnv(one, own);
    expect(describeError(answer, 'zh')).toBe('INTERNAL');
    expect(JSON.stringify(answer)).not.toContain(key);
    expect(log).toContain('"log":"config_invalid"');
    expect(log).toContain(`${key} `);
    if (value.length > 5) expect(log).not.toContain(value);
  });

  it.each([
    ['yiying-test-tokens', 'get-account', 'currentKeyId', 'INTERNAL'],
    ['yiying-test-database', 'list-plans', 'password', 'INTERNAL'],
    ['yiying-test-wechat-verifying', 'pay-callback-wechat', 'apiV3Key', 'UNAVAILABLE'],
  ])(
    'the secret %s without a part is for %s no answer to the caller; the log names %s; whole again, it is read within ten minutes',
    async (secret, name, part, code) => {
      const whole = stage.secrets[secret] as Record<string, unknown>;
      const { [part]: _, ...rest } = whole;
      stage.secrets[secret] = rest;
      const before = stage.logs().length;
      const call = await stage.newInstance(name);
      const as = await stage.newMerchant();
      const ask = () =>
        call({ headers: { authorization: as.authorization() }, ...(name.startsWith('pay') && { body: {} }) });
      const answer = await ask();
      stage.secrets[secret] = whole;
      expect(describeError(answer, 'zh')).toBe(code);
      expect(JSON.stringify(answer.body)).not.toContain(part);
      const log = stage.logs().slice(before);
      expect(log).toContain(part);
      for (const value of Object.values(rest)) {
        if (typeof value === 'string' && value.length > 12) expect(log).not.toContain(value);
      }
      stage.advance(600_000);
      expect((await ask()).status).toBeLessThan(500);
    },
  );
});

it('COS away while a photo is copied for another try: 503, and the same key charges once', async () => {
  vi.stubEnv('COS_ENDPOINT', 'http://127.0.0.1:9');
  const as = await stage.newMerchant(10);
  const task = await stage.send('create-task', { as, idempotencyKey: 'key', body: CREATE });
  const { taskId } = task.body.data;
  await queueTask(stage.db, taskId, Date.now());
  const lease = await claimTask(stage.db, taskId, Date.now());
  await failUnit(stage.db, lease, { code: 'PROCESSING_FAILED' }, Date.now());
  const call = await stage.newInstance('retry-task');
  const retry = () =>
    call({ body: { taskId }, headers: { authorization: as.authorization(), 'idempotency-key': 'again' } });
  for (let times = 0; times < 2; times++) expectUnavailable(await retry());
  expect([await count('tasks', as), await stage.available(as)]).toEqual([2, 9]);
});

it('says nothing in the logs that it should not', () => {
  expect(stage.leaks()).toEqual([]);
});
