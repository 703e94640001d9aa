import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFromService } from '../../../examples/typescript/verify-webhook.ts';
import { runProgram } from '../../../scripts/database/run-program.ts';
import { EVENT_TEXTS } from '../../../scripts/web/reference/webhook-chapter.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import { type Deliverer, deliverWebhooks, MOST_ATTEMPTS } from '../../../shared/webhooks/deliver-webhooks.ts';
import { type Posted, postPinned, type Ways } from '../../../shared/webhooks/post-pinned.ts';
import { type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import {
  claimTask,
  DAY_MS,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
} from '../../fixtures/product-database.ts';
import { openPlain } from '../database/one-merchant/touched-rows.ts';
import { selfSignedCertificate } from '../wechat/self-signed-certificate.ts';

const VERIFY = fileURLToPath(new URL('../../../examples/curl/verify-webhook.sh', import.meta.url));
const HOST = 'hooks.example.com';
const PUBLIC = '8.8.4.4';

interface Heard {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A merchant's endpoint: what it heard, and what it answers, in turn; the last answer stays. */
async function startEndpoint() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = selfSignedCertificate(privateKey, publicKey, `1${'0'.repeat(39)}`, HOST);
  const heard: Heard[] = [];
  const answers: [status: number, headers?: Record<string, string>][] = [];
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const server: Server = createServer({ key, cert: certificate }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({
        url: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
      });
      const [status, headers] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [204];
      if (status > 0) response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    answers,
    certificate,
    port,
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

let product: ProductDatabase;
let stage: ApiStage;
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
/** What the name is resolved to, and how often that was asked; which addresses were connected to. */
let addresses: string[];
let resolved: string[];
let reached: string[];
let slow: ReturnType<typeof deliverWebhooks>;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret);
  endpoint = await startEndpoint();
});
afterAll(async () => {
  await endpoint.close();
  await stage.close();
  await product.close();
});
beforeEach(async () => {
  [addresses, resolved, reached] = [[PUBLIC], [], []];
  endpoint.heard.length = 0;
  endpoint.answers.splice(0, endpoint.answers.length, [204]);
  await stage.db.write('DELETE FROM webhook_deliveries');
  await stage.db.write('DELETE FROM webhooks');
});

const ways = (): Partial<Ways> => ({
  resolve: async (host) => {
    resolved.push(host);
    return addresses;
  },
  // As production goes to the address itself; here all addresses are this machine.
  reach: (address) => {
    reached.push(address);
    return { host: '127.0.0.1', port: endpoint.port, ca: endpoint.certificate };
  },
  timeoutMs: 2000,
});
const readKey = async () =>
  Buffer.from((stage.secrets['yiying-test-webhooks'] as { secretKey: string }).secretKey, 'base64');
/** Attempts come when the schedule has them at the latest, unless a test wants them spread. */
const tick = (
  db: Database = stage.db,
  over: Partial<Ways> = {},
  spread: Pick<Deliverer, 'random'> = { random: () => 0 },
) =>
  deliverWebhooks(
    { db, readKey, post: (url, message) => postPinned(url, message, { ...ways(), ...over }), ...spread },
    { clock: () => Date.now(), log: () => {} },
  );

let keys = 0;
const ASKED = { url: `https://${HOST}/yiying?shop=1`, events: ['task.ended'] };
const create = (as: ApiMerchant, body: object = {}, idempotencyKey = `make-${++keys}`) =>
  stage.send('create-webhook', { as, idempotencyKey, body: { ...ASKED, ...body } });
async function made(as: ApiMerchant, body: object = {}): Promise<{ webhookId: string; secret: string }> {
  const answer = await create(as, body);
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body.data;
}
const test = async (as: ApiMerchant, webhookId: string): Promise<string> =>
  (await stage.send('test-webhook', { as, body: { webhookId } })).body.data.deliveryId;
const log = async (as: ApiMerchant, query: Record<string, string> = {}) =>
  (await stage.send('list-webhook-deliveries', { as, query })).body.data.items;
const replay = (as: ApiMerchant, deliveryId: string) =>
  stage.send('replay-webhook-delivery', { as, body: { deliveryId } });
const cancel = (as: ApiMerchant, taskId: string) => stage.send('cancel-task', { as, body: { taskId } });
const bodies = () =>
  endpoint.heard.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });

/** What the reference says that an event's data holds. */
const fieldsTold = (type: keyof typeof EVENT_TEXTS): string[] => Object.keys(EVENT_TEXTS[type].data).sort();

