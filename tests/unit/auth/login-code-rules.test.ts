import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maskPhone } from '../../../shared/auth/account.ts';
import { hashApiKey } from '../../../shared/auth/api-key-text.ts';
import { limitAddress } from '../../../shared/auth/limit-address.ts';
import { FORMER_PHONE, loginCodesOf } from '../../../shared/auth/login-codes.ts';
import { hashRefreshToken, renewedToken } from '../../../shared/auth/refresh-token.ts';
import { secondsOfShanghaiDayLeft, shanghaiDay } from '../../../shared/shanghai-day.ts';

describe('what is stored of a code', () => {
  it('is an HMAC over phone and code under the key of the tokens secret', async () => {
    const codeKey = randomBytes(32);
    const document = {
      codeKey: codeKey.toString('base64'),
      currentKeyId: 'k',
      keys: [{ id: 'k', key: randomBytes(32).toString('base64') }],
    };
    const source = { get: async () => document, refresh: async () => document };
    const hash = await loginCodesOf({ STAGE: 'test' }, source).hasher();
    const expected = createHmac('sha256', codeKey).update('13800138000\n012345').digest('hex');
    expect(hash('13800138000', '012345')).toBe(expected);
    expect(hash('13800138001', '012345')).not.toBe(expected);
  });

  it('of a phone that was here before is under a key of its own, which the rotation of the other leaves as it is', async () => {
    const key = () => randomBytes(32).toString('base64');
    const hashUnder = async (keys: { codeKey: string; phoneKey?: string }) => {
      const document = { ...keys, currentKeyId: 'k', keys: [{ id: 'k', key: key() }] };
      const source = { get: async () => document, refresh: async () => document };
      return (await loginCodesOf({ STAGE: 'test' }, source).hasher())('13800138000', FORMER_PHONE);
    };
    const [first, second, phoneKey] = [key(), key(), key()];
    expect(await hashUnder({ codeKey: second, phoneKey })).toBe(await hashUnder({ codeKey: first, phoneKey }));
    // A stage that has none yet keeps what it knows when the key in force becomes it.
    expect(await hashUnder({ codeKey: second, phoneKey: first })).toBe(await hashUnder({ codeKey: first }));
    expect(await hashUnder({ codeKey: second })).not.toBe(await hashUnder({ codeKey: first }));
  });
});

it.each([hashApiKey, hashRefreshToken])('what is stored of a key or a token is its SHA-256 in hex', (hash) => {
  // FIPS 180-2, appendix B.1.
  expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('the token of a renewal is an HMAC over the one before and the renewal’s key, under the bytes of the secret', () => {
  const secret = randomBytes(32);
  const expected = createHmac('sha256', secret).update('refresh token\nbefore\nrenewal').digest('base64url');
  expect(renewedToken(secret.toString('base64'), 'before', 'renewal')).toBe(expected);
});

describe('an address counts', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['', ''],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0002::', '2001:db8:0:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
    ['1:2::3:4:5:192.0.2.1', '1:2:0:3::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['1:2:3::4:5:6:7', '1:2:3:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
  ])('%s as %s', (address, counted) => {
    expect(limitAddress(address)).toBe(counted);
  });
});

describe('the day of the SMS budget', () => {
  it('begins at midnight in Shanghai', () => {
    const midnight = Date.UTC(2026, 10, 23, 16);
    expect(shanghaiDay(midnight - 1)).toBe('2026-11-23');
    expect(shanghaiDay(midnight)).toBe('2026-11-24');
    expect(secondsOfShanghaiDayLeft(midnight - 1)).toBe(1);
    expect(secondsOfShanghaiDayLeft(midnight)).toBe(86_400);
  });
});

it('a phone is shown by its first three and last four digits', () => {
  expect(maskPhone('13812341234')).toBe('138****1234');
});
