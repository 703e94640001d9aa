import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { getAccount, refreshSession } from '../../../shared/contract/auth.ts';
import { type ClientOptions, createClient } from '../../../shared/contract/client.ts';
import type { ClientRequest } from '../../../shared/contract/client-request.ts';
import { openKeptAnswers } from '../../../shared/contract/kept-answers.ts';
import { getOrder, payCallbackWechat, purchaseMembership } from '../../../shared/contract/membership.ts';
import { createTask, listTasks } from '../../../shared/contract/tasks.ts';

interface Call extends ClientRequest {
  readonly url: string;
}
interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}
type Answer = Answered | Error;

const done = (data: unknown): Answered => ({ status: 200, body: { success: true, data, requestId: 'r1' } });
const refused = (status: number, code: string, headers = {}): Answered => ({
  status,
  headers,
  body: { success: false, requestId: 'r2', error: { code, number: 1, message: 'no', fields: [] } },
});

/** A client whose fetch gives these answers in order (the last one again and again), with what it sent and how it waited. */
function scripted(answers: Answer[], options: Partial<ClientOptions> = {}) {
  const calls: Call[] = [];
  const waits: number[] = [];
  const client = createClient({
    baseUrl: 'https://api.example.com',
    fetch: async (url, init) => {
      calls.push({ url, ...init });
      const answer = answers[Math.min(calls.length, answers.length) - 1] as Answer;
      if (answer instanceof Error) throw answer;
      const headers = new Headers(answer.headers);
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      return { status: answer.status, headers, text: async () => text };
    },
    wait: async (ms) => void waits.push(ms),
    ...options,
  });
  return { client, calls, waits };
}

const failureOf = (promise: Promise<unknown>): Promise<ApiCallError> =>
  promise.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: unknown) => {
      if (error instanceof ApiCallError) return error;
      throw error;
    },
  );

const order = { planId: 'monthly_99', channel: 'wechat' } as const;

describe('what is sent', () => {
  it('a GET puts its input into the query, encoded, without what is undefined', async () => {
    const { client, calls } = scripted([done({ items: [] })]);
    await client.call(listTasks, { limit: '5', state: undefined as never });
    expect(calls[0]).toMatchObject({ url: 'https://api.example.com/v1/list-tasks?limit=5', method: 'GET' });
    expect(calls[0]?.body).toBeUndefined();
  });

  it('a POST puts it into a JSON body, with the key, the token and the cookie', async () => {
    const { client, calls } = scripted([done({})], { accessToken: () => 'tok' });
    await client.call(purchaseMembership, order, { idempotencyKey: 'k1' });
    expect(calls[0]).toMatchObject({
      url: 'https://api.example.com/v1/purchase-membership',
      body: JSON.stringify(order),
      credentials: 'include',
      headers: { 'Idempotency-Key': 'k1', Authorization: 'Bearer tok', 'Content-Type': 'application/json' },
    });
  });

  it('an operation that creates something is not sent without its key, a raw one not at all', async () => {
    const { client, calls } = scripted([done({})]);
    await expect(client.call(purchaseMembership, order)).rejects.toThrow('needs an idempotencyKey');
    await expect(client.call(payCallbackWechat, {})).rejects.toThrow('no JSON operation');
    expect(calls).toHaveLength(0);
  });
});

describe('what comes back', () => {
  it('data leaves the envelope', async () => {
    const { client } = scripted([done({ merchantId: 'mch_1' })]);
    expect(await client.call(getAccount, {})).toEqual({ merchantId: 'mch_1' });
  });

  it('an error keeps status, code, message, fields, request id and the time to wait', async () => {
    const fields = [{ path: 'phone', rule: 'required', message: 'is required' }];
    const body = { success: false, requestId: 'r9', error: { code: 'RATE_LIMITED', message: 'slow', fields } };
    const { client } = scripted([{ status: 429, body, headers: { 'Retry-After': '7' } }]);
    expect(await failureOf(client.call(getAccount, {}))).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'slow',
      fields,
      requestId: 'r9',
      retryAfterSeconds: 7,
    });
  });

  it.each(['<html>413</html>', 'null', '[]', '{"statusCode":200}'])('%s is no answer of this API', async (body) => {
    const { client } = scripted([{ status: 413, body }]);
    expect(await failureOf(client.call(getAccount, {}))).toMatchObject({ code: 'BAD_REPLY', status: 413 });
  });
});