describe('an event', () => {
  it('is signed by Standard Webhooks under a secret that its merchant alone is shown and no table holds', async () => {
    const as = await stage.newMerchant(5);
    const { webhookId, secret } = await made(as);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const tables = JSON.stringify([
      await stage.db.query('SELECT * FROM webhooks'),
      (await stage.send('list-webhooks', { as })).body,
    ]);
    expect(tables).toContain(webhookId);
    expect(tables).not.toContain(secret.slice(6));
    const taskId = await newTask(stage.db, as.id, Date.now());
    await cancel(as, taskId);
    const happened = Date.now();
    stage.advance(3000);
    expect(await tick()).toEqual({ delivered: 1, refused: 0, dead: 0 });
    expect(await tick()).toEqual({ delivered: 0, refused: 0, dead: 0 });

    const [{ headers, body, url }] = endpoint.heard as [Heard];
    expect(endpoint.heard).toHaveLength(1);
    expect([url, headers['host'], headers['content-type']]).toEqual(['/yiying?shop=1', HOST, 'application/json']);
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(Date.now() / 1000)));
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(signed)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    const data = { taskId, featureId: 'basic_clean', state: 'canceled', errorCode: 'CANCELED_BY_MERCHANT', credits: 1 };
    expect(JSON.parse(body)).toEqual({ type: 'task.ended', timestamp: new Date(happened).toISOString(), data });
    expect(fieldsTold('task.ended')).toEqual(Object.keys(data).sort());
    expect(await log(as)).toEqual([
      {
        ...{
          deliveryId: headers['webhook-id'],
          webhookId,
          type: 'task.ended',
          state: 'delivered',
          attempts: 1,
          status: 204,
        },
        ...{ createdAtMs: happened, attemptedAtMs: Date.now(), body },
      },
    ]);
  });

  it('of a task that succeeded says nothing of an error; who did not ask is not told', async () => {
    const [as, other] = [await stage.newMerchant(5), await stage.newMerchant(5)];
    await made(as);
    await made(as, { events: ['batch.ended'] });
    const removed = await made(as);
    await stage.send('remove-webhook', { as, body: { webhookId: removed.webhookId } });
    for (const { id } of [as, other]) {
      const taskId = await newTask(stage.db, id);
      await queueTask(stage.db, taskId);
      await finishUnit(stage.db, await claimTask(stage.db, taskId), [OUTPUT], Date.now());
    }
    await tick();
    expect(bodies()).toMatchObject([{ type: 'task.ended', data: { state: 'succeeded' } }]);
    expect(bodies()[0]?.data).not.toHaveProperty('errorCode');
  });

  it('is written with what it tells or neither is', async () => {
    const as = await stage.newMerchant(5);
    await made(as);
    const taskId = await newTask(stage.db, as.id, Date.now());
    const plain = await openPlain(product.secret);
    await plain.query(`CREATE TRIGGER refuse_all BEFORE INSERT ON webhook_deliveries FOR EACH ROW
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused by this test'`);
    expect((await cancel(as, taskId)).status).toBe(500);
    await plain.query('DROP TRIGGER refuse_all');
    await plain.end();
    expect(await stage.db.query('SELECT state FROM tasks WHERE id = ?', [taskId])).toEqual([
      { state: 'awaiting_upload' },
    ]);
    expect((await cancel(as, taskId)).status).toBe(200);
    await cancel(as, taskId);
    expect(await log(as)).toHaveLength(1);
  });

  it('of a batch comes once, with its last task, whichever of two that end at once that is', async () => {
    const as = await stage.newMerchant(50);
    await made(as, { events: ['batch.ended'] });
    const [one, two] = product.connections(2) as [Database, Database];
    for (let n = 0; n < 8; n++) {
      const photos = ['a.jpg', 'b.jpg'].map((name) => ({ name, contentType: 'image/jpeg', sizeBytes: 1000 }));
      const body = { featureId: 'basic_clean', photos };
      const batch = (await stage.send('create-batch', { as, idempotencyKey: `batch-${++keys}`, body })).body.data;
      const [a, b] = batch.items.map(({ taskId }: { taskId: string }) => taskId);
      const leases = [];
      for (const taskId of [a, b]) {
        await queueTask(stage.db, taskId);
        leases.push(await claimTask(stage.db, taskId));
      }
      const [first, second] = leases as [(typeof leases)[0], (typeof leases)[0]];
      await Promise.all([
        finishUnit(one, first!, [OUTPUT], Date.now()),
        finishUnit(two, second!, [OUTPUT], Date.now()),
      ]);
      expect((await log(as)).map((each: { body: string }) => JSON.parse(each.body).data)[0]).toEqual({
        batchId: batch.batchId,
        tasks: 2,
        succeeded: 2,
      });
      expect(await log(as)).toHaveLength(n + 1);
    }
    expect(fieldsTold('batch.ended')).toEqual(['batchId', 'succeeded', 'tasks']);
  });

  it('goes on with the trace of the request that it came of, a span an attempt, and its lines carry it', async () => {
    const as = await stage.newMerchant(9);
    const { webhookId } = await made(as, { events: ['task.ended', 'batch.ended', 'credits.low'], creditsBelow: 9 });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const photos = ['a.jpg', 'b.jpg'].map((name) => ({ name, contentType: 'image/jpeg', sizeBytes: 1000 }));
    const batch = await stage.send('create-batch', {
      ...{ as, idempotencyKey: `batch-${++keys}`, body: { featureId: 'basic_clean', photos } },
      headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    for (const { taskId } of batch.body.data.items as { taskId: string }[]) await cancel(as, taskId);
    const byHand = await test(as, webhookId);
    endpoint.answers.splice(0, 1, [500], [204]);
    const lines: { event: string; fields: Record<string, unknown> }[] = [];
    const told = () =>
      deliverWebhooks(
        { db: stage.db, readKey, post: (url, message) => postPinned(url, message, ways()), random: () => 0 },
        { clock: () => Date.now(), log: (event, fields = {}) => void lines.push({ event, fields: { ...fields } }) },
      );
    await told();
    stage.advance(60_000);
    await told();
    expect(endpoint.heard).toHaveLength(6);
    const parents = endpoint.heard
      .filter(({ headers }) => headers['webhook-id'] !== byHand)
      .map(({ headers }) => headers['traceparent'] ?? '');
    for (const parent of parents) expect(parent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect([parents.length >= 4, new Set(parents).size]).toEqual([true, parents.length]);
    // Asked for without a trace, it has the request's own id, which is in nobody's trace.
    const alone = endpoint.heard.find(({ headers }) => headers['webhook-id'] === byHand);
    expect(alone?.headers).not.toHaveProperty('traceparent');
    const attempts = lines.filter(({ event }) => event === 'webhook_attempted').map(({ fields }) => fields);
    expect(attempts).toHaveLength(6);
    const types = attempts.flatMap(({ type, trace }) => (trace === traceId ? [type] : []));
    expect([...new Set(types)].sort()).toEqual(['batch.ended', 'credits.low', 'task.ended']);
    expect(attempts.find(({ deliveryId }) => deliveryId === byHand)).toMatchObject({
      trace: expect.stringMatching(/^\S+$/),
    });
    expect(attempts).toContainEqual(
      expect.objectContaining({ webhookId, attempt: 1, outcome: 'refused', status: 500 }),
    );
    expect(attempts).toContainEqual(expect.objectContaining({ attempt: 2, outcome: 'delivered', status: 204 }));
  });

  it('of credits comes when what is left falls below the mark, once, and again only after it had been above', async () => {
    const as = await stage.newMerchant(5);
    await made(as, { events: ['credits.low'], creditsBelow: 4 });
    const spend = () => newTask(stage.db, as.id);
    const told = async () => (await log(as)).map(({ body }: { body: string }) => JSON.parse(body).data);
    await spend();
    expect(await told()).toEqual([]);
    const last = await spend();
    expect(await told()).toEqual([{ available: 3, below: 4 }]);
    expect(fieldsTold('credits.low')).toEqual(['available', 'below']);
    await spend();
    expect(await told()).toHaveLength(1);
    await cancel(as, last);
    expect(await stage.available(as)).toBe(3);
    await spend();
    expect(await told()).toHaveLength(1);
  });
});

describe('a name', () => {
  it.each([
    ...['127.0.0.1', '10.0.0.8', '169.254.169.254', '169.254.0.23', '192.168.1.1', '100.64.0.1', '0.0.0.0', '::1'],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', 'fd00:ec2::254', 'fe80::1', '64:ff9b::7f00:1', '2002:7f00:1::1'],
  ])('of %s is asked nothing, alone or beside a public address', async (address) => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    addresses = [PUBLIC, address];
    expect(await tick()).toEqual({ delivered: 0, refused: 1, dead: 0 });
    addresses = [address];
    stage.advance(5000);
    await tick();
    expect([reached, endpoint.heard]).toEqual([[], []]);
    expect(await log(as)).toMatchObject([{ state: 'waiting', attempts: 2, failure: 'address_refused' }]);
  });

  it('is resolved once an attempt: one that is another a moment later is reached where it was looked at', async () => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    const rebinding = async (host: string) => {
      resolved.push(host);
      return resolved.length === 1 ? [PUBLIC] : ['127.0.0.1'];
    };
    expect(await tick(stage.db, { resolve: rebinding })).toMatchObject({ delivered: 1 });
    expect([resolved, reached]).toEqual([[HOST], [PUBLIC]]);
  });

  it('that has no address, does not answer or is not what the certificate says is tried again', async () => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    const failing = async (over: Partial<Ways>): Promise<string> => {
      await tick(stage.db, over);
      stage.advance(3_600_000 * 6);
      return (await log(as))[0].failure;
    };
    const nothing = { host: '127.0.0.1', port: 1 };
    const reach = { host: '127.0.0.1', port: endpoint.port };
    expect(await failing({ resolve: async () => [] })).toBe('resolve_failed');
    expect(await failing({ resolve: () => Promise.reject(new Error('NXDOMAIN')) })).toBe('resolve_failed');
    expect(await failing({ resolve: () => new Promise(() => {}), timeoutMs: 20 })).toBe('timeout');
    expect(await failing({ reach: () => nothing })).toBe('connection_failed');
    expect(await failing({ reach: () => reach })).toBe('certificate');
    expect(endpoint.heard).toEqual([]);
    endpoint.answers.splice(0, 1, [0]);
    expect(await failing({ timeoutMs: 300 })).toBe('timeout');
    expect(endpoint.heard).toHaveLength(1);
  });
});

