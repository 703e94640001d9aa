import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTencentService, type TencentService } from './tencent-service.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 4);
const SECRET = { appId: 190000000, appSecretKey: 'captcha-secret' };
const SOLVED = JSON.stringify({ ticket: 't03abc*', randstr: '@PZD' });
const PASSED = { CaptchaCode: 1, EvilLevel: 0 };
const credentials = () => ({ secretId: 'AKIDtest', secretKey: randomBytes(20).toString('hex') });

let service: TencentService;
beforeAll(async () => {
  service = await startTencentService();
});
afterAll(() => service.close());

/** As a cold instance does. */
async function check(captcha: string | undefined, { answer = PASSED as unknown, secret = SECRET as unknown } = {}) {
  vi.resetModules();
  const { tencentCaptcha } = await import('../../../shared/auth/tencent-captcha.ts');
  Object.assign(service, { response: answer, asked: [] });
  const get = async (name: string) => (name === 'yiying-test-captcha' ? secret : undefined);
  const config = { STAGE: 'test', REGION: 'ap-guangzhou', CAPTCHA_ENDPOINT: service.url };
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
  expect([await check(SOLVED, { answer }), service.asked.length]).toEqual([passes, 1]);
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
  expect([await check(captcha), service.asked]).toEqual([false, []]);
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
  expect(service.asked).toEqual([]);
});

it('a service that fails lets nobody pass, and is told as one that is away', async () => {
  const checked = check(SOLVED, { answer: { Error: { Code: 'InternalError', Message: 'x' } } });
  await expect(checked).rejects.toMatchObject({ name: 'ServicesFailed', cause: { code: 'InternalError' } });
});