describe('what is asked for again', () => {
  const tagged = (data: unknown, etag: string): Answer => ({ ...done(data), headers: { ETag: etag } });
  const unchanged: Answer = { status: 304, body: '' };

  it('names the answer that is known, and a 304 is that answer, whatever became of what was given before', async () => {
    const { client, calls } = scripted([
      tagged({ items: ['a'] }, 'W/"1"'),
      unchanged,
      tagged({ items: [] }, 'W/"2"'),
      unchanged,
    ]);
    const first: { items: unknown[] } = await client.call(listTasks, { limit: '5' });
    first.items.push('changed by its reader');
    expect(await client.call(listTasks, { limit: '5' })).toEqual({ items: ['a'] });
    expect(await client.call(listTasks, { limit: '5' })).toEqual({ items: [] });
    expect(await client.call(listTasks, { limit: '5' })).toEqual({ items: [] });
    const told = calls.map(({ headers }) => headers['If-None-Match']);
    expect(told).toEqual([undefined, 'W/"1"', 'W/"1"', 'W/"2"']);
  });

  it('names none of another address, of a POST or of an error', async () => {
    const { client, calls } = scripted([
      tagged({ items: [] }, 'W/"1"'),
      refused(404, 'NOT_FOUND', { ETag: 'W/"2"' }),
      tagged({}, 'W/"3"'),
    ]);
    await client.call(listTasks, { limit: '5' });
    await failureOf(client.call(listTasks, { limit: '6' }));
    await client.call(listTasks, { limit: '6' });
    await client.call(purchaseMembership, order, { idempotencyKey: 'k1' });
    await client.call(purchaseMembership, order, { idempotencyKey: 'k1' });
    expect(calls.filter(({ headers }) => 'If-None-Match' in headers)).toEqual([]);
  });

  it('keeps what is small, and of many the latest', async () => {
    const kept = openKeptAnswers();
    for (let n = 0; n < 60; n++) kept.keep(`/${n}`, { etag: `"${n}"`, text: '{}' });
    kept.keep('/59', { etag: '"big"', text: 'x'.repeat(100_001) });
    expect(Array.from({ length: 60 }, (_, n) => n).filter((n) => kept.of(`/${n}`))).toEqual(
      Array.from({ length: 49 }, (_, n) => n + 10),
    );
  });

  it('is no answer of this API when it comes unasked', async () => {
    const { client } = scripted([unchanged]);
    expect(await failureOf(client.call(getAccount, {}))).toMatchObject({ code: 'BAD_REPLY', status: 304 });
  });
});

describe('what is tried again', () => {
  it('a GET, three times, when nothing answers', async () => {
    const { client, calls, waits } = scripted([new TypeError('fetch failed')]);
    const failure = await failureOf(client.call(getAccount, {}));
    expect(failure).toMatchObject({ code: 'NETWORK', status: 0 });
    expect(failure.cause).toBeInstanceOf(TypeError);
    expect(calls).toHaveLength(3);
    expect(waits).toEqual([300, 600]);
  });

  it('a POST with a key, under the same key, after the time that the service names', async () => {
    const { client, calls, waits } = scripted([
      refused(503, 'UNAVAILABLE', { 'Retry-After': '5' }),
      done({ orderId: 'o' }),
    ]);
    await client.call(purchaseMembership, order, { idempotencyKey: 'k1' });
    expect(calls.map(({ headers }) => headers['Idempotency-Key'])).toEqual(['k1', 'k1']);
    expect(waits).toEqual([5000]);
  });

  it('never a POST without a key: it may have happened', async () => {
    const { client, calls } = scripted([new TypeError('fetch failed'), done({})]);
    await failureOf(client.call(refreshSession, {}));
    expect(calls).toHaveLength(1);
  });

  it.each([
    refused(500, 'INTERNAL'),
    refused(429, 'RATE_LIMITED'),
    refused(403, 'CREDITS_SHORT'),
    refused(503, 'UNAVAILABLE', { 'Retry-After': '60' }),
  ])('not %j', async (answer) => {
    const { client, calls } = scripted([answer, done({})]);
    await failureOf(client.call(getAccount, {}));
    expect(calls).toHaveLength(1);
  });

  it('an aborted call ends with the abort, at once', async () => {
    const stop = new AbortController();
    stop.abort(new Error('left the page'));
    const { client, calls } = scripted([new Error('aborted')]);
    await expect(client.call(getAccount, {}, { signal: stop.signal })).rejects.toThrow('aborted');
    expect(calls).toHaveLength(1);
  });
});

