import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { type ApiMerchant, type ApiStage, EVENT_FORMS, START_MS, startApiStage } from '../../fixtures/api-stage.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import type { TokenParts } from '../../fixtures/stage-tokens.ts';
import { refused } from './refused.ts';
import { OF_MERCHANTS, validInput } from './valid-requests.ts';

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

const anotherKey = randomBytes(32).toString('base64');
/** Long before the stage's time, which only goes on. */
const OLD: TokenParts = { issuedAtMs: START_MS - 901_000 };

/** One thing wrong each; made when it is used, for the time goes on. */
const WRONG_TOKENS: Readonly<Record<string, (sub: string) => string>> = {
  'no token': () => '',
  'a scheme without a token': () => 'Bearer ',
  'another scheme': (sub) => `Basic ${stage.token({ sub })}`,
  'a token without its scheme': (sub) => stage.token({ sub }),
  'two tokens in one header': (sub) => `Bearer ${stage.token({ sub })}, Bearer ${stage.token({ sub })}`,
  'a refresh token': () => `Bearer ${randomBytes(32).toString('base64url')}`,
  'three dots and nothing else': () => 'Bearer ..',
  'a token of words': () => 'Bearer not.a.token',
  'a token without signature': (sub) => `Bearer ${stage.token({ sub, key: null })}`,
  'alg none': (sub) => `Bearer ${stage.token({ sub, key: null, header: { alg: 'none' } })}x`,
  'another key under our key id': (sub) => `Bearer ${stage.token({ sub, key: anotherKey })}`,
  'a key id that nobody knows': (sub) => `Bearer ${stage.token({ sub, key: anotherKey, header: { kid: 'k9' } })}`,
  'a key id of the language': (sub) => `Bearer ${stage.token({ sub, header: { kid: '__proto__' } })}`,
  'no key id': (sub) => `Bearer ${stage.token({ sub, header: { kid: undefined } })}`,
  'our key with another algorithm': (sub) => `Bearer ${stage.token({ sub, hash: 'sha512', header: { alg: 'HS512' } })}`,
  'another kind of token': (sub) => `Bearer ${stage.token({ sub, header: { typ: 'JWT' } })}`,
  'a critical header that is not understood': (sub) => `Bearer ${stage.token({ sub, header: { crit: ['x'], x: 1 } })}`,
  'a token of another stage': (sub) => `Bearer ${stage.token({ sub, claims: { aud: 'yiying-prod-merchants' } })}`,
  'a token of the operators': (sub) => `Bearer ${stage.token({ sub, claims: { aud: 'yiying-test-operators' } })}`,
  'a token of another issuer': (sub) => `Bearer ${stage.token({ sub, claims: { iss: 'someone' } })}`,
  'a token without an end': (sub) => `Bearer ${stage.token({ sub, claims: { exp: undefined } })}`,
  'a token without a session': (sub) => `Bearer ${stage.token({ sub, claims: { sid: undefined } })}`,
  'a token that is not yet good': (sub) => `Bearer ${stage.token({ sub, claims: { nbf: START_MS / 1000 + 1e6 } })}`,
  'a subject that is no text': () => `Bearer ${stage.token({ claims: { sub: { $ne: '' } } })}`,
  'an expired token with a forged signature': (sub) => `Bearer ${stage.token({ sub, ...OLD, key: anotherKey })}`,
  'a token of a kilobyte': (sub) => `Bearer ${stage.token({ sub, claims: { pad: 'x'.repeat(1000) } })}`,
  'the words of another under our signature': (sub) => {
    const [header, , signature] = stage.token({ sub: 'mch_01JD0000000000000000000001' }).split('.');
    return `Bearer ${header}.${stage.token({ sub }).split('.')[1]}.${signature}`;
  },
};

const requestOf = (name: string, method: string) => {
  const input = validInput(name);
  return method === 'GET' ? { query: input as Record<string, string> } : { body: input, idempotencyKey: 'key' };
};

describe.each(OF_MERCHANTS)('$name', ({ name, method }) => {
  it.each(Object.entries(WRONG_TOKENS))('is not for %s', async (_what, authorization) => {
    const headers = { authorization: authorization(owner.id) };
    expect(await refused(stage, name, { ...requestOf(name, method), headers })).toBe('NOT_SIGNED_IN');
  });

  it('says of our own expired token that it has expired, from its last second on', async () => {
    const headers = { authorization: `Bearer ${stage.token({ sub: owner.id, ...OLD })}` };
    expect(await refused(stage, name, { ...requestOf(name, method), headers })).toBe('TOKEN_EXPIRED');
    const issuedAtMs = Math.floor(Date.now() / 1000) * 1000 - 900_000;
    const justOver = `Bearer ${stage.token({ sub: owner.id, issuedAtMs })}`;
    const answer = await stage.send(name, { ...requestOf(name, method), headers: { authorization: justOver } });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'TOKEN_EXPIRED']);
  });

  it('takes one Authorization header', async () => {
    const authorization = owner.authorization();
    const headers = { authorization: [authorization, authorization] };
    expect(await refused(stage, name, { ...requestOf(name, method), headers })).toBe(
      'BAD_REQUEST header.authorization single',
    );
  });
});

