import { createHash, generateKeyPairSync, privateEncrypt, publicDecrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toRfc3339 } from '../../../shared/payments/wechat/create-order.ts';
import { signRequest } from '../../../shared/payments/wechat/sign-request.ts';
import { oracle } from './signed-notice.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = { mchId: '1900000001', merchantSerial: 'ABC123', merchantPrivateKey: privateKey };
const request = {
  method: 'POST',
  pathAndQuery: '/v3/pay/transactions/native?a=%7C',
  body: '{"description":"衣影"}',
  timestampSeconds: 1_554_208_460,
  nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
} as const;

const MESSAGE =
  'POST\n/v3/pay/transactions/native?a=%7C\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{"description":"衣影"}\n';

function signatureOf(authorization: string): string {
  return /signature="([^"]+)"/.exec(authorization)?.[1] ?? '';
}

describe('the Authorization header', () => {
  it('has the scheme and the five fields', () => {
    expect(signRequest(signer, request)).toMatch(
      /^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593B[0-9A-F]+",timestamp="1554208460",serial_no="ABC123",signature="[A-Za-z0-9+/]+={0,2}"$/,
    );
  });

  it('is PKCS#1 v1.5 over SHA-256 of the five lines, computed by hand', () => {
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const digest = createHash('sha256').update(MESSAGE).digest();
    const byHand = privateEncrypt(privateKey, Buffer.concat([prefix, digest])).toString('base64');
    const signature = signatureOf(signRequest(signer, request));
    expect(signature).toBe(byHand);
    expect(publicDecrypt(publicKey, Buffer.from(signature, 'base64')).subarray(-32)).toEqual(digest);
  });

  it('is the signature that another implementation makes', () => {
    expect(signatureOf(signRequest(signer, request))).toBe(oracle.Rsa.sign(MESSAGE, privateKey));
  });

  it('of a GET has an empty last line', () => {
    const get = signRequest(signer, { ...request, method: 'GET', body: '' });
    const message = MESSAGE.replace('POST', 'GET').replace('{"description":"衣影"}', '');
    expect(signatureOf(get)).toBe(oracle.Rsa.sign(message, privateKey));
  });
});

describe('times', () => {
  it("are written in China's time to the second", () => {
    expect(toRfc3339(Date.UTC(2026, 10, 23, 16, 0, 0, 999))).toBe('2026-11-24T00:00:00+08:00');
    expect(Date.parse(toRfc3339(1_554_208_460_000))).toBe(1_554_208_460_000);
  });
});
