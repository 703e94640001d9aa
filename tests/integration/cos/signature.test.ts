import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CosCredentials, presignUrl, signCosRequest, type UrlToPresign } from '../../../shared/cos/sign-url.ts';
import { at, bucket, openTestCos, region, type TestCos } from './local-cos.ts';

let cos: TestCos;
beforeAll(async () => {
  cos = await openTestCos();
});
afterEach(() => expect(cos.bugs).toEqual([]));
afterAll(() => cos.remove());

const key = 'inputs/tsk_01JDEXAMP0E0AB1CD2EF3GH4JK/0';
const bytes = Buffer.from('12345');
const type = { 'Content-Type': 'image/jpeg' };

function presign(change: Partial<UrlToPresign> = {}): string {
  const { url } = presignUrl({
    bucket,
    region,
    endpoint: cos.url,
    key,
    method: 'PUT',
    headers: { ...type, 'Content-Length': '5' },
    expiresSeconds: 600,
    nowMs: Date.now(),
    credentials: cos.credentials,
    ...change,
  });
  return url;
}

const put = (url: string, body: Buffer = bytes, headers: Record<string, string> = type) =>
  fetch(url, { method: 'PUT', body: new Uint8Array(body), headers });

async function refusal(response: Response) {
  const text = await response.text();
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return { status: response.status, code: field('Code'), message: field('Message'), text, field };
}

const exists = () =>
  cos.sdk.headObject(at(key)).then(
    () => true,
    () => false,
  );

describe('a presigned PUT', () => {
  it('stores exactly what it was signed for', async () => {
    const response = await put(presign());
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"827ccb0eea8a706c4c34a16891f84e7b"');
    expect(response.headers.get('x-cos-request-id')).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect((await cos.sdk.getObject(at(key))).Body.toString()).toBe('12345');
    await cos.sdk.deleteObject(at(key));
  });

  it.each([
    ['another type', bytes, { 'Content-Type': 'image/png' }],
    ['no type', bytes, {}],
    ['a longer body', Buffer.from('123456'), type],
    ['a shorter body', Buffer.from('1234'), type],
    ['no body', Buffer.alloc(0), type],
  ])('refuses %s', async (_what, body, headers) => {
    const answer = await refusal(await put(presign(), body, headers as Record<string, string>));
    expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await exists()).toBe(false);
  });

  it('refuses a body without a length', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(presign(), { method: 'PUT', headers: { ...type, 'Transfer-Encoding': 'chunked' } });
      request.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      request.end(bytes);
    });
    expect(status).toBe(403);
    expect(await exists()).toBe(false);
  });

  it('refuses other methods', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) {
      expect((await fetch(presign(), { method, headers: type })).status).toBe(403);
    }
  });

  it('refuses another key, also one that only looks the same', async () => {
    for (const other of [`${key}0`, key.replace('inputs', 'outputs'), `${key}%20`, `a/../${key}`, `${key}/`]) {
      const answer = await refusal(await put(presign().replace(key, other)));
      // The URL class resolves `a/..` before it is sent, which leads back to the key that was signed.
      if (other.includes('..')) expect(answer.status).toBe(200);
      else expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
    await cos.sdk.deleteObject(at(key));
  });

  it('expires', async () => {
    const signed = presign({ nowMs: Date.now() - 601_000 });
    const answer = await refusal(await put(signed));
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied', message: 'Request has expired' });
    expect(answer.field('ServerTime')).toBeDefined();
    expect(await exists()).toBe(false);
  });

  it('expires by the server’s clock', async () => {
    const url = presign({ method: 'GET', headers: {} });
    expect((await fetch(url)).status).toBe(404);
    cos.shiftMs(601_000);
    expect((await refusal(await fetch(url))).message).toBe('Request has expired');
    cos.shiftMs(-601_000);
  });

  it('is refused while it lies far in the future', async () => {
    const answer = await refusal(await put(presign({ nowMs: Date.now() + 3_600_000 })));
    expect(answer).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
  });
});

describe('tampering', () => {
  const signed = () =>
    presign({
      method: 'GET',
      headers: {},
      query: { 'response-content-disposition': 'attachment; filename="a.jpg"', 'response-content-type': 'image/jpeg' },
      credentials: cos.temporary,
    });
  const parametersOf = (url: string) => url.slice(url.indexOf('?') + 1).split('&');
  const withParameters = (url: string, parameters: string[]) =>
    `${url.slice(0, url.indexOf('?'))}?${parameters.join('&')}`;

  beforeAll(async () => {
    await cos.sdk.putObject({ ...at(key), Body: bytes });
  });

  it('control: the URL as signed is answered', async () => {
    const response = await fetch(signed());
    expect([response.status, response.headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="a.jpg"',
    ]);
  });

  it('with any parameter is refused: each altered, each removed', async () => {
    const names = parametersOf(signed()).map((pair) => pair.split('=')[0]!);
    expect(names).toHaveLength(10);
    for (const [index, name] of names.entries()) {
      const url = signed();
      const parameters = parametersOf(url);
      const value = parameters[index]!.slice(name.length + 1);
      const last = value.at(-1) === '1' ? '2' : '1';
      for (const altered of [`${name}=${value.slice(0, -1)}${last}`, `${name}=${value}1`, `${name}=`]) {
        const response = await fetch(withParameters(url, parameters.with(index, altered)));
        expect(response.status, `${altered} was accepted`).toBeGreaterThanOrEqual(400);
      }
      const without = await fetch(withParameters(url, parameters.toSpliced(index, 1)));
      expect(without.status, `without ${name} it was accepted`).toBeGreaterThanOrEqual(400);
    }
  });

  it('with every single character of the signature is refused', async () => {
    const url = signed();
    const start = url.indexOf('q-signature=') + 'q-signature='.length;
    for (let index = start; index < start + 40; index += 1) {
      const other = url[index] === 'a' ? 'b' : 'a';
      const answer = await fetch(`${url.slice(0, index)}${other}${url.slice(index + 1)}`);
      expect(answer.status).toBe(403);
    }
  });

  it('by adding a parameter that changes the meaning is refused', async () => {
    const url = presign({ method: 'GET', headers: {} });
    for (const extra of ['response-content-type=text/html', 'uploadId=x', 'Response-Expires=0']) {
      const answer = await refusal(await fetch(`${url}&${extra}`));
      expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    }
  });

  it('with the bucket is refused', async () => {
    const url = presign({ method: 'GET', headers: {}, endpoint: undefined as never }).replace('https://', 'http://');
    const { pathname, search, host } = new URL(url);
    const ask = (asHost: string) =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: cos.port, path: pathname + search, headers: { Host: asHost } };
        httpRequest(options, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await ask(host)).toBe(200);
    expect(await ask(host.replace('yiying', 'other'))).toBe(403);
  });
});

