import { createHmac, randomBytes } from 'node:crypto';
import { type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { audienceOf, type FindKey, importTokenKey, signToken, verifyToken } from '../../../shared/auth/sign-token.ts';

const NOW_MS = Date.UTC(2031, 4, 6, 7, 8, 9, 250);
const NOW_SECONDS = Math.floor(NOW_MS / 1000);
const LIFE_MS = 15 * 60 * 1000;
const AUDIENCE = audienceOf('test');
const SUBJECT = { merchantId: 'mch_1', sessionId: 'ses_1' };

const secret = randomBytes(32);
const key = importTokenKey(secret.toString('base64'));
const findKey: FindKey = async (keyId) => (keyId === 'k1' ? key : null);
const verify = (token: string, nowMs = NOW_MS) => verifyToken(token, findKey, AUDIENCE, nowMs);

const GOOD_HEADER = { alg: 'HS256', kid: 'k1', typ: 'at+jwt' };
const GOOD_CLAIMS = {
  sid: 'ses_1',
  iss: 'yiying',
  aud: AUDIENCE,
  sub: 'mch_1',
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 900,
};

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token made without the library under test. */
function forge(header: unknown, claims: unknown, { hash = 'sha256', signedWith = secret } = {}): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac(hash, signedWith).update(input).digest('base64url')}`;
}

describe('an access token', () => {
  it('carries the merchant and the session, and lives fifteen minutes from its second', async () => {
    const { accessToken, accessExpiresAtMs } = await signToken(SUBJECT, { keyId: 'k1', key }, AUDIENCE, NOW_MS);
    expect(accessExpiresAtMs).toBe(Math.floor(NOW_MS / 1000) * 1000 + LIFE_MS);
    await expect(verify(accessToken)).resolves.toEqual(SUBJECT);
  });

  it('is an ordinary JWT, which another implementation reads and may have made', async () => {
    const { accessToken } = await signToken(SUBJECT, { keyId: 'k1', key }, AUDIENCE, NOW_MS);
    const [header = '', claims = '', signature] = accessToken.split('.');
    const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    expect([decode(header), decode(claims)]).toEqual([GOOD_HEADER, GOOD_CLAIMS]);
    expect(signature).toBe(createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url'));
    await expect(verify(forge(GOOD_HEADER, GOOD_CLAIMS))).resolves.toEqual(SUBJECT);
  });

  it('is good until the last millisecond before its expiry, and expired at it', async () => {
    const { accessToken, accessExpiresAtMs } = await signToken(SUBJECT, { keyId: 'k1', key }, AUDIENCE, NOW_MS);
    await expect(verify(accessToken, accessExpiresAtMs - 1)).resolves.toEqual(SUBJECT);
    await expect(verify(accessToken, accessExpiresAtMs)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('is judged by the clock that is passed in, not by the machine’s', async () => {
    const early = Date.UTC(2001, 0, 1);
    const { accessToken } = await signToken(SUBJECT, { keyId: 'k1', key }, AUDIENCE, early);
    await expect(verify(accessToken, early + 1000)).resolves.toEqual(SUBJECT);
  });
});

describe('jose, as an oracle', () => {
  const options = { algorithms: ['HS256'], typ: 'at+jwt', issuer: 'yiying', audience: AUDIENCE };
  const required = ['sub', 'sid', 'iat', 'exp'];

  it('accepts what we sign, and signs what we accept', async () => {
    const { accessToken } = await signToken(SUBJECT, { keyId: 'k1', key }, AUDIENCE, NOW_MS);
    const { payload } = await jwtVerify(accessToken, secret, { ...options, currentDate: new Date(NOW_MS) });
    expect(payload).toEqual(GOOD_CLAIMS);
    const theirs = await new SignJWT(GOOD_CLAIMS).setProtectedHeader(GOOD_HEADER as JWTHeaderParameters).sign(secret);
    await expect(verify(theirs)).resolves.toEqual(SUBJECT);
  });

  it('agrees about every single changed character of a token', async () => {
    const genuine = forge(GOOD_HEADER, GOOD_CLAIMS);
    const accepted = (check: Promise<unknown>) =>
      check.then(
        () => true,
        () => false,
      );
    for (let at = 0; at < genuine.length; at++) {
      for (const letter of ['A', 'B', '.', '=']) {
        const changed = genuine.slice(0, at) + letter + genuine.slice(at + 1);
        const currentDate = new Date(NOW_MS);
        const theirs = await accepted(
          jwtVerify(changed, secret, { ...options, requiredClaims: required, currentDate }),
        );
        const ours = await accepted(verify(changed));
        // Stricter than jose only in this: the last character of a signature has bits that decode to nothing.
        const spareBits = at === genuine.length - 1;
        if (!spareBits) expect([changed, ours]).toEqual([changed, theirs]);
        else if (changed !== genuine) expect(ours).toBe(false);
      }
    }
  });

  it('refuses a header that must be understood, and a token before its time, as we do', async () => {
    const critical = forge({ ...GOOD_HEADER, crit: ['x'], x: 1 }, GOOD_CLAIMS);
    const early = forge(GOOD_HEADER, { ...GOOD_CLAIMS, nbf: NOW_SECONDS + 1 });
    for (const token of [critical, early]) {
      await expect(jwtVerify(token, secret, { ...options, currentDate: new Date(NOW_MS) })).rejects.toThrow();
      await expect(verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    }
    const fromNow = forge(GOOD_HEADER, { ...GOOD_CLAIMS, nbf: NOW_SECONDS });
    for (const nowMs of [NOW_MS, NOW_SECONDS * 1000]) await expect(verify(fromNow, nowMs)).resolves.toEqual(SUBJECT);
  });
});

describe('what is not our token is not called expired but not signed in', () => {
  const { kid: _kid, ...withoutKeyId } = GOOD_HEADER;
  const { sid: _sid, ...withoutSession } = GOOD_CLAIMS;
  const { sub: _sub, ...withoutSubject } = GOOD_CLAIMS;
  const { exp: _exp, ...withoutExpiry } = GOOD_CLAIMS;
  const genuine = forge(GOOD_HEADER, GOOD_CLAIMS);
  const expired = { ...GOOD_CLAIMS, iat: NOW_SECONDS - 2000, exp: NOW_SECONDS - 1100 };

  it.each([
    ['signed with a foreign key', forge(GOOD_HEADER, GOOD_CLAIMS, { signedWith: randomBytes(32) })],
    ['foreign and expired', forge(GOOD_HEADER, expired, { signedWith: randomBytes(32) })],
    ['of another key’s name', forge({ ...GOOD_HEADER, kid: 'k2' }, GOOD_CLAIMS)],
    ['without a key’s name', forge(withoutKeyId, GOOD_CLAIMS)],
    ['with a key’s name that is no text', forge({ ...GOOD_HEADER, kid: 7 }, GOOD_CLAIMS)],
    ['of algorithm none', `${encode({ ...GOOD_HEADER, alg: 'none' })}.${encode(GOOD_CLAIMS)}.`],
    ['of algorithm none with a signature', forge({ ...GOOD_HEADER, alg: 'none' }, GOOD_CLAIMS)],
    ['of algorithm HS512', forge({ ...GOOD_HEADER, alg: 'HS512' }, GOOD_CLAIMS, { hash: 'sha512' })],
    ['another type of token', forge({ ...GOOD_HEADER, typ: 'JWT' }, GOOD_CLAIMS)],
    ['of another issuer', forge(GOOD_HEADER, { ...GOOD_CLAIMS, iss: 'other' })],
    ['for another stage', forge(GOOD_HEADER, { ...GOOD_CLAIMS, aud: audienceOf('prod') })],
    ['without a session', forge(GOOD_HEADER, withoutSession)],
    ['without a merchant', forge(GOOD_HEADER, withoutSubject)],
    ['without an expiry', forge(GOOD_HEADER, withoutExpiry)],
    ['without a beginning', forge(GOOD_HEADER, { ...GOOD_CLAIMS, iat: undefined })],
    ['with a beginning that is no number', forge(GOOD_HEADER, { ...GOOD_CLAIMS, iat: String(NOW_SECONDS) })],
    ['with a text before which it is not good', forge(GOOD_HEADER, { ...GOOD_CLAIMS, nbf: '1' })],
    ['with nothing before which it is not good', forge(GOOD_HEADER, { ...GOOD_CLAIMS, nbf: null })],
    ['with a merchant that is no text', forge(GOOD_HEADER, { ...GOOD_CLAIMS, sub: 1 })],
    ...[null, [], 'text', 1].flatMap((part): [string, string][] => [
      [`with the header ${JSON.stringify(part)}`, forge(part, GOOD_CLAIMS)],
      [`that claims ${JSON.stringify(part)}`, forge(GOOD_HEADER, part)],
    ]),
    ['without a signature', genuine.split('.').slice(0, 2).join('.')],
    ['of a header alone', genuine.split('.').slice(0, 1).join('.')],
    ['with a fourth part', `${genuine}.x`],
    ['with a session that is no text', forge(GOOD_HEADER, { ...GOOD_CLAIMS, sid: 1 })],
    ['with an expiry that is no number', forge(GOOD_HEADER, { ...GOOD_CLAIMS, exp: '9999999999' })],
    ['changed after it was signed', genuine.replace(/\.[^.]+\./, `.${encode({ ...GOOD_CLAIMS, sub: 'mch_2' })}.`)],
    ['cut off', genuine.slice(0, -2)],
    ['no token at all', 'a.b.c'],
    ['empty', ''],
  ])('%s', async (_what, token) => {
    await expect(verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it.each([withoutKeyId, { ...GOOD_HEADER, kid: 7 }, { ...GOOD_HEADER, kid: null }])(
    'no key is looked for whose name is no text: %j',
    async (header) => {
      const token = forge(header, GOOD_CLAIMS);
      await expect(verifyToken(token, async () => key, AUDIENCE, NOW_MS)).rejects.toMatchObject({
        code: 'NOT_SIGNED_IN',
      });
    },
  );
});