describe('an attempt', () => {
  it('that is not answered 2xx is made again later and later, ten times in all, then by hand', async () => {
    const as = await stage.newMerchant();
    const { webhookId } = await made(as);
    const deliveryId = await test(as, webhookId);
    const [began, made_at] = [Date.now(), [] as number[]];
    endpoint.answers.splice(0, 1, [302, { location: 'https://hooks.example.com/other' }], [500], [429], [404]);
    for (let n = 0; n < 2000 && (await log(as))[0].state === 'waiting'; n++) {
      if ((await tick()).delivered + endpoint.heard.length > made_at.length) made_at.push((Date.now() - began) / 1000);
      stage.advance(Math.max(1, ((await log(as))[0].nextAtMs ?? Date.now()) - Date.now()));
    }
    // 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h after one another.
    expect(made_at).toEqual([0, 5, 305, 2105, 9305, 27305, 63305, 113705, 185705, 272105]);
    expect(endpoint.heard.map(({ url }) => url)).not.toContain('/other');
    expect(new Set(endpoint.heard.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([deliveryId]));
    expect(new Set(endpoint.heard.map(({ headers }) => headers['webhook-signature'])).size).toBe(MOST_ATTEMPTS);
    expect(await log(as)).toMatchObject([{ state: 'dead', attempts: MOST_ATTEMPTS, status: 404, failure: 'status' }]);

    endpoint.answers.splice(0, 9, [200]);
    expect((await replay(await stage.newMerchant(), deliveryId)).body.error.code).toBe('NOT_FOUND');
    expect((await replay(as, deliveryId)).status).toBe(202);
    expect(await tick()).toMatchObject({ delivered: 1 });
    expect(await log(as, { webhookId })).toMatchObject([{ state: 'delivered', attempts: 1, status: 200 }]);
    // What was delivered can be told again too.
    await replay(as, deliveryId);
    expect(await tick()).toMatchObject({ delivered: 1 });
  });

  it('waits as long as Retry-After asks, but for a day at most', async () => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    const waits: number[] = [];
    endpoint.answers.splice(
      0,
      1,
      [503, { 'retry-after': '3600' }],
      [503, { 'retry-after': '999999' }],
      [503, { 'retry-after': 'soon' }],
    );
    for (let n = 0; n < 3; n++) {
      await tick();
      waits.push(((await log(as))[0].nextAtMs - Date.now()) / 1000);
      stage.advance(waits[n]! * 1000);
    }
    expect(waits).toEqual([3600, 86_400, 1800]);
  });

  it('is answered 410: the webhook is removed, and what waits for it is given up unsaid', async () => {
    const as = await stage.newMerchant();
    const { webhookId } = await made(as);
    await test(as, webhookId);
    endpoint.answers.splice(0, 1, [410]);
    expect(await tick()).toMatchObject({ dead: 1 });
    expect((await stage.send('list-webhooks', { as })).body.data.items).toMatchObject([
      { webhookId, removedBy: 'endpoint' },
    ]);
    expect((await stage.send('test-webhook', { as, body: { webhookId } })).body.error.code).toBe('NOT_FOUND');
  });

  it('belongs to one of two ticks at once, and to a later one when its worker died', async () => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    const counts = await Promise.all(product.connections(4).map((db) => tick(db)));
    expect([counts.reduce((sum, { delivered }) => sum + delivered, 0), endpoint.heard.length]).toEqual([1, 1]);

    await test(as, (await made(as)).webhookId);
    const died = deliverWebhooks(
      { db: stage.db, readKey, post: () => Promise.reject(new Error('killed here')) },
      { clock: () => Date.now(), log: () => {} },
    );
    await expect(died).rejects.toThrow('killed here');
    stage.advance(59_999);
    expect(await tick()).toMatchObject({ delivered: 0 });
    stage.advance(1);
    expect(await tick()).toMatchObject({ delivered: 1 });
    expect((await log(as))[0]).toMatchObject({ attempts: 2, state: 'delivered' });
  });

  it('that comes back after its lease is over changes nothing any more', async () => {
    const as = await stage.newMerchant();
    await test(as, (await made(as)).webhookId);
    let answer: (posted: Posted) => void = () => {};
    const asked = new Promise<void>((begun) => {
      const post = () => {
        begun();
        return new Promise<Posted>((done) => {
          answer = done;
        });
      };
      slow = deliverWebhooks({ db: stage.db, readKey, post }, { clock: () => Date.now(), log: () => {} });
    });
    await asked;
    stage.advance(60_000);
    expect(await tick(product.db)).toMatchObject({ delivered: 1 });
    answer({ status: 500, retryAfter: undefined });
    expect(await slow).toEqual({ delivered: 0, refused: 0, dead: 0 });
    expect(await log(as)).toMatchObject([{ state: 'delivered', status: 204, attempts: 2 }]);
  });

  it('that failed holds what waits behind it for a minute: one question, not one for each event', async () => {
    const as = await stage.newMerchant();
    const { webhookId } = await made(as);
    for (let n = 0; n < 30; n++) {
      if (n % 15 === 0) stage.advance(60_000);
      await test(as, webhookId);
    }
    endpoint.answers.splice(0, 1, [500]);
    await tick();
    expect(endpoint.heard).toHaveLength(20);
    await tick();
    expect(endpoint.heard).toHaveLength(20);
  });
});

