import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { presignUrl } from '../../../shared/cos/sign-url.ts';
import { at, bucket, openTestCos, region, type TestCos } from './local-cos.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const site = 'https://app.example.com';

describe('CORS', () => {
  let cos: TestCos;
  beforeAll(async () => {
    cos = await openTestCos({
      cors: [
        {
          allowedOrigins: [site, 'https://*.preview.example.com'],
          allowedMethods: ['PUT', 'GET', 'HEAD'],
          allowedHeaders: ['content-type', 'x-cos-*'],
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 600,
        },
      ],
    });
  });
  afterAll(() => cos.remove());

  const preflight = (origin: string, method: string, headers = '') =>
    fetch(`${cos.url}/${bucket}/inputs/x`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers },
    });

  it('answers the preflight of an upload without a signature', async () => {
    const response = await preflight(site, 'PUT', 'Content-Type, x-cos-meta-a');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': site,
      'access-control-allow-methods': 'PUT,GET,HEAD',
      'access-control-allow-headers': 'Content-Type,x-cos-meta-a',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    expect((await preflight('https://pr-1.preview.example.com', 'PUT')).status).toBe(200);
  });

  it.each([
    ['https://evil.example.com', 'PUT', ''],
    [`${site}.evil.com`, 'PUT', ''],
    ['https://preview.example.com', 'PUT', ''],
    ['http://app.example.com', 'PUT', ''],
    [site, 'DELETE', ''],
    [site, 'PUT', 'authorization'],
    ['null', 'PUT', ''],
  ])('refuses %s %s %s', async (origin, method, headers) => {
    const response = await preflight(origin, method, headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.text()).toContain('<Code>AccessForbidden</Code>');
  });

  it('lets the browser read answers and refusals, for allowed origins only', async () => {
    const { url, headers } = presignUrl({
      bucket,
      region,
      endpoint: cos.url,
      key: 'inputs/x',
      method: 'PUT',
      headers: { 'Content-Type': 'image/png' },
      expiresSeconds: 60,
      nowMs: Date.now(),
      credentials: cos.credentials,
    });
    const put = (Origin: string, more = {}) =>
      fetch(url, { method: 'PUT', body: 'x', headers: { ...headers, Origin, ...more } });
    const fine = await put(site);
    expect([fine.status, fine.headers.get('access-control-allow-origin')]).toEqual([200, site]);
    expect(fine.headers.get('access-control-expose-headers')).toBe('ETag');
    const refused = await put(site, { 'Content-Type': 'text/html' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, site]);
    expect((await put('https://evil.example.com')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('lifecycle', () => {
  let cos: TestCos;
  beforeAll(async () => {
    cos = await openTestCos({
      lifecycle: [
        { id: 'work', enabled: true, prefix: 'work/', expirationDays: 1, abortIncompleteDays: 1 },
        { id: 'inputs', enabled: true, prefix: 'inputs/', expirationDays: 7 },
        { id: 'off', enabled: false, prefix: '', expirationDays: 1 },
      ],
    });
  });
  afterEach(() => expect(cos.bugs).toEqual([]));
  afterAll(() => cos.remove());

  it('removes what its rules have outlived by the given clock, and nothing else, without events', async () => {
    for (const key of ['work/a', 'inputs/a', 'outputs/a']) await cos.sdk.putObject({ ...at(key), Body: 'x' });
    await cos.sdk.multipartInit(at('work/big'));
    await cos.sdk.multipartInit(at('outputs/big'));
    const keys = async () => (await cos.sdk.getBucket(at(''))).Contents.map(({ Key }) => Key);
    const sent = cos.events.length;

    cos.shiftMs(DAY_MS - 60_000);
    expect(cos.runLifecycle()).toEqual({ objects: 0, uploads: 0 });
    cos.shiftMs(60_000);
    expect(cos.runLifecycle()).toEqual({ objects: 1, uploads: 1 });
    cos.shiftMs(6 * DAY_MS);
    expect(cos.runLifecycle()).toEqual({ objects: 1, uploads: 0 });
    cos.shiftMs(100 * DAY_MS);
    expect(cos.runLifecycle()).toEqual({ objects: 0, uploads: 0 });
    cos.shiftMs(-107 * DAY_MS);
    expect(await keys()).toEqual(['outputs/a']);
    expect(cos.events).toHaveLength(sent);
  });
});
