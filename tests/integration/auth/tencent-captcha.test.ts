import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const NOW_MS = Date.UTC(2026, 2, 1, 4);
const SECRET = { appId: 190000000, appSecretKey: 'captcha-secret' };
const SOLVED = JSON.stringify({ ticket: 't03abc*', randstr: '@PZD' });
const PASSED = { CaptchaCode: 1, EvilLevel: 0 };
const credentials = () => ({ secretId: 'AKIDtest', secretKey: randomBytes(20).toString('hex') });

/** Plays DescribeCaptchaResult. */
let response: unknown;
let asked: unknown[];
let server: Server;
beforeAll(async () => {
  server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    reply.end(JSON.stringify({ Response: response }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** As a cold instance does. */
async function check(captcha: string | undefined, { answer = PASSED as unknown, secret = SECRET as unknown } = {}) {
  vi.resetModules();
  const { tencentCaptcha } = await import('../../../shared/auth/tencent-captcha.ts');
  [response, asked] = [answer, []];
  const get = async (name: string) => (name === 'yiying-test-captcha' ? secret : undefined);
  const { port } = server.address() as AddressInfo;
  const config = { STAGE: 'test', REGION: 'ap-guangzhou', CAPTCHA_ENDPOINT: `http://127.0.0.1:${port}` };
  const captchaOf = tencentCaptcha(config, { secrets: { get, refresh: get }, credentials });
  return captchaOf({ captcha, address: '203.0.113.20', nowMs: NOW_MS });
}

it.each<[object, boolean]>([
  [PASSED, true],
  [{ CaptchaCode: 1 }, true],
  [{ CaptchaCode: 1, EvilLevel: 100 }, false],
  [{ CaptchaCode: 8, EvilLevel: 0 }, false],
  [{ EvilLevel: 0 }, false],
])('the verdict %j lets pass: %s', async (answer, passes) => {
  expect([await check(SOLVED, { answer }), asked.length]).toEqual([passes, 1]);
});

it.each([
  undefined,
  '',
  'ticket',
  'null',
  '[]',
  '{}',
  '{"ticket":"t","randstr":""}',
  '{"ticket":"","randstr":"r"}',
  '{"ticket":"t"}',
  '{"randstr":"r"}',
  '{"ticket":1,"randstr":"r"}',
  '{"ticket":"t","randstr":1}',
  '{"ticket":"t","randstr":"r","appId":1}',
])('%s is no proof, and nobody is asked about it', async (captcha) => {
  expect([await check(captcha), asked]).toEqual([false, []]);
});

it.each<[string, unknown]>([
  ['appId', { ...SECRET, appId: 0 }],
  ['appId', { ...SECRET, appId: '190000000' }],
  ['appSecretKey', { ...SECRET, appSecretKey: '' }],
  ['appSecretKey', { appId: 190000000 }],
])('a secret whose %s is wrong is told as that, and nobody is asked with it', async (field, secret) => {
  const checked = check(SOLVED, { secret });
  await expect(checked).rejects.toThrow(field);
  await expect(checked).rejects.toMatchObject({ name: 'SecretUnreadable' });
  expect(asked).toEqual([]);
});

it('a service that fails lets nobody pass, and is told as one that is away', async () => {
  const checked = check(SOLVED, { answer: { Error: { Code: 'InternalError', Message: 'x' } } });
  await expect(checked).rejects.toMatchObject({ name: 'ServicesFailed', cause: { code: 'InternalError' } });
});
