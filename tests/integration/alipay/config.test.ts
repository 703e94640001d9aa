import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSigningKeys } from '../../../shared/payments/alipay/signing-config.ts';
import { openVerifyingKey } from '../../../shared/payments/alipay/verifying-config.ts';
import { APP_ID, alipayPublicKey, SELLER_ID } from './signed-notice.ts';

const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki') => key.export({ type, format: 'pem' }).toString();
/** As Alipay's tools show keys: base64 of the DER, in one line. */
const bare = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki') =>
  key.export({ type, format: 'der' }).toString('base64');

const PUBLIC = bare(alipayPublicKey, 'spki');
const verifying = { appId: APP_ID, sellerId: SELLER_ID, alipayPublicKey: PUBLIC };
const signing = { ...verifying, appPrivateKey: bare(app.privateKey, 'pkcs1') };

describe('what a callback is configured with', () => {
  it.each([PUBLIC, `${PUBLIC}\n`, PUBLIC.replace(/.{64}/g, '$&\n'), pem(alipayPublicKey, 'spki')])(
    'takes the key bare or as PEM',
    (text) => {
      const expected = openVerifyingKey({ ...verifying, alipayPublicKey: text });
      expect(expected.alipayPublicKey.equals(alipayPublicKey)).toBe(true);
      expect(expected).toMatchObject({ appId: APP_ID, sellerId: SELLER_ID });
    },
  );

  it.each<[string, object]>([
    ['appId is not valid', { appId: 'wx8888888888888888' }],
    ['sellerId is not valid', { sellerId: '1900000001' }],
    ['alipayPublicKey is not valid', { alipayPublicKey: undefined }],
    ['alipayPublicKey is not a PEM key', { alipayPublicKey: '' }],
    ['alipayPublicKey is not a PEM key', { alipayPublicKey: 'SECRET' }],
    ['alipayPublicKey is a private key', { alipayPublicKey: pem(app.privateKey, 'pkcs8') }],
    ['alipayPublicKey is not a PEM key', { alipayPublicKey: bare(app.privateKey, 'pkcs8') }],
    ['alipayPublicKey is not an RSA key of at least 2048 bits', { alipayPublicKey: bare(small.publicKey, 'spki') }],
    ['alipayPublicKey is not an RSA key of at least 2048 bits', { alipayPublicKey: pem(elliptic.publicKey, 'spki') }],
    ['the config is not valid', { appPrivateKey: bare(app.privateKey, 'pkcs8') }],
  ])('is refused with "%s"', (message, over) => {
    expect(() => openVerifyingKey({ ...verifying, ...over } as typeof verifying)).toThrow(message);
  });
});

describe('what a signer is configured with', () => {
  it.each([
    bare(app.privateKey, 'pkcs1'),
    bare(app.privateKey, 'pkcs8'),
    pem(app.privateKey, 'pkcs1'),
    pem(app.privateKey, 'pkcs8'),
  ])('takes the key bare or as PEM, in either form', (appPrivateKey) => {
    const keys = openSigningKeys({ ...signing, appPrivateKey });
    expect(keys.appPrivateKey.equals(app.privateKey)).toBe(true);
    expect(keys.gatewayUrl).toBe('https://openapi.alipay.com/gateway.do');
  });

  it.each<[string, object]>([
    ['appPrivateKey is not a PEM key', { appPrivateKey: 'SECRET' }],
    ['appPrivateKey is not a PEM key', { appPrivateKey: PUBLIC }],
    ['appPrivateKey is not an RSA key', { appPrivateKey: bare(small.privateKey, 'pkcs8') }],
    ['alipayPublicKey is not a PEM key', { alipayPublicKey: 'SECRET' }],
    ['gatewayUrl is not valid', { gatewayUrl: 'http://openapi.alipay.com/gateway.do' }],
    ['gatewayUrl is not valid', { gatewayUrl: 'https://openapi.alipay.com/gateway.do?charset=gbk' }],
    ['gatewayUrl is not valid', { gatewayUrl: 'SECRET' }],
    ['the config is not valid', { apiV3Key: 'belongs to another channel' }],
  ])('is refused with "%s", and no value', (message, over) => {
    const thrown = (() => {
      try {
        return openSigningKeys({ ...signing, ...over });
      } catch (error) {
        return error as Error;
      }
    })();
    expect(thrown).toBeInstanceOf(TypeError);
    expect((thrown as Error).message).toContain(message);
    expect(String((thrown as Error).stack)).not.toContain('SECRET');
  });
});
