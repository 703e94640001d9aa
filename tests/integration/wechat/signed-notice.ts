import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import type { NoticeInput } from '../../../shared/payments/wechat/verify-notice.ts';

/** Notices are made with another implementation's primitives, so that no mistake of ours is on both sides. */
export const oracle = { Aes, Formatter, Rsa: Rsa as unknown as RsaOnBytes };

/** Its types ask for text where its code takes bytes as well, and a body need not be valid text. */
interface RsaOnBytes {
  sign(message: string | Buffer, key: KeyObject): string;
  verify(message: string | Buffer, signature: string, key: KeyObject): boolean;
}

export const NOW_MS = Date.parse('2026-11-23T10:00:00+08:00');
export const API_V3_KEY = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb';
export const SERIAL = 'PUB_KEY_ID_0119000000000000000000000000000001';
export const EXPECT = { mchId: '1900000001', appId: 'wx8888888888888888' };

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export { privateKey as platformPrivateKey, publicKey as platformPublicKey };

export const KEYS: NoticeInput['keys'] = {
  apiV3Key: createSecretKey(Buffer.from(API_V3_KEY)),
  platformKeys: new Map([[SERIAL, createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))]]),
};

export type Json = Record<string, unknown>;

export const TRANSACTION: Json = {
  mchid: EXPECT.mchId,
  appid: EXPECT.appId,
  out_trade_no: 'ord_01JD0000000000000000000000',
  transaction_id: '4200001234202611231234567890',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-11-23T09:59:58+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 9900, payer_total: 9900, currency: 'CNY', payer_currency: 'CNY' },
};

export const REFUND: Json = {
  mchid: EXPECT.mchId,
  out_trade_no: 'ord_01JD0000000000000000000000',
  transaction_id: '4200001234202611231234567890',
  out_refund_no: 'ref_01JD0000000000000000000000',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  success_time: '2026-11-23T09:59:58+08:00',
  user_received_account: '招商银行信用卡0403',
  amount: { total: 9900, refund: 4900, payer_total: 9900, payer_refund: 4900 },
};

export function seal(plaintext: string, nonce = 'uluk4a9R25RW', associatedData = 'transaction'): Json {
  return {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: oracle.Aes.AesGcm.encrypt(plaintext, API_V3_KEY, nonce, associatedData),
    associated_data: associatedData,
    nonce,
  };
}

export function envelope(transaction: Json = TRANSACTION): Json {
  return {
    id: 'EV-2026112310000000001',
    create_time: '2026-11-23T10:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: seal(JSON.stringify(transaction)),
  };
}

/** @param body text, or an object to be written as JSON */
export function signed(body: string | Json, atMs = NOW_MS): { headers: Record<string, string>; rawBody: Buffer } {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const timestamp = String(Math.floor(atMs / 1000));
  const nonce = 'EcXRCtvgXxAeZ6BHPFBIPhCz7VZmRVVk';
  return {
    headers: {
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': SERIAL,
      'Wechatpay-Signature': oracle.Rsa.sign(oracle.Formatter.response(timestamp, nonce, text), privateKey),
      'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
    },
    rawBody: Buffer.from(text),
  };
}

/** @param over fields of the refund inside */
export function refundNotice(over: Json = {}, event = 'REFUND.SUCCESS'): ReturnType<typeof signed> {
  const resource = { ...seal(JSON.stringify({ ...REFUND, ...over }), undefined, 'refund'), original_type: 'refund' };
  return signed({ ...envelope(), event_type: event, resource });
}