describe('an access token that ran out', () => {
  it('is renewed once for all calls that it failed, and each is made again', async () => {
    let token = 'old';
    let renewals = 0;
    const client = createClient({
      baseUrl: 'https://api.example.com',
      accessToken: () => token,
      onRefresh: async () => {
        renewals++;
        await new Promise((resolve) => setImmediate(resolve));
        token = 'new';
        return true;
      },
      fetch: async (_url, { headers }) => {
        const fresh = headers['Authorization'] === 'Bearer new';
        const answer = (fresh ? done({ merchantId: 'm' }) : refused(401, 'TOKEN_EXPIRED')) as Exclude<Answer, Error>;
        return { status: answer.status, headers: new Headers(), text: async () => JSON.stringify(answer.body) };
      },
    });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.call(getAccount, {})));
    expect(answers.map(({ merchantId }) => merchantId)).toEqual(Array(8).fill('m'));
    expect(renewals).toBe(1);
  });

  it('is not renewed twice for one call, nor when there was no token, nor for a session that was revoked', async () => {
    let renewals = 0;
    const onRefresh = async () => ++renewals > 0;
    const again = scripted([refused(401, 'TOKEN_EXPIRED')], { accessToken: () => 't', onRefresh });
    expect(await failureOf(again.client.call(getAccount, {}))).toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect([again.calls.length, renewals]).toEqual([2, 1]);
    await failureOf(scripted([refused(401, 'NOT_SIGNED_IN')], { onRefresh }).client.call(getAccount, {}));
    const revoked = scripted([refused(401, 'SESSION_REVOKED')], { accessToken: () => 't', onRefresh });
    await failureOf(revoked.client.call(getAccount, {}));
    expect(renewals).toBe(1);
  });
});

describe('against a server', () => {
  it("Node's own fetch fits, and a silent server ends in NETWORK after the time limit", async () => {
    const server = createServer((request, response) => {
      if (request.url === '/v1/get-account') return;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ success: true, requestId: 'r', data: { url: request.url } }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    try {
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const client = (timeoutMs: number) => createClient({ baseUrl, fetch, timeoutMs, wait: async () => undefined });
      const order = await client(8000).call(getOrder, { orderId: 'a b&c' });
      expect(order).toEqual({ url: '/v1/get-order?orderId=a%20b%26c' });
      expect(await failureOf(client(100).call(getAccount, {}))).toMatchObject({ code: 'NETWORK' });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('types', () => {
  it('input and output are those of the operation', () => {
    const { client } = scripted([done({})]);
    const call = () =>
      client.call(createTask, { featureId: 'basic_clean', inputs: [{ contentType: 'image/png', sizeBytes: 1 }] });
    expectTypeOf(call).returns.resolves.toHaveProperty('uploads');
    expectTypeOf(call).returns.resolves.not.toHaveProperty('outputs');
    // @ts-expect-error a field is missing
    const missing = () => client.call(createTask, { featureId: 'basic_clean' });
    const gif = { contentType: 'image/gif', sizeBytes: 1 } as const;
    // @ts-expect-error no such content type
    const wrong = () => client.call(createTask, { featureId: 'x', inputs: [gif] });
    expect([missing, wrong]).toHaveLength(2);
  });
});