it('a good token is good in both forms of event, so that what is refused above is refused for its one fault', async () => {
  for (const form of EVENT_FORMS) {
    expect((await stage.send('get-account', { as: owner }, form)).status).toBe(200);
    const headers = { authorization: `bearer   ${stage.token({ sub: owner.id })}` };
    expect((await stage.send('get-account', { headers }, form)).status).toBe(200);
  }
});

it('a merchant who is gone can neither buy nor spend, whatever the token says', async () => {
  const gone = await stage.newMerchant();
  await stage.db.write('DELETE FROM accounts WHERE merchant_id = ?', [gone.id]);
  await stage.db.write('DELETE FROM merchants WHERE id = ?', [gone.id]);
  const request = { as: gone, idempotencyKey: 'key' };
  const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1 }] };
  expect(await refused(stage, 'create-task', { ...request, body })).toBe('NOT_SIGNED_IN');
  expect(await refused(stage, 'get-account', { as: gone })).toBe('NOT_SIGNED_IN');
  const purchase = { ...request, body: { planId: 'monthly_99', channel: 'wechat' } };
  expect(await refused(stage, 'purchase-membership', purchase)).toBe('NOT_SIGNED_IN');
});

describe("another merchant's", () => {
  const STATES = ['awaiting_upload', 'queued', 'processing', 'succeeded', 'failed', 'canceled', 'expired'];
  let stranger: ApiMerchant;
  let taskId: string;
  let orderId: string;
  beforeAll(async () => {
    stranger = await stage.newMerchant(100);
    const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
    taskId = (await stage.send('create-task', { as: owner, idempotencyKey: 'own', body })).body.data.taskId;
    const purchase = { planId: 'monthly_99', channel: 'wechat' };
    const order = await stage.send('purchase-membership', { as: owner, idempotencyKey: 'own', body: purchase });
    orderId = order.body.data.orderId;
  });

  async function putInto(state: string): Promise<void> {
    const now = sqlTime(Date.now());
    const isOpen = ['awaiting_upload', 'queued', 'processing'].includes(state);
    const [endedAt, dueAt] = isOpen ? [null, now] : [now, null];
    const sql = 'UPDATE tasks SET state = ?, ended_at = ?, deadline_at = ?, sweep_at = ? WHERE id = ?';
    await stage.db.write(sql, [state, endedAt, dueAt, dueAt, taskId]);
  }

  it.each(STATES)('%s task cannot be read, canceled or tried again', async (state) => {
    await putInto(state);
    const request = { as: stranger, idempotencyKey: 'foreign', body: { taskId } };
    expect(await refused(stage, 'get-task', { as: stranger, query: { taskId } })).toBe('NOT_FOUND');
    expect(await refused(stage, 'cancel-task', request)).toBe('NOT_FOUND');
    expect(await refused(stage, 'retry-task', request)).toBe('NOT_FOUND');
    await putInto('awaiting_upload');
  });

  it('order cannot be read', async () => {
    expect(await refused(stage, 'get-order', { as: stranger, query: { orderId } })).toBe('NOT_FOUND');
    expect((await stage.send('get-order', { as: owner, query: { orderId } })).status).toBe(200);
  });

  it('task is no cursor into their list, and their entries are not ours', async () => {
    const { body } = await stage.send('list-tasks', { as: stranger, query: { cursor: taskId } });
    expect(body.data).toEqual({ items: [] });
    const entries = await stage.send('list-quota-entries', { as: stranger, query: { cursor: '9999999999999999999' } });
    expect(entries.body.data.items).toHaveLength(1);
    const ofTask = (as: typeof owner) => stage.send('list-quota-entries', { as, query: { taskId } });
    expect((await ofTask(owner)).body.data.items.length).toBeGreaterThan(0);
    expect((await ofTask(stranger)).body.data).toEqual({ items: [] });
  });

  it('key is a key of their own: the same one makes a task of ours', async () => {
    const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
    const answer = await stage.send('create-task', { as: stranger, idempotencyKey: 'own', body });
    expect(answer.status).toBe(201);
    expect(answer.body.data.taskId).not.toBe(taskId);
    expect([await stage.available(owner), await stage.available(stranger)]).toEqual([99, 99]);
  });
});

it('leaves the books in order, and no token in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
});
