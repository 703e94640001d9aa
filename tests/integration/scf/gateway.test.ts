import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../../scripts/local/scf/gateway.ts';
import { buildFixtures, type ScfStage, startStage } from './scf-stage.ts';

const http = (path: string) => ({ http: { path, authType: 'NONE' as const, extranet: true, intranet: false } });
let fixtures: Awaited<ReturnType<typeof buildFixtures>>;
let stage: ScfStage;
let server: Server;
let url: string;
beforeAll(async () => {
  fixtures = await buildFixtures();
  const entries = {
    'answers-http': http('/v1/answers-http'),
    fails: http('/v1/deep/*'),
    sleeps: { ...http('/v1/sleeps'), timeoutSeconds: 1 },
  };
  stage = await startStage(fixtures.distFolder, entries);
  server = createServer(createGateway(stage)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stage.close();
  await fixtures.remove();
});

const reply = (value: unknown) =>
  fetch(`${url}/v1/answers-http`, { method: 'POST', body: `reply:${JSON.stringify(value)}` });

describe('a request', () => {
  it('reaches its function as a Function URL’s event: lower-case headers, flat query, body, caller’s address', async () => {
    const headers = { 'X-Own': 'a', 'X-Scf-Remote-Addr': '6.6.6.6', 'X-Scf-Secret-Id': 'forged' };
    const response = await fetch(`${url}/v1/answers-http?a=1&b=%E8%A1%A3`, {
      method: 'POST',
      body: '{"衣":1}',
      headers,
    });
    const event = (await response.json()) as { headers: Record<string, string> };
    expect(event).toMatchObject({
      httpMethod: 'POST',
      path: '/v1/answers-http',
      queryString: { a: '1', b: '衣' },
      body: '{"衣":1}',
    });
    expect(event).not.toHaveProperty('isBase64Encoded');
    expect(event.headers).toMatchObject({
      'x-own': 'a',
      'x-scf-remote-addr': '127.0.0.1',
      host: url.slice('http://'.length),
    });
    expect(event.headers).not.toHaveProperty('x-scf-secret-id');
    expect(response.headers.get('x-scf-request-id')).toBe(stage.records.at(-1)?.requestId);
  });

  it('with bytes that are no text arrives as base64, and says so', async () => {
    const response = await fetch(`${url}/v1/answers-http`, { method: 'POST', body: new Uint8Array([0xff, 0, 1]) });
    expect(await response.json()).toMatchObject({ body: '/wAB', isBase64Encoded: true });
  });

  it('finds its function by exact path, or by a wildcard; any other path is 404', async () => {
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    expect(await statusOf('/v1/deep/er/still')).toBe(200);
    for (const path of ['/', '/v1', '/v1/answers-http/', '/v1/answers-https', '/v1/Answers-http', '/v1/deep']) {
      expect(await statusOf(path), path).toBe(404);
    }
  });

  it('over 6 MB is 413', async () => {
    const body = 'x'.repeat(6 * 1024 * 1024 + 1);
    expect((await fetch(`${url}/v1/answers-http`, { method: 'POST', body })).status).toBe(413);
  });

  it('whose path is none is 400', async () => {
    const status = await new Promise((resolve, reject) => {
      request(url, { path: '//[' }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });
});

describe('a reply', () => {
  it('gives status, headers (several of one name too) and body', async () => {
    const headers = {
      'Content-Type': 'text/plain; charset=utf-8',
      'Set-Cookie': ['a=1', 'b=2'],
      'Content-Length': '1',
    };
    const response = await reply({ statusCode: 201, headers, body: '衣影' });
    expect([response.status, await response.text()]).toEqual([201, '衣影']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('in base64 gives its bytes', async () => {
    const response = await reply({ statusCode: 200, isBase64Encoded: true, body: '/wAB' });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 0, 1]);
  });

  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a text', 'text', 'text'],
    ['nothing', null, 'null'],
  ])('that is %s without a status code is the body', async (_kind, value, body) => {
    const response = await reply(value);
    expect([response.status, await response.text()]).toEqual([200, body]);
  });

  it.each([
    { statusCode: '200' },
    { statusCode: 99 },
    { statusCode: 200, headers: { 'X-Count': 1 } },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, isBase64Encoded: 'true' },
  ])('out of form is the platform’s 403: %j', async (value) => {
    const response = await reply(value);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      errno: 403,
      error: 'Invalid scf response format. please check your scf response format.',
    });
  });
});
