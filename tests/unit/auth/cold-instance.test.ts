import { createHmac, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';

/** Each test loads what it asks anew, as an instance does when it starts: what stands at a module's top is made then. */
beforeEach(() => void vi.resetModules());

const NOW_MS = Date.UTC(2031, 4, 6, 7, 8, 9);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE';

describe('an Authorization header', () => {
  const KEY = `yk_${LETTERS}`;

  it.each([
    [`Bearer ${KEY}`, KEY],
    [`bearer   ${KEY}`, KEY],
    [`Bearer ${KEY}x`, undefined],
    [`Bearer ${KEY.slice(0, -1)}`, undefined],
    [`Bearer ${KEY} `, undefined],
    [`Bearer yk_${'.'.repeat(43)}`, undefined],
    [`x Bearer ${KEY}`, undefined],
    [`Bearer${KEY}`, undefined],
  ])('%j has the API key %s', async (header, key) => {
    const { apiKeyIn } = await import('../../../shared/auth/api-key-text.ts');
    expect(apiKeyIn(header)).toBe(key);
  });

  it.each([
    ['Bearer yk_', true],
    ['bearer   yk_x', true],
    ['x Bearer yk_', false],
    ['Beareryk_', false],
    ['Bearer y', false],
    ['', false],
  ])('%j speaks of an API key: %s', async (header, speaks) => {
    const { speaksOfApiKey } = await import('../../../shared/auth/api-key-text.ts');
    expect(speaksOfApiKey(header)).toBe(speaks);
  });

  it('holds a key as it is made, each another', async () => {
    const { apiKeyIn, newApiKey } = await import('../../../shared/auth/api-key-text.ts');
    const [one, other] = [newApiKey(), newApiKey()];
    expect([apiKeyIn(`Bearer ${one}`), apiKeyIn(`Bearer ${other}`)]).toEqual([one, other]);
    expect(one).not.toBe(other);
  });

  it.each([
    ['Bearer a-9.b_8.c-7', 'a-9.b_8.c-7'],
    ['bearer   aa.bb.cc', 'aa.bb.cc'],
    ['Bearer a.b.c', 'a.b.c'],
    ['x Bearer aa.bb.cc', undefined],
    ['Beareraa.bb.cc', undefined],
    ['Bearer aa.bb.cc.dd', undefined],
    ['Bearer aa.bb', undefined],
    ['Bearer aa.bb.', undefined],
    ['Bearer .bb.cc', undefined],
    ['Bearer aa..cc', undefined],
    ['Bearer a+.bb.cc', undefined],
    ['Bearer aa.b=.cc', undefined],
    ['Bearer aa.bb.cc ', undefined],
  ])('%j has the token %s', async (header, token) => {
    const { bearerOf } = await import('../../../shared/auth/signed-in-merchant.ts');
    const verify = async (one: string) => ({ merchantId: one, sessionId: '' });
    const tokens = { verify } as unknown as Parameters<typeof bearerOf>[1]['tokens']; // it signs nothing here
    const request = readHttpEvent({ headers: { Authorization: header } });
    const found = bearerOf(request, { tokens }, { nowMs: NOW_MS });
    if (token === undefined) await expect(found).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    else expect((await found).merchantId).toBe(token);
  });
});

describe('the refresh cookie', () => {
  const OURS = 'https://app.example.com';
  async function cookieOf(insecure: '0' | '1', headers: Record<string, string>) {
    const { refreshCookie } = await import('../../../shared/auth/refresh-cookie.ts');
    const written: string[] = [];
    const setCookie = (cookie: string) => void written.push(cookie);
    const context = { request: readHttpEvent({ headers }), webOrigins: [OURS], setCookie };
    return { cookie: refreshCookie({ COOKIE_INSECURE: insecure }), context, written };
  }

  it.each([
    [`yiying_refresh=${LETTERS}`, LETTERS],
    [`a=b; yiying_refresh=${LETTERS}`, LETTERS],
    [`yiying_refresh=short; yiying_refresh=${LETTERS}`, LETTERS],
    [`yiying_refresh=${LETTERS}x`, null],
    [`yiying_refresh=${LETTERS.slice(1)}`, null],
    [`yiying_refresh=${LETTERS.slice(1)}.`, null],
    [`yiying_refresh=${'.'.repeat(43)}`, null],
    ['yiying_refresh=a', null],
    ['yiying_refresh', null],
    [`=${LETTERS}`, null],
  ])('%s holds the token %s', async (header, token) => {
    const { cookie, context } = await cookieOf('0', { cookie: header, origin: OURS });
    expect(cookie.read(context, undefined).token).toBe(token);
  });

  it.each([
    ['127.0.0.1:8080', false],
    ['127.0.0.1', false],
    ['localhost:5173', false],
    ['[::1]:90', false],
    ['app.localhost', true],
    ['localhost.example.com:80', true],
    ['localhost:', true],
    ['localhost:x', true],
    ['127.0.0.1:80x', true],
    ['127a0b0c1', true],
    ['', true],
  ])('of the host %j is for secure connections alone: %s', async (host, secure) => {
    const { cookie, context, written } = await cookieOf('1', { host });
    cookie.set(context, LETTERS);
    const attributes = `HttpOnly;${secure ? ' Secure;' : ''} SameSite=Strict; Path=/v1; Max-Age=${30 * 86_400}`;
    expect(written).toEqual([`yiying_refresh=${LETTERS}; ${attributes}`]);
  });

  it('is secure unless the configuration says 1', async () => {
    const { COOKIE_CONFIG } = await import('../../../shared/auth/refresh-cookie.ts');
    const read = (given: object) => z.safeParse(z.object(COOKIE_CONFIG), given).data?.COOKIE_INSECURE;
    const told = ['0', '1', '', 'true'].map((COOKIE_INSECURE) => read({ COOKIE_INSECURE }));
    expect([read({}), ...told]).toEqual(['0', '0', '1', undefined, undefined]);
  });
});

describe('what sending codes is deployed with', () => {
  it.each<[object, object | undefined]>([
    [{}, { SMS_DAILY_BUDGET: 2000, CAPTCHA_MODE: 'off' }],
    [
      { SMS_DAILY_BUDGET: '0', CAPTCHA_MODE: 'off' },
      { SMS_DAILY_BUDGET: 0, CAPTCHA_MODE: 'off' },
    ],
    [
      { SMS_DAILY_BUDGET: '12345678', CAPTCHA_MODE: 'tencent' },
      { SMS_DAILY_BUDGET: 12_345_678, CAPTCHA_MODE: 'tencent' },
    ],
    [{ SMS_DAILY_BUDGET: '123456789' }, undefined],
    [{ SMS_DAILY_BUDGET: '' }, undefined],
    [{ SMS_DAILY_BUDGET: '-1' }, undefined],
    [{ SMS_DAILY_BUDGET: '1e3' }, undefined],
    [{ SMS_DAILY_BUDGET: 'x' }, undefined],
    [{ CAPTCHA_MODE: '' }, undefined],
    [{ CAPTCHA_MODE: 'on' }, undefined],
  ])('%j is read as %j', async (given, read) => {
    const { SENDING_CONFIG } = await import('../../../shared/auth/sending-config.ts');
    expect(z.safeParse(z.object(SENDING_CONFIG), given).data).toEqual(read);
  });
});

describe('keys of the tokens secret', () => {
  const secret = randomBytes(32);

  it('sign tokens that another implementation reads', async () => {
    const { audienceOf, importTokenKey, signToken, signView } = await import('../../../shared/auth/sign-token.ts');
    const signing = { keyId: 'k1', key: importTokenKey(secret.toString('base64')) };
    const subject = { merchantId: 'mch_1', sessionId: 'ses_1' };
    const view = { ...subject, viewId: 'vew_1', operatorId: 'mch_2', createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 1000 };
    const { accessToken } = await signToken(subject, signing, audienceOf('test'), NOW_MS);
    for (const [typ, token] of [
      ['at+jwt', accessToken],
      ['view+jwt', await signView(view, signing, audienceOf('test'))],
    ] as const) {
      const wanted = { algorithms: ['HS256'], typ, issuer: 'yiying', audience: 'yiying-test-merchants' };
      const { payload } = await jwtVerify(token, secret, { ...wanted, currentDate: new Date(NOW_MS) });
      expect(payload).toMatchObject({ sub: 'mch_1', sid: 'ses_1' });
    }
  });

  it('are looked for where a token names one, and what names none is nobody’s', async () => {
    const { audienceOf, importTokenKey, signToken, verifyToken } = await import('../../../shared/auth/sign-token.ts');
    const key = importTokenKey(secret.toString('base64'));
    const subject = { merchantId: 'mch_1', sessionId: 'ses_1' };
    const audience = audienceOf('test');
    const { accessToken } = await signToken(subject, { keyId: 'k1', key }, audience, NOW_MS);
    const verify = (token: string, keyId: string) =>
      verifyToken(token, async (named) => (named === keyId ? key : null), audience, NOW_MS);
    expect(await verify(accessToken, 'k1')).toStrictEqual(subject);
    for (const found of [verify(accessToken, 'k2'), verify('a.b.c', 'k1'), verify('', 'k1')])
      await expect(found).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('hash a phone that was here before as no code ever is', async () => {
    const { FORMER_PHONE, loginCodesOf } = await import('../../../shared/auth/login-codes.ts');
    const [codeKey, phoneKey] = [secret.toString('base64'), randomBytes(32)];
    const keys = [{ id: 'k1', key: codeKey }];
    const document = { codeKey, phoneKey: phoneKey.toString('base64'), currentKeyId: 'k1', keys };
    const get = async () => document;
    const hash = await loginCodesOf({ STAGE: 'test' }, { get, refresh: get }).hasher();
    const expected = createHmac('sha256', phoneKey).update('13800138000\nformer').digest('hex');
    expect([FORMER_PHONE, hash('13800138000', FORMER_PHONE)]).toEqual(['former', expected]);
    const ofCode = createHmac('sha256', secret).update('13800138000\n012345').digest('hex');
    expect(hash('13800138000', '012345')).toBe(ofCode);
  });
});

it('a session lives for thirty days, and its token is 256 random bits', async () => {
  const { hashRefreshToken, newRefreshToken, SESSION_LIFE_MS } = await import('../../../shared/auth/refresh-token.ts');
  expect(SESSION_LIFE_MS).toBe(2_592_000_000);
  const [one, other] = [newRefreshToken(), newRefreshToken()];
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(hashRefreshToken(one)).not.toBe(hashRefreshToken(other));
});
