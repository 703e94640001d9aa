import { createHmac, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { endView } from '../../../shared/auth/operator-view.ts';
import { audienceOf } from '../../../shared/auth/sign-token.ts';
import { signedInMerchant } from '../../../shared/auth/signed-in-merchant.ts';
import { TencentApiError } from '../../../shared/config/tencent-api.ts';
import type { Database } from '../../../shared/db/database.ts';
import { ServicesFailed } from '../../../shared/http/failure.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';

const NOW_MS = Date.UTC(2031, 4, 6, 7, 8, 9, 250);
const NOW_SECONDS = Math.floor(NOW_MS / 1000);
const SEEN = { merchantId: 'mch_seen', sessionId: 'ses_of_operator' };
const VIEW = {
  ...SEEN,
  viewId: 'vew_1',
  operatorId: 'mch_operator',
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 600_500,
};
const GOOD_HEADER = { alg: 'HS256', kid: 'k1', typ: 'view+jwt' };
const GOOD_CLAIMS = {
  ...{ sid: 'ses_of_operator', vid: 'vew_1', act: { sub: 'mch_operator' }, iss: 'yiying', sub: 'mch_seen' },
  ...{ aud: audienceOf('test'), iat: NOW_SECONDS, exp: NOW_SECONDS + 600 },
};

const secret = randomBytes(32);
const keys = [{ id: 'k1', key: secret.toString('base64') }];
const document = { codeKey: randomBytes(32).toString('base64'), currentKeyId: 'k1', keys };
const tokens = accessTokensOf({ STAGE: 'test' }, { get: async () => document, refresh: async () => document });
const sign = async () => (await tokens.viewSigner())(VIEW);

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
/** A token made without the code under test. */
function forge(header: object, claims: object): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

describe('the token of a view', () => {
  it('carries the merchant, the operator and the operator’s session, from the second of its beginning to that of its end', async () => {
    const token = await sign();
    const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate: new Date(NOW_MS) });
    expect([protectedHeader, payload]).toEqual([GOOD_HEADER, GOOD_CLAIMS]);
    expect(await sign()).toBe(token);
    expect(await tokens.verify(token, NOW_MS)).toStrictEqual({ ...SEEN, viewId: 'vew_1' });
  });

  it('is good until the last millisecond before its end, and says at it that the view has ended', async () => {
    const token = forge(GOOD_HEADER, GOOD_CLAIMS);
    const endsAtMs = (NOW_SECONDS + 600) * 1000;
    expect(await tokens.verify(token, endsAtMs - 1)).toMatchObject({ viewId: 'vew_1' });
    await expect(tokens.verify(token, endsAtMs)).rejects.toMatchObject({ code: 'VIEW_ENDED' });
  });

  it.each([undefined, null, 1])('is not ours when its view is %s', async (vid) => {
    const token = forge(GOOD_HEADER, { ...GOOD_CLAIMS, vid });
    await expect(tokens.verify(token, NOW_MS)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('is one by its type alone: an access token that names a view is the merchant in person', async () => {
    for (const claims of [GOOD_CLAIMS, { ...GOOD_CLAIMS, vid: undefined }, { ...GOOD_CLAIMS, vid: 1 }]) {
      const token = forge({ ...GOOD_HEADER, typ: 'at+jwt' }, claims);
      expect(await tokens.verify(token, NOW_MS)).toStrictEqual(SEEN);
    }
  });

  it('is nothing where the merchant is wanted in person', async () => {
    const request = readHttpEvent({ httpMethod: 'POST', headers: { Authorization: `Bearer ${await sign()}` } });
    await expect(signedInMerchant(request, { tokens }, { nowMs: NOW_MS })).rejects.toMatchObject({ code: 'VIEW_ONLY' });
  });

  it('is not said to have ended when nobody could read it: the secrets manager was away', async () => {
    const timeout = new TencentApiError({ service: 'ssm', action: 'GetSecretValue' }, 'Client.Timeout', null);
    const get = () => Promise.reject(timeout);
    const away = accessTokensOf({ STAGE: 'test' }, { get, refresh: get });
    await expect(endView({ db: {} as Database, tokens: away }, await sign(), NOW_MS)).rejects.toBeInstanceOf(
      ServicesFailed,
    );
  });
});
