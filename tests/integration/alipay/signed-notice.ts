import { createSign, generateKeyPairSync } from 'node:crypto';
import type { AlipayExpected } from '../../../shared/payments/alipay/verifying-config.ts';

/** Made with what Node has and nothing of the product, so that no mistake of ours is on both sides. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export { privateKey as alipayPrivateKey, publicKey as alipayPublicKey };

export const APP_ID = '2021001234567890';
export const SELLER_ID = '2088101106499364';
export const EXPECT: AlipayExpected = { alipayPublicKey: publicKey, appId: APP_ID, sellerId: SELLER_ID };

export type Fields = Record<string, string>;

/** As Alipay sends it after a payment, but for `sign` and `sign_type`. */
export const NOTICE: Fields = {
  gmt_create: '2026-11-23 09:59:50',
  charset: 'utf-8',
  gmt_payment: '2026-11-23 09:59:58',
  notify_time: '2026-11-23 10:00:00',
  subject: '衣影会员 100% & 更多+',
  buyer_id: '2088102534368455',
  invoice_amount: '99.00',
  version: '1.0',
  notify_id: '2026112300222095958068450559358070',
  fund_bill_list: '[{"amount":"99.00","fundChannel":"ALIPAYACCOUNT"}]',
  notify_type: 'trade_status_sync',
  out_trade_no: 'ord_01JD0000000000000000000000',
  total_amount: '99.00',
  trade_status: 'TRADE_SUCCESS',
  trade_no: '2026112322001468450512505578',
  auth_app_id: APP_ID,
  receipt_amount: '99.00',
  point_amount: '0.00',
  buyer_pay_amount: '99.00',
  app_id: APP_ID,
  seller_id: SELLER_ID,
};

/** A partial refund is notified to the payment's address as a success once more. */
export const REFUND_NOTICE: Fields = {
  ...NOTICE,
  gmt_refund: '2026-11-23 12:00:00.123',
  out_biz_no: 'ref_01JD0000000000000000000000',
  refund_fee: '49.00',
};

const bytesOf = (text: string): Buffer => Buffer.from(text);

/** Each value in bytes, so that one may be in another charset. */
export function signBytes(fields: Readonly<Record<string, Buffer>>): string {
  const signer = createSign('RSA-SHA256');
  Object.keys(fields)
    .sort()
    .forEach((name, index) => {
      signer.update(`${index === 0 ? '' : '&'}${name}=`).update(fields[name] as Buffer);
    });
  return signer.sign(privateKey, 'base64');
}

export function escapeBytes(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      if (/[0-9A-Za-z*\-._]/.test(sign)) return sign;
      return byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

export function formOf(fields: Readonly<Record<string, string | Buffer>>): Buffer {
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${escapeBytes(bytesOf(name))}=${escapeBytes(Buffer.from(value))}`,
  );
  return Buffer.from(pairs.join('&'));
}

/** The whole form, signed. */
export function signedForm(fields: Readonly<Record<string, string | Buffer>> = NOTICE): Buffer {
  const bytes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]));
  return formOf({ ...fields, sign_type: 'RSA2', sign: signBytes(bytes) });
}
