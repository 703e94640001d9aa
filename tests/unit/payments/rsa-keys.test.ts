import { createPrivateKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requireRsa } from '../../../shared/payments/require-rsa.ts';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const NOT_RSA = 'platformKeys is not an RSA key of at least 2048 bits';

describe("a channel's key", () => {
  it('of 2048 bits is taken, public or private', () => {
    const { publicKey, privateKey } = rsa(2048);
    for (const key of [publicKey, privateKey]) expect(requireRsa('platformKeys', () => key)).toBe(key);
  });

  it.each<[string, () => KeyObject, string]>([
    ['no key', () => createPrivateKey('no key'), 'platformKeys is not a PEM key'],
    ['too short', () => rsa(1024).publicKey, NOT_RSA],
    ['another kind of RSA', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, NOT_RSA],
    ['a curve', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, NOT_RSA],
    ['a secret of two', () => createSecretKey(randomBytes(32)), NOT_RSA],
  ])('that is %s is refused by the name of its field', (_what, read, why) => {
    expect(() => requireRsa('platformKeys', read)).toThrow(new TypeError(why));
  });
});