describe('attempts that failed together', () => {
  it('do not come back together: each up to a fifth sooner than at the latest, and never before the endpoint asks for', async () => {
    const as = await stage.newMerchant();
    const { webhookId } = await made(as);
    for (let n = 0; n < 12; n++) await test(as, webhookId);
    endpoint.answers.splice(0, 1, [500]);
    await tick(stage.db, {}, {});
    const waits = async () => (await log(as)).map(({ nextAtMs }: { nextAtMs: number }) => nextAtMs - Date.now());
    const spread: number[] = await waits();
    expect(spread.filter((ms) => ms < 4000 || ms > 5000)).toEqual([]);
    expect(new Set(spread).size).toBeGreaterThan(6);

    endpoint.answers.splice(0, 1, [503, { 'retry-after': '600' }]);
    stage.advance(5000);
    await tick(stage.db, {}, {});
    const asked: number[] = await waits();
    expect(asked.filter((ms) => ms < 600_000 || ms > 720_000)).toEqual([]);
    expect(new Set(asked).size).toBeGreaterThan(6);
  });
});

describe('a secret that is replaced', () => {
  const rotate = (as: ApiMerchant, body: object) => stage.send('rotate-webhook-secret', { as, body });
  /** What of the last request is signed with this secret. */
  const signedWith = (secret: string): boolean => {
    const { headers, body } = endpoint.heard.at(-1) as Heard;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(secret.slice(6), 'base64');
    const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    return headers['webhook-signature']?.split(' ').includes(signature) ?? false;
  };
  const told = async (as: ApiMerchant, webhookId: string, ...secrets: string[]): Promise<boolean[]> => {
    await test(as, webhookId);
    expect(await tick()).toMatchObject({ delivered: 1 });
    expect(endpoint.heard.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S{44}( v1,\S{44})?$/);
    return secrets.map(signedWith);
  };

  it('signs beside the new one until its last millisecond, and is listed until then', async () => {
    const as = await stage.newMerchant();
    const { webhookId, secret } = await made(as);
    const listed = async () => (await stage.send('list-webhooks', { as })).body.data.items[0];
    expect(await listed()).toMatchObject({ secretVersion: 1 });
    const next = (await rotate(as, { webhookId, secretVersion: 1 })).body.data;
    expect(next).toMatchObject({ webhookId, secretVersion: 2, previousSecretEndsAtMs: Date.now() + DAY_MS });
    expect(next.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(next.secret).not.toBe(secret);
    expect(await told(as, webhookId, secret, next.secret)).toEqual([true, true]);
    stage.advance(DAY_MS - 1);
    expect(await told(as, webhookId, secret, next.secret)).toEqual([true, true]);
    expect(await listed()).toHaveProperty('previousSecretEndsAtMs');
    stage.advance(1);
    expect(await told(as, webhookId, secret, next.secret)).toEqual([false, true]);
    expect(await listed()).not.toHaveProperty('previousSecretEndsAtMs');
  });

  it('is replaced once however often it is asked for; asked again it ends sooner, never later, and a third one waits', async () => {
    const as = await stage.newMerchant();
    const { webhookId, secret } = await made(as);
    const instances = await Promise.all([1, 2, 3, 4].map(() => stage.newInstance('rotate-webhook-secret')));
    const once = { body: { webhookId, secretVersion: 1 }, headers: { authorization: as.authorization() } };
    const answers = await Promise.all(instances.map((instance) => instance(once)));
    const secrets = new Set(answers.map(({ body }) => body.data.secret));
    expect([answers.map(({ status }) => status), secrets.size]).toEqual([[200, 200, 200, 200], 1]);
    const codes = async (body: object) => (await rotate(as, { webhookId, ...body })).body.error?.code;
    expect(await codes({ secretVersion: 2 })).toBe('WEBHOOK_ROTATING');
    expect(await codes({ secretVersion: 3 })).toBe('WEBHOOK_ROTATED');
    const again = async (previousHours: number) =>
      (await rotate(as, { webhookId, secretVersion: 1, previousHours })).body.data;
    const endsAtMs = Date.now() + DAY_MS;
    stage.advance(1000);
    expect(await again(168)).toMatchObject({ previousSecretEndsAtMs: endsAtMs });
    expect(await again(1)).toMatchObject({ previousSecretEndsAtMs: Date.now() + DAY_MS / 24 });
    const ended = await again(0);
    expect(ended).not.toHaveProperty('previousSecretEndsAtMs');
    expect(await told(as, webhookId, secret, ended.secret)).toEqual([false, true]);
    // A leaked one is gone with the answer.
    const third = (await rotate(as, { webhookId, secretVersion: 2, previousHours: 0 })).body.data;
    expect(await told(as, webhookId, ended.secret, third.secret)).toEqual([false, true]);
    expect(await codes({ secretVersion: 1 })).toBe('WEBHOOK_ROTATED');
  });

  it('fits the examples of a receiver, as the new one does; altered, late or under another secret nothing does', async () => {
    const as = await stage.newMerchant();
    const { webhookId, secret } = await made(as);
    const next = (await rotate(as, { webhookId, secretVersion: 1 })).body.data.secret;
    await told(as, webhookId);
    const { headers, body } = endpoint.heard.at(-1) as Heard;
    const sentAtMs = Number(headers['webhook-timestamp']) * 1000;
    const other = (await made(as)).secret;
    const judge = async (over: Partial<Heard> & { key: string; laterMs?: number }): Promise<boolean[]> => {
      const heard = { headers, body, ...over };
      const nowMs = sentAtMs + (over.laterMs ?? 0);
      const parts = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => heard.headers[name] ?? '');
      // The shell's clock is the machine's own, and a moment ago for it is another than for the stage.
      const clock = `date() { echo ${Math.floor(nowMs / 1000)}; }; export -f date; exec bash "$0" "$@"`;
      const { code } = await runProgram(['bash', '-c', clock, VERIFY, ...parts], {
        ...{ env: { ...process.env, WEBHOOK_SECRET: heard.key }, input: heard.body, timeoutMs: 10_000 },
      });
      return [isFromService(heard.headers, heard.body, heard.key, nowMs), code === 0];
    };
    const [yes, no] = [
      [true, true],
      [false, false],
    ];
    expect(await judge({ key: secret })).toEqual(yes);
    expect(await judge({ key: next, laterMs: 300_000 })).toEqual(yes);
    expect(await judge({ key: next, laterMs: 301_000 })).toEqual(no);
    expect(await judge({ key: next, laterMs: -301_000 })).toEqual(no);
    expect(await judge({ key: other })).toEqual(no);
    expect(await judge({ key: next, body: `${body} ` })).toEqual(no);
    expect(await judge({ key: next, headers: { ...headers, 'webhook-id': 'msg_other' } })).toEqual(no);
    expect(await judge({ key: next, headers: { ...headers, 'webhook-signature': 'v1,' } })).toEqual(no);
  });

  it('is nobody else’s to replace, nor of a webhook that is removed', async () => {
    const [as, other] = [await stage.newMerchant(), await stage.newMerchant()];
    const { webhookId } = await made(as);
    const asked = { webhookId, secretVersion: 1 };
    expect((await rotate(other, asked)).body.error.code).toBe('NOT_FOUND');
    await stage.send('remove-webhook', { as, body: { webhookId } });
    expect((await rotate(as, asked)).body.error.code).toBe('NOT_FOUND');
  });
});

