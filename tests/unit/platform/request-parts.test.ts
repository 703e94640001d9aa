import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../shared/http/api-error.ts';
import { refuseForeignOrigin } from '../../../shared/http/cors.ts';
import { requestHash } from '../../../shared/http/idempotency.ts';
import { preferredLanguage } from '../../../shared/http/language.ts';
import { rateLimitHeaders } from '../../../shared/http/rate-limit.ts';
import { matchesEtag, weakEtag } from '../../../shared/http/reply.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';
import { singleHeader } from '../../../shared/http/single-header.ts';

describe('the language of messages', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['fr-FR,fr;q=0.9', 'zh'],
    ['en', 'en'],
    ['en-US,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.8,zh;q=0.9', 'zh'],
    ['zh;q=0.2, en-GB;q=0.7', 'en'],
    ['en,zh', 'en'],
    ['zh,en', 'zh'],
    ['en;q=0', 'zh'],
    ['en;q=zzz', 'en'],
  ])('asked for by "%s" is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});

describe('a request that a cookie authorizes', () => {
  const from = (origin?: string) => readHttpEvent({ headers: origin === undefined ? {} : { Origin: origin } });
  it('is refused when it comes from a page that is not ours', () => {
    for (const origin of [
      'https://evil.example',
      'null',
      '',
      'https://app.example.evil',
      'https://app.example, https://evil',
    ]) {
      expect(() => refuseForeignOrigin(from(origin), ['https://app.example'])).toThrow(new ApiError('ORIGIN_REFUSED'));
    }
    expect(() => refuseForeignOrigin(from('https://app.example'), [])).toThrow(ApiError);
  });
  it('passes from our page, or from what is no browser', () => {
    expect(() => refuseForeignOrigin(from('https://app.example'), ['https://app.example'])).not.toThrow();
    expect(() => refuseForeignOrigin(from(), ['https://app.example'])).not.toThrow();
  });
});

describe('a header that means something only once', () => {
  it('is refused when it comes twice, in one spelling or two', () => {
    expect(singleHeader(readHttpEvent({ headers: { Authorization: 'a' } }), 'authorization')).toBe('a');
    for (const headers of [{ Authorization: ['a', 'b'] }, { Authorization: 'a', authorization: 'a' }]) {
      expect(() => singleHeader(readHttpEvent({ headers }), 'authorization')).toThrow(ApiError);
    }
  });
});

describe('the hash of a request', () => {
  it('does not depend on the order of keys, and does on everything else', () => {
    const hash = requestHash('create-task', { a: 1, b: { c: [1, 2], d: null } });
    expect(requestHash('create-task', { b: { d: null, c: [1, 2] }, a: 1 })).toBe(hash);
    const others = [
      { a: 1, b: { c: [2, 1], d: null } },
      { a: '1', b: { c: [1, 2], d: null } },
      { a: 1, b: { c: [1, 2] } },
      undefined,
    ];
    expect(
      new Set(others.map((input) => requestHash('create-task', input)).concat(hash, requestHash('x', { a: 1 }))).size,
    ).toBe(6);
  });
});

describe('entity tags', () => {
  it('differ with the data and compare weakly', () => {
    const etag = weakEtag({ a: 1 });
    expect(weakEtag({ a: 1 })).toBe(etag);
    expect(weakEtag({ a: 2 })).not.toBe(etag);
    expect(matchesEtag(etag.slice(2), etag)).toBe(true);
    expect(matchesEtag(`"x", ${etag}`, etag)).toBe(true);
    expect(matchesEtag('*', etag)).toBe(true);
    expect(matchesEtag(undefined, etag)).toBe(false);
    expect(matchesEtag(etag.slice(0, -2), etag)).toBe(false);
  });
});

describe('rate limit headers', () => {
  it('have Retry-After only for who must wait', () => {
    const limit = { limit: 5, windowSeconds: 3600 };
    const taken = { allowed: true, remaining: 0, resetSeconds: 3600, retrySeconds: 0 };
    expect(rateLimitHeaders(limit, taken)).toEqual({
      'RateLimit-Policy': '"default";q=5;w=3600',
      RateLimit: '"default";r=0;t=3600',
    });
    expect(rateLimitHeaders(limit, { ...taken, allowed: false, retrySeconds: 720 })).toMatchObject({
      'Retry-After': '720',
    });
  });
});
