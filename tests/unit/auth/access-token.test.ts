import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../../shared/auth/signed-in-merchant.ts';
import { type SecretSource, SecretUnreadable } from '../../../shared/config/secret-source.ts';
import { TencentApiError } from '../../../shared/config/tencent-api.ts';
import { ServicesFailed } from '../../../shared/http/failure.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
const SUBJECT = { merchantId: 'mch_1', sessionId: 'ses_1' };
const key = () => randomBytes(32).toString('base64');
const first = { id: 'k1', key: key() };
const second = { id: 'k2', key: key() };

let stored: unknown;
let remembered: unknown;
let refreshes: number;
let clockMs: number;

/** Remembers what it read, as an instance does for ten minutes. */
const secrets: SecretSource = {
  get: async (name) => {
    expect(name).toBe('yiying-test-tokens');
    remembered ??= stored;
    return remembered;
  },
  refresh: async () => {
    refreshes++;
    remembered = stored;
    return remembered;
  },
};
const tokens = () => accessTokensOf({ STAGE: 'test' }, secrets, () => clockMs);
const secretOf = (currentKeyId: string, keys: readonly unknown[]) => ({ codeKey: key(), currentKeyId, keys });

beforeEach(() => {
  stored = secretOf('k1', [first]);
  remembered = undefined;
  refreshes = 0;
  clockMs = NOW_MS;
});

const signNow = async (): Promise<string> => (await (await tokens().signer())(SUBJECT, NOW_MS)).accessToken;

describe('a rotation of the tokens’ keys', () => {
  it('leaves tokens of the former key good while that key is still listed', async () => {
    const token = await signNow();
    stored = secretOf('k2', [first, second]);
    remembered = undefined;
    await expect(tokens().verify(token, NOW_MS)).resolves.toEqual(SUBJECT);
    expect(refreshes).toBe(0);
  });

  it('makes tokens of a dropped key foreign', async () => {
    const token = await signNow();
    stored = secretOf('k2', [second]);
    remembered = undefined;
    await expect(tokens().verify(token, NOW_MS)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('reaches an instance that remembers the old secret with the first token of the new key', async () => {
    const old = stored;
    stored = secretOf('k2', [first, second]);
    const token = await signNow();
    remembered = old;
    await expect(tokens().verify(token, NOW_MS)).resolves.toEqual(SUBJECT);
    expect(refreshes).toBe(1);
  });

  it('is looked for once a minute at most, however many unknown keys are named', async () => {
    const stranger = secretOf('k9', [{ id: 'k9', key: key() }]);
    remembered = stranger;
    const token = await signNow();
    remembered = undefined;
    const one = tokens();
    for (let call = 0; call < 5; call++) {
      await expect(one.verify(token, NOW_MS)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    }
    expect(refreshes).toBe(1);
    clockMs += 60_000;
    await expect(one.verify(token, NOW_MS)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(refreshes).toBe(2);
  });
});

it('a secrets manager that is away makes 503, not 401', async () => {
  const away: SecretSource = {
    get: () =>
      Promise.reject(new TencentApiError({ service: 'ssm', action: 'GetSecretValue' }, 'Client.Timeout', null)),
    refresh: () => Promise.reject(new Error('not asked')),
  };
  const token = await signNow();
  await expect(accessTokensOf({ STAGE: 'test' }, away).verify(token, NOW_MS)).rejects.toBeInstanceOf(ServicesFailed);
});

it('what is wrong with the secret itself is told as that', async () => {
  const token = await signNow();
  stored = { currentKeyId: 'k1', keys: [first] };
  remembered = undefined;
  await expect(tokens().verify(token, NOW_MS)).rejects.toThrow(SecretUnreadable);
  await expect(tokens().signer()).rejects.toThrow('codeKey');
});

describe('the Authorization header', () => {
  const call = (authorization: string | string[] | undefined) =>
    signedInMerchant(
      readHttpEvent({
        httpMethod: 'GET',
        headers: authorization === undefined ? {} : { Authorization: authorization },
      }),
      { tokens: tokens() },
      { nowMs: NOW_MS },
    );

  it('names the merchant, in whatever case Bearer is written', async () => {
    const token = await signNow();
    await expect(call(`Bearer ${token}`)).resolves.toEqual({ id: 'mch_1', sessionId: 'ses_1' });
    await expect(call(`bearer ${token}`)).resolves.toEqual({ id: 'mch_1', sessionId: 'ses_1' });
  });

  it.each([undefined, '', 'Bearer', 'Bearer x', 'Basic YTpi', `Bearer ${'a'.repeat(2000)}.b.c`])(
    '%s is nobody',
    async (header) => {
      await expect(call(header)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    },
  );

  it('has 1024 characters at most, with which a token comes through', async () => {
    const token = await signNow();
    const filled = (chars: number) => `Bearer${' '.repeat(chars - 'Bearer'.length - token.length)}${token}`;
    await expect(call(filled(1024))).resolves.toEqual({ id: 'mch_1', sessionId: 'ses_1' });
    await expect(call(filled(1025))).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('may come once only', async () => {
    const token = await signNow();
    await expect(call([`Bearer ${token}`, 'Bearer x'])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
