import { randomBytes } from 'node:crypto';
import COS from 'cos-nodejs-sdk-v5';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presignUrl, signCosRequest } from '../../../shared/cos/sign-url.ts';

const credentials = { secretId: `AKID${randomBytes(8).toString('hex')}`, secretKey: randomBytes(16).toString('hex') };
const bucket = 'yiying-1250000000';
const region = 'ap-guangzhou';
const startSeconds = 1795459761;

/** fast-check's own unit of any code point takes seconds to set up. */
const codePoint = fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
const text = fc.oneof(
  fc.array(codePoint, { maxLength: 10 }).map((points) => String.fromCodePoint(...points)),
  fc.string(),
  fc.constantFrom('', ' ', '%', "!'()*~", '中 文', '+&=;'),
);
const key = text.filter((value) => value !== '' && !value.startsWith('/'));
const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE');
const query = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/), text, {
  maxKeys: 5,
  noNullPrototype: true,
});
const headerNames = [
  'Content-Type',
  'content-length',
  'Host',
  'If-Match',
  'Range',
  'x-cos-meta-Task',
  'x-cos-copy-source',
];
const headers = fc.dictionary(fc.constantFrom(...headerNames), text, { maxKeys: 5, noNullPrototype: true });

describe('signCosRequest', () => {
  it('agrees with the official SDK on any method, key, query and headers', () => {
    fc.assert(
      fc.property(method, key, query, headers, fc.nat(100_000), (method, key, query, headers, seconds) => {
        const endSeconds = startSeconds + seconds;
        const theirs = COS.getAuthorization({
          SecretId: credentials.secretId,
          SecretKey: credentials.secretKey,
          Method: method as COS.Method,
          Pathname: `/${key}`,
          Query: query,
          Headers: headers,
          KeyTime: `${startSeconds};${endSeconds}`,
        });
        expect(signCosRequest({ method, key, query, headers, credentials, startSeconds, endSeconds })).toBe(theirs);
      }),
      { numRuns: 2000 },
    );
  });

  it('changes with every part of the request', () => {
    const request = {
      method: 'PUT',
      key: 'inputs/a/0',
      query: { a: '1' },
      headers: { host: 'h', 'content-length': '5' },
      credentials,
      startSeconds,
      endSeconds: startSeconds + 60,
    } as const;
    const variants = [
      request,
      { ...request, method: 'GET' as const },
      { ...request, key: 'inputs/a/1' },
      { ...request, query: { a: '2' } },
      { ...request, query: {} },
      { ...request, headers: { ...request.headers, 'content-length': '6' } },
      { ...request, credentials: { ...credentials, secretKey: 'other' } },
      { ...request, endSeconds: request.endSeconds + 1 },
    ];
    const signatures = variants.map((variant) => /q-signature=(.*)$/.exec(signCosRequest(variant))?.[1]);
    expect(new Set(signatures).size).toBe(variants.length);
  });
});

describe('presignUrl', () => {
  const put = {
    bucket,
    region,
    key: 'inputs/a/0',
    method: 'PUT',
    headers: { 'Content-Type': 'image/jpeg', 'Content-Length': '5' },
    expiresSeconds: 600,
    nowMs: startSeconds * 1000,
    credentials,
  } as const;

  /** The SDK has no clock to pass in, so its own start time is read from its URL. */
  function sdkUrl(options: { domain?: string; method: 'PUT' | 'GET'; key: string; query: Record<string, string> }) {
    const cos = new COS({
      SecretId: credentials.secretId,
      SecretKey: credentials.secretKey,
      SecurityToken: 'token',
      ...(options.domain && { Domain: options.domain, Protocol: 'http:' }),
    });
    const url = cos.getObjectUrl(
      {
        Bucket: bucket,
        Region: region,
        Key: options.key,
        Method: options.method,
        Sign: true,
        Expires: 600,
        Query: options.query,
        Headers: options.method === 'PUT' ? { 'Content-Type': 'image/jpeg', 'Content-Length': '5' } : {},
      },
      () => undefined,
    );
    return { url, startSeconds: Number(/q-sign-time=(\d+);/.exec(url)![1]) };
  }

  /** Address and decoded parameters: the SDK writes some values encoded and some not. */
  const meaning = (url: string) => {
    const [address, parameters] = [url.slice(0, url.indexOf('?')), url.slice(url.indexOf('?') + 1)];
    return {
      address,
      parameters: parameters
        .split('&')
        .map((pair) => decodeURIComponent(pair))
        .sort(),
    };
  };

  it.each([undefined, '127.0.0.1:8080'])('says the same as the SDK’s URL (endpoint %s)', (endpoint) => {
    fc.assert(
      fc.property(key, query, fc.constantFrom('PUT', 'GET'), (key, query, method) => {
        const theirs = sdkUrl({ method, key, query, ...(endpoint && { domain: `${endpoint}/{Bucket}` }) });
        const { url } = presignUrl({
          ...put,
          key,
          method,
          query,
          headers: method === 'PUT' ? put.headers : {},
          nowMs: (theirs.startSeconds + 1) * 1000,
          credentials: { ...credentials, sessionToken: 'token' },
          ...(endpoint && { endpoint: `http://${endpoint}` }),
        });
        expect(meaning(url)).toEqual(meaning(theirs.url));
      }),
      { numRuns: 300 },
    );
  });

  it('pins type and size of an upload, and hands back the headers to send', () => {
    const { url, headers } = presignUrl(put);
    expect(url).toMatch(/^https:\/\/yiying-1250000000\.cos\.ap-guangzhou\.myqcloud\.com\/inputs\/a\/0\?/);
    expect(new URL(url).searchParams.get('q-header-list')).toBe('content-length;content-type;host');
    expect(headers).toEqual(put.headers);
  });

  it('survives URL parsing: what a browser sends is what was signed', () => {
    const { url } = presignUrl({
      ...put,
      method: 'GET',
      key: 'a b/中~!.jpg',
      query: { 'response-expires': 'a&b=c d' },
    });
    const seen = new URL(url);
    expect(decodeURIComponent(seen.pathname)).toBe('/a b/中~!.jpg');
    expect(seen.searchParams.get('response-expires')).toBe('a&b=c d');
    expect(seen.searchParams.get('q-url-param-list')).toBe('response-expires');
  });

  it('refuses a key that would mean the bucket itself', () => {
    expect(() => presignUrl({ ...put, key: '' })).toThrow(/key/);
    expect(() => presignUrl({ ...put, key: '/a' })).toThrow(/key/);
  });
});
