import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSigningKeys } from '../../../shared/payments/wechat/signing-config.ts';
import { openVerifyingKeys } from '../../../shared/payments/wechat/verifying-config.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { platformPrivateKey, platformPublicKey } from './signed-notice.ts';

const privatePem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

const PUBLIC = publicPem(platformPublicKey);
const PRIVATE = privatePem(platformPrivateKey);
const CERTIFICATE_SERIAL = '5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC';
const CERTIFICATE = selfSignedCertificate(platformPrivateKey, platformPublicKey, CERTIFICATE_SERIAL);
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const KEY_ID = 'PUB_KEY_ID_01';
const verifying = {
  mchId: '1900000001',
  appId: 'wx8888888888888888',
  apiV3Key: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb',
  platformKeys: [{ serial: KEY_ID, pem: PUBLIC }],
};
const signing = {
  mchId: verifying.mchId,
  appId: verifying.appId,
  merchantSerial: 'ABC123',
  merchantPrivateKeyPem: PRIVATE,
  platformKeys: verifying.platformKeys,
};

describe('what a callback is configured with', () => {
  it('takes the public key and a certificate side by side, by their serials', () => {
    const platformKeys = [...verifying.platformKeys, { serial: CERTIFICATE_SERIAL, pem: CERTIFICATE }];
    const { keys, expect: expected } = openVerifyingKeys({ ...verifying, platformKeys });
    expect([...keys.platformKeys.keys()]).toEqual([KEY_ID, CERTIFICATE_SERIAL]);
    expect(keys.platformKeys.get(CERTIFICATE_SERIAL)?.equals(platformPublicKey)).toBe(true);
    expect(expected).toEqual({ mchId: verifying.mchId, appId: verifying.appId });
  });

  const key = (serial: string, pem: string) => ({ platformKeys: [{ serial, pem }] });
  it.each<[string, object]>([
    ['mchId is not valid', { mchId: 'abc' }],
    ['appId is not valid', { appId: '' }],
    ['apiV3Key is not valid', { apiV3Key: 'x'.repeat(31) }],
    ['apiV3Key is not valid', { apiV3Key: '钥'.repeat(32) }],
    ['platformKeys is not valid', { platformKeys: [] }],
    ['platformKeys.0.serial is not valid', key('has space', PUBLIC)],
    ['platformKeys.0.pem is not a PEM key', key(KEY_ID, 'SECRET')],
    ['platformKeys.0.pem is a private key', key(KEY_ID, PRIVATE)],
    ['platformKeys.0.pem is not an RSA key of at least 2048 bits', key(KEY_ID, publicPem(small.publicKey))],
    ['platformKeys.0.pem is not an RSA key of at least 2048 bits', key(KEY_ID, publicPem(elliptic.publicKey))],
    ["platformKeys.0.serial is not the certificate's serial number", key('ABCDEF', CERTIFICATE)],
    ['platformKeys.1.serial occurs twice', { platformKeys: [...verifying.platformKeys, ...verifying.platformKeys] }],
    ['the config is not valid', { merchantPrivateKeyPem: PRIVATE }],
  ])('is refused with "%s"', (message, over) => {
    expect(() => openVerifyingKeys({ ...verifying, ...over })).toThrow(message);
  });
});

describe('what a signer is configured with', () => {
  it("asks for the first platform key, at the vendor's two addresses unless another is given", () => {
    expect(openSigningKeys(signing)).toMatchObject({
      askForSerial: KEY_ID,
      baseUrls: ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'],
    });
    const local = openSigningKeys({ ...signing, baseUrl: 'http://127.0.0.1:8080/local/pay/' });
    expect(local.baseUrls[0]).toBe('http://127.0.0.1:8080/local/pay');
    const slashes = openSigningKeys({ ...signing, baseUrl: 'https://example.com//' });
    expect(slashes.baseUrls).toEqual(['https://example.com', 'https://example.com']);
  });

  it.each<[string, object]>([
    ['merchantSerial is not valid', { merchantSerial: 'PUB_KEY_ID' }],
    ['merchantPrivateKeyPem is not a PEM key', { merchantPrivateKeyPem: 'SECRET' }],
    ['merchantPrivateKeyPem is not a PEM key', { merchantPrivateKeyPem: PUBLIC }],
    ['merchantPrivateKeyPem is not an RSA key', { merchantPrivateKeyPem: privatePem(small.privateKey) }],
    ['baseUrl is not valid', { baseUrl: 'http://example.com' }],
    ['baseUrl is not valid', { baseUrl: 'https://example.com/?a=1' }],
    ['baseUrl is not valid', { baseUrl: 'not a url' }],
    ['platformKeys.0.serial is not valid', { platformKeys: [{ serial: 'has space', pem: PUBLIC }] }],
    ['the config is not valid', { apiV3Key: 'belongs to the callback' }],
  ])('is refused with "%s"', (message, over) => {
    expect(() => openSigningKeys({ ...signing, ...over })).toThrow(message);
  });

  it('no message carries a value', () => {
    for (const over of [{ merchantPrivateKeyPem: 'SECRET' }, { mchId: 'SECRET' }, { baseUrl: 'http://SECRET' }]) {
      const thrown = (() => {
        try {
          return openSigningKeys({ ...signing, ...over });
        } catch (error) {
          return error as Error;
        }
      })();
      expect(thrown).toBeInstanceOf(TypeError);
      expect(String((thrown as Error).stack)).not.toContain('SECRET');
    }
  });
});