describe('a webhook', () => {
  it('is one of five, is named again by the same call, and is nobody else’s', async () => {
    const [as, other] = [await stage.newMerchant(), await stage.newMerchant()];
    const first = (await create(as, {}, 'once')).body.data;
    expect((await create(as, {}, 'once')).body.data).toEqual(first);
    expect((await create(as, { url: `https://${HOST}/other` }, 'once')).body.error.code).toBe('IDEMPOTENCY_CONFLICT');
    for (let n = 1; n < 5; n++) await made(as);
    expect((await create(as)).body.error.code).toBe('WEBHOOKS_MOST');
    for (const name of ['remove-webhook', 'test-webhook'])
      expect((await stage.send(name, { as: other, body: { webhookId: first.webhookId } })).body.error.code).toBe(
        'NOT_FOUND',
      );
    expect((await stage.send('list-webhooks', { as: other })).body.data.items).toEqual([]);
    const remove = () => stage.send('remove-webhook', { as, body: { webhookId: first.webhookId } });
    const removed = (await remove()).body.data;
    stage.advance(1000);
    expect((await remove()).body.data).toEqual(removed);
    expect((await create(as)).status).toBe(201);
  });

  it.each([
    [{ events: ['credits.low'] }, 'creditsBelow credits_low_only'],
    [{ creditsBelow: 5 }, 'creditsBelow credits_low_only'],
    [{ events: [] }, 'events min:1'],
    [{ events: ['task.ended', 'task.ended'] }, 'events unique'],
    [{ url: 'https://127.0.0.1/' }, 'url https'],
  ])('%j is refused by its field and rule', async (body, rule) => {
    const { error } = (await create(await stage.newMerchant(), body)).body;
    expect([error.code, `${error.fields[0].path} ${error.fields[0].rule}`]).toEqual(['VALIDATION_FAILED', rule]);
  });

  it('is told nothing while its merchant is suspended, and its log is kept for 30 days', async () => {
    const as = await stage.newMerchant();
    const { webhookId } = await made(as);
    await test(as, webhookId);
    await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [as.id]);
    expect(await tick()).toMatchObject({ dead: 1 });
    expect(endpoint.heard).toEqual([]);
    expect((await create(as)).body.error.code).toBe('ACCOUNT_SUSPENDED');
    expect(await log(as)).toMatchObject([{ state: 'dead', failure: 'account' }]);
    await stage.db.write('UPDATE webhook_deliveries SET created_at = ?', [sqlTime(Date.now() - 30 * DAY_MS + 1)]);
    await tick();
    expect(await log(as)).toHaveLength(1);
    stage.advance(1);
    await tick();
    expect(await log(as)).toEqual([]);
  });
});

it('leaves the books in order, and no secret in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
  expect(stage.logs()).not.toContain('whsec_');
});