describe('who may ask', () => {
  const get = (credentials: CosCredentials) => fetch(presign({ method: 'GET', headers: {}, credentials }));

  it('nobody without a signature: every bucket is private', async () => {
    for (const path of ['', `/${bucket}`, `/${bucket}/`, `/${bucket}/${key}`, `/${bucket}/?uploads`, '/nobody-1/x']) {
      const answer = await refusal(await fetch(cos.url + path));
      expect(answer).toMatchObject({ status: 403, code: 'AccessDenied', message: 'Access Denied.' });
    }
  });

  it('nobody with an unknown key', async () => {
    const answer = await refusal(await get({ ...cos.credentials, secretId: 'AKIDunknown' }));
    expect(answer).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
  });

  it('nobody with a wrong secret; the refusal shows what was signed', async () => {
    const answer = await refusal(await get({ ...cos.credentials, secretKey: 'wrong' }));
    expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(answer.text).toMatch(/^<\?xml version='1.0' encoding='utf-8' \?>\n<Error>\n\t<Code>/);
    expect(answer.field('StringToSign')).toMatch(/^sha1\n\d+;\d+\n[0-9a-f]{40}\n$/);
    expect(answer.field('FormatString')).toBe(`get\n/${key}\n\nhost=127.0.0.1%3A${cos.port}\n`);
    expect(answer.field('Resource')).toContain(key);
    expect(answer.field('RequestId')).toMatch(/.{20}/);
    expect(answer.field('TraceId')).toMatch(/.{20}/);
  });

  it('a temporary key only with its token, a permanent one only without', async () => {
    const { sessionToken, ...bare } = cos.temporary;
    expect((await get(cos.temporary)).status).toBe(200);
    expect((await get(bare)).status).toBe(403);
    expect((await get({ ...bare, sessionToken: 'other' })).status).toBe(403);
    expect((await get({ ...cos.credentials, sessionToken })).status).toBe(403);
  });

  it('the header Authorization, but none that is malformed', async () => {
    const startSeconds = Math.floor(Date.now() / 1000);
    const authorization = signCosRequest({
      method: 'GET',
      key,
      headers: { host: `127.0.0.1:${cos.port}` },
      credentials: cos.credentials,
      startSeconds,
      endSeconds: startSeconds + 60,
    });
    const ask = (Authorization: string) => fetch(`${cos.url}/${bucket}/${key}`, { headers: { Authorization } });
    expect((await ask(authorization)).status).toBe(200);
    for (const [from, to] of [
      [/sha1/, 'sha256'],
      [/q-sign-time=\d+/, 'q-sign-time=x'],
      [/q-key-time=[^&]*/, 'q-key-time=9;1'],
      [/&q-signature=.*/, ''],
      [/q-header-list=host/, 'q-header-list=%zz'],
      [/q-header-list=host/, 'q-header-list='],
      [/q-signature=.*/, 'q-signature='],
      [/^.*$/, 'Bearer x'],
    ] as const) {
      const { status } = await ask(authorization.replace(from, to));
      expect([400, 403], `${to}: ${status}`).toContain(status);
    }
  });

  it('nobody whose signing key has expired, however fresh the signature is', async () => {
    const now = Math.floor(Date.now() / 1000);
    const hmac = (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('hex');
    const ask = (keyTime: string) => {
      const signTime = `${now - 5};${now + 60}`;
      const digest = createHash('sha1').update(`get\n/${key}\n\n\n`).digest('hex');
      const signature = hmac(hmac(cos.credentials.secretKey, keyTime), `sha1\n${signTime}\n${digest}\n`);
      const Authorization = `q-sign-algorithm=sha1&q-ak=${cos.credentials.secretId}&q-sign-time=${signTime}&q-key-time=${keyTime}&q-header-list=&q-url-param-list=&q-signature=${signature}`;
      return fetch(`${cos.url}/${bucket}/${key}`, { headers: { Authorization } });
    };
    expect((await ask(`${now - 60};${now + 60}`)).status).toBe(200);
    expect(await refusal(await ask(`${now - 60};${now - 1}`))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

describe('the verifier', () => {
  it('shares no code with the signer that it checks', () => {
    const folder = join(import.meta.dirname, '../../../scripts/local/cos');
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(sources.length).toBeGreaterThan(10);
    for (const source of sources) expect(source).not.toMatch(/from '[^']*shared\/cos\//);
  });
});
