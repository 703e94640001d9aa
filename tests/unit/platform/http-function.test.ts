import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { operation } from '../../../shared/contract/operation.ts';
import { DatabaseUnavailable } from '../../../shared/db/database-unavailable.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import type { HttpContext } from '../../../shared/http/http-function.ts';
import { createThing, ENVIRONMENT, EVENT_FORMS, Input, NOW_MS, Output, serve } from './http-harness.ts';

const getThing = operation({
  name: 'get-thing',
  method: 'GET',
  summary: 'A thing',
  caller: 'anyone',
  input: z.strictObject({ limit: z.optional(z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number))) }),
  output: Output,
});

describe.each(Object.keys(EVENT_FORMS))('an operation behind %s', (form) => {
  const fieldsOf = async (body: unknown) => {
    const { status, json } = await serve(form, createThing).post(body);
    expect([status, json.error.code, json.error.number]).toEqual([400, 'VALIDATION_FAILED', 4001]);
    return json.error.fields.map(({ path, rule }: { path: string; rule: string }) => `${path} ${rule}`);
  };

  it('answers the envelope with its own status and the platform’s request id', async () => {
    const { status, json, headers } = await serve(form, createThing).post({ title: '白T恤' });
    expect(status).toBe(201);
    expect(json).toEqual({ success: true, data: { seen: { title: '白T恤' } }, requestId: 'scf-request-1' });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': 'scf-request-1',
    });
  });

  describe('of bad input', () => {
    it('names each field and the rule it breaks', async () => {
      expect(await fieldsOf({ title: 5, count: 9, photos: [{ type: 'image/gif' }] })).toEqual([
        'title type:string',
        'count max:3',
        'photos.0.type one_of:image/jpeg, image/png',
      ]);
      expect(await fieldsOf({ count: 1.5 })).toEqual(['title required', 'count type:int']);
      expect(await fieldsOf({ title: 'x'.repeat(11) })).toEqual(['title max:10']);
      expect(await fieldsOf([])).toEqual([' type:object']);
    });
    it('names unknown fields, those of a prototype among them', async () => {
      expect(await fieldsOf({ title: 'ok', admin: true, photos: [{ type: 'image/png', x: 1 }] })).toEqual([
        'photos.0.x unknown',
        'admin unknown',
      ]);
      const { json } = await serve(form, createThing).send({
        body: '{"title":"ok","__proto__":{"count":3},"constructor":1}',
      });
      expect(json.error.fields.map(({ path }: { path: string }) => path)).toEqual(['__proto__', 'constructor']);
    });
    it('names a field that is given twice, whichever value would have won', async () => {
      const body = '{"title":"ok","photos":[{"type":"image/png","type":"image/jpeg"}]}';
      const { status, json } = await serve(form, createThing).send({ body });
      expect(status).toBe(400);
      expect(json.error.fields).toEqual([{ path: 'photos.0.type', rule: 'duplicate', message: '字段重复' }]);
    });
    it('speaks Chinese, or English to who asks for it', async () => {
      const zh = await serve(form, createThing).post({ title: 'x' });
      expect(zh.json.error).toMatchObject({ message: '有内容填写不正确', fields: [{ message: '长度至少 2 个字符' }] });
      const en = await serve(form, createThing).post({ title: 'x' }, { 'Accept-Language': 'en-GB,zh;q=0.5' });
      expect(en.json.error).toMatchObject({
        message: 'Some fields are not valid',
        fields: [{ message: 'must have at least 2 characters' }],
      });
    });
    it.each(['{', '{"title":"ok"', 'title', '{"title":"ok"}x', `${'['.repeat(400)}${']'.repeat(400)}`])(
      'such as %s says that it is malformed and repeats nothing of it',
      async (body) => {
        const { status, json } = await serve(form, createThing).send({ body });
        expect([status, json.error.code]).toEqual([400, 'BAD_REQUEST']);
        expect(json.error).not.toHaveProperty('fields');
      },
    );
    it('that is no UTF-8 is malformed', async () => {
      const body = Buffer.from('7b227469746c65223a22ff227d', 'hex').toString('base64');
      expect((await serve(form, createThing).send({ body, base64: true })).json.error.code).toBe('BAD_REQUEST');
    });
    it('over the operation’s size is refused at the byte', async () => {
      const fits = JSON.stringify({ title: 'ok' }).padEnd(1000);
      expect((await serve(form, createThing).send({ body: fits })).status).toBe(201);
      const { status, json } = await serve(form, createThing).send({ body: `${fits} ` });
      expect([status, json.error.code]).toEqual([413, 'BODY_TOO_LARGE']);
    });
    it.each(['text/plain', 'application/x-www-form-urlencoded', '', 'application/jsonp'])(
      'of the type "%s" is not read',
      async (type) => {
        const { status } = await serve(form, createThing).post({ title: 'ok' }, { 'Content-Type': type });
        expect(status).toBe(415);
      },
    );
    it('takes a base64 body and a charset like any other', async () => {
      const body = Buffer.from('{"title":"白T恤"}').toString('base64');
      const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
      expect((await serve(form, createThing).send({ body, base64: true, headers })).json.data.seen.title).toBe('白T恤');
    });
  });

  it('reads the query of a GET with the same rules', async () => {
    const { send } = serve(form, getThing);
    expect((await send({ method: 'GET', query: { limit: '20' } })).json.data).toEqual({ seen: { limit: 20 } });
    expect((await send({ method: 'GET', query: { limit: 'x' } })).json.error.fields[0].path).toBe('limit');
    expect((await send({ method: 'GET', query: { page: '1' } })).json.error.fields[0]).toMatchObject({
      path: 'page',
      rule: 'unknown',
    });
    expect((await send({ method: 'GET', query: { limit: ['1', '2'] } })).json.error.fields[0].rule).toBe('duplicate');
  });

  it('refuses another method and names its own', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', '']) {
      const { status, headers, json } = await serve(form, createThing).send({ method });
      expect([status, headers['Allow'], json.error.code]).toEqual([405, 'POST, OPTIONS', 'METHOD_NOT_ALLOWED']);
    }
  });

  describe('asked by a web page', () => {
    const preflight = (origin: string) => ({
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });
    it('answers OPTIONS before anything else, for it builds no service and knows no caller', async () => {
      const refuse = () => {
        throw new Error('must not be reached');
      };
      const { status, headers, body } = await serve(form, createThing, { build: refuse, caller: refuse }).send(
        preflight('https://app.example'),
      );
      expect([status, body]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'Access-Control-Allow-Origin': 'https://app.example',
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Methods': 'POST, OPTIONS',
        Vary: 'Origin',
      });
      expect(headers['Access-Control-Allow-Headers']).toContain('Idempotency-Key');
    });
    it.each(['https://app.example.evil', 'http://app.example', 'https://evil', 'null'])(
      'of %s grants nothing',
      async (origin) => {
        const { status, headers } = await serve(form, createThing).send(preflight(origin));
        expect(status).toBe(204);
        expect(Object.keys(headers).filter((name) => name.startsWith('Access-Control'))).toEqual([]);
      },
    );
    it('lets the page read errors, too', async () => {
      const { status, headers } = await serve(form, createThing).post({}, { Origin: 'https://app.example' });
      expect([status, headers['Access-Control-Allow-Origin']]).toEqual([400, 'https://app.example']);
    });
    it('lets the browser cache nothing that depends on the origin', async () => {
      expect((await serve(form, createThing).post({ title: 'ok' })).headers['Vary']).toBe('Origin');
    });
  });

  describe('with an idempotency key', () => {
    const creating = { ...createThing, idempotencyKey: 'required' as const };
    const seen: HttpContext[] = [];
    const serveCreating = () =>
      serve(form, creating, {
        run: async (_services, _caller, input, context) => {
          seen.push(context);
          return { seen: input };
        },
      });
    it('that is missing says so', async () => {
      expect((await serveCreating().post({ title: 'ok' })).json.error.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
    });
    it.each(['has space', 'x'.repeat(65), '钥匙'])('"%s" is refused with its rule', async (key) => {
      const { json } = await serveCreating().post({ title: 'ok' }, { 'Idempotency-Key': key });
      expect(json.error.fields[0].path).toBe('header.idempotency-key');
    });
    it('that comes twice is refused', async () => {
      const { json } = await serveCreating().post({ title: 'ok' }, { 'Idempotency-Key': ['a', 'b'] });
      expect(json.error.fields[0]).toMatchObject({ path: 'header.idempotency-key', rule: 'single' });
    });
    it('hands over the key, and a hash that only the content decides', async () => {
      const { send } = serveCreating();
      const headers = { 'Idempotency-Key': 'order-1' };
      for (const body of [
        '{"title":"ok","count":2}',
        ' { "count" : 2 , "title":"\\u006fk"}',
        '{"title":"ok","count":3}',
      ]) {
        expect((await send({ body, headers })).status).toBe(201);
      }
      const [first, same, other] = seen.slice(-3);
      expect(first).toMatchObject({ idempotencyKey: 'order-1', nowMs: NOW_MS, requestId: 'scf-request-1' });
      expect(first?.requestHash).toMatch(/^[0-9a-f]{64}$/);
      expect(same?.requestHash).toBe(first?.requestHash);
      expect(other?.requestHash).not.toBe(first?.requestHash);
    });
  });

  describe('with a rate limit', () => {
    const limited = { ...createThing, rateLimit: { limit: 2, windowSeconds: 60 } };
    const serveLimited = (caller: { id: string } | null, allowed: boolean, buckets: string[]) =>
      serve(form, limited, {
        caller: () => caller,
        limiter: () => async (bucket) => {
          buckets.push(bucket);
          return { allowed, remaining: allowed ? 1 : 0, resetSeconds: 60, retrySeconds: allowed ? 0 : 30 };
        },
      });
    it('counts each caller, or each address where nobody is signed in', async () => {
      const buckets: string[] = [];
      await serveLimited({ id: 'mch_1' }, true, buckets).post({ title: 'ok' });
      await serveLimited(null, true, buckets).post({ title: 'ok' });
      expect(buckets).toEqual([
        'create-thing:mch_1',
        `create-thing:${form === 'API Gateway' ? '10.0.2.14' : '111.206.96.145'}`,
      ]);
    });
    it('tells what is left in structured fields', async () => {
      const { headers } = await serveLimited(null, true, []).post({ title: 'ok' });
      expect(headers).toMatchObject({ 'RateLimit-Policy': '"default";q=2;w=60', RateLimit: '"default";r=1;t=60' });
      expect(headers).not.toHaveProperty('Retry-After');
    });
    it('refuses what is over it, and says when to come back', async () => {
      const { status, headers, json } = await serveLimited(null, false, []).post({ title: 'ok' });
      expect([status, json.error.code, headers['Retry-After']]).toEqual([429, 'RATE_LIMITED', '30']);
      expect(headers['RateLimit']).toBe('"default";r=0;t=60');
    });
    it('cannot be declared without something that counts', () => {
      expect(() => serve(form, limited)).toThrow(/limiter/);
    });
  });

  describe('that fails', () => {
    it('with a known error answers its status, fields and headers', async () => {
      const run = async () => {
        throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 2.2 });
      };
      const { status, headers, json } = await serve(form, createThing, { run }).post({ title: 'ok' });
      expect([status, headers['Retry-After'], json.success, json.error.number]).toEqual([503, '3', false, 9998]);
    });
    it('because the database is away says when to come back', async () => {
      const run = async () => {
        throw new DatabaseUnavailable('unknown', new Error('ECONNRESET 10.0.0.3'));
      };
      const { post, lines } = serve(form, createThing, { run });
      const { status, headers, json, body } = await post({ title: 'ok' });
      expect([status, json.error.code]).toEqual([503, 'UNAVAILABLE']);
      expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
      expect(body).not.toContain('10.0.0.3');
      expect(lines.map(({ log }) => log)).toEqual(['request_unavailable', 'request_done']);
    });
    it('in any other way says nothing of why, and logs it with its stack', async () => {
      const run = async () => {
        throw new TypeError('x of undefined in /var/user/index.js');
      };
      const { post, lines } = serve(form, createThing, { run });
      const { status, json, body } = await post({ title: 'ok' });
      expect([status, json.error.code, json.requestId]).toEqual([500, 'INTERNAL', 'scf-request-1']);
      expect(body).not.toContain('undefined');
      expect(lines[0]).toMatchObject({ log: 'request_failed', level: 'error', error: { name: 'TypeError' } });
      expect(JSON.stringify(lines[0])).toContain('http-function.test');
    });
    it('still sends the cookies that were set, so that a dead one can be removed', async () => {
      const { headers } = await serve(form, createThing, {
        caller: (_request, _services, context) => {
          context.setCookie('refresh=; Max-Age=0');
          throw new ApiError('SESSION_REVOKED');
        },
      }).post({ title: 'ok' });
      expect(headers['Set-Cookie']).toEqual(['refresh=; Max-Age=0']);
    });
    it('to build its services answers 503 and tries again with the next request', async () => {
      let builds = 0;
      const build = () => {
        if (++builds === 1) throw new Error('manager away');
        return 'services';
      };
      const { post, lines } = serve(form, createThing, { build });
      const first = await post({ title: 'ok' });
      expect([first.status, first.json.error.code, lines[0]?.['log']]).toEqual([503, 'UNAVAILABLE', 'services_failed']);
      expect(first.headers).toHaveProperty('Retry-After');
      expect((await post({ title: 'ok' })).status).toBe(201);
      expect((await post({ title: 'ok' })).status).toBe(201);
      expect(builds).toBe(2);
    });
    it('for want of configuration names the keys in the log alone', async () => {
      const { post, lines } = serve(form, createThing, { environment: { STAGE: 'test' } });
      const { status, body } = await post({ title: 'ok' });
      expect(status).toBe(500);
      expect(body).not.toContain('REGION');
      expect(lines[0]).toMatchObject({ log: 'config_invalid', problems: ['REGION is missing'] });
    });
  });

  it('asks who is calling before it looks at what they send', async () => {
    const caller = () => {
      throw new ApiError('NOT_SIGNED_IN');
    };
    const { status, json } = await serve(form, createThing, { caller }).send({ body: '{' });
    expect([status, json.error.number]).toEqual([401, 1001]);
  });

  describe('whose reply is not what the contract says', () => {
    const run = async () => ({ seen: 1, extra: 2 });
    it('is an error in tests and development', async () => {
      const { post, lines } = serve(form, createThing, { run });
      expect((await post({ title: 'ok' })).status).toBe(500);
      expect(lines[0]).toMatchObject({ log: 'reply_mismatch' });
    });
    it('is sent as it is in production', async () => {
      const { post } = serve(form, createThing, { run, environment: { ...ENVIRONMENT, CHECK_REPLIES: '0' } });
      expect((await post({ title: 'ok' })).json.data).toEqual({ seen: 1, extra: 2 });
    });
  });

  describe('that is asked again by If-None-Match', () => {
    it('answers 304 without a body while the data is the same', async () => {
      let state = 'queued';
      const { send } = serve(form, getThing, { run: async () => ({ seen: state }) });
      const first = await send({ method: 'GET' });
      const etag = String(first.headers['ETag']);
      expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
      const again = await send({ method: 'GET', headers: { 'If-None-Match': `"other", ${etag}` } });
      expect([again.status, again.body, again.headers['ETag']]).toEqual([304, '', etag]);
      state = 'succeeded';
      expect((await send({ method: 'GET', headers: { 'If-None-Match': etag } })).json.data.seen).toBe('succeeded');
    });
  });

  describe('with a raw reply', () => {
    const callback = operation({
      name: 'pay-callback',
      method: 'POST',
      summary: 'A callback',
      caller: 'callback',
      input: z.strictObject({}),
      output: z.unknown(),
      reply: 'raw',
      rateLimit: undefined,
    });
    const run = async (_s: unknown, _c: unknown, input: object) => ({
      statusCode: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: `success ${JSON.stringify(input)}`,
    });
    it('answers what the caller’s protocol prescribes', async () => {
      const { status, body, headers } = await serve(form, callback, { run }).post({ id: 'evt_1', more: 1 });
      expect([status, body]).toEqual([200, 'success {}']);
      expect(headers).toMatchObject({ 'Content-Type': 'text/plain', 'X-Request-Id': 'scf-request-1' });
    });
    it('also takes a form, which an ordinary operation does not', async () => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      expect((await serve(form, callback, { run }).send({ body: 'id=a%26b&x=1', headers })).status).toBe(200);
    });
    it('reads nothing of the body before its caller is proved', async () => {
      expect((await serve(form, callback, { run }).send({ body: '{"a":1,"a":' })).body).toBe('success {}');
    });
    it('hands its caller the body byte for byte', async () => {
      const sent = '{ "id":"1",\n "note" : "衣影 \\u00e9" }';
      let raw = '';
      await serve(form, callback, {
        run,
        caller: (request) => {
          raw = request.rawBody.toString('utf8');
          return null;
        },
      }).send({ body: sent });
      expect(raw).toBe(sent);
    });
  });

  it('writes one line for a request, without its body, query or headers', async () => {
    const { post, lines } = serve(form, createThing);
    await post({ title: 'secret-1' }, { Authorization: 'Bearer secret-2' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      log: 'request_done',
      function: 'create-thing',
      status: 201,
      ms: 0,
      requestId: 'scf-request-1',
    });
    expect(JSON.stringify(lines)).not.toContain('secret-');
  });
});

describe('a handler', () => {
  it('always answers, whatever the event is', async () => {
    const { handler } = serve('Function URL', { ...createThing, input: Input });
    for (const event of [
      null,
      undefined,
      7,
      'x',
      [],
      {},
      { httpMethod: 'POST', body: {} },
      { httpMethod: 'POST', headers: 5 },
    ]) {
      const reply = await handler(event, undefined);
      expect(reply.isBase64Encoded).toBe(false);
      expect(reply.statusCode).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(reply.body).success).toBe(false);
    }
  });
});
