import { createSign } from 'node:crypto';
import { type CashierMerchant, randomLetters } from '../cashier-merchant.ts';

/** The five headers that WeChat Pay puts on notices and answers, over `timestamp\nnonce\nbody\n`. */
export function signatureHeaders(
  key: { readonly serial: string; readonly privatePem: string },
  body: string,
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = randomLetters(32);
  const signature = createSign('sha256').update(`${timestamp}\n${nonce}\n${body}\n`).sign(key.privatePem, 'base64');
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': key.serial,
    'Wechatpay-Signature': signature,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

/** Answers are signed with the key that the request's `Wechatpay-Serial` asks for. Undefined: there is no such key. */
export function platformKeyFor(merchant: CashierMerchant, askedSerial: string | undefined) {
  if (askedSerial === undefined || askedSerial === merchant.platformPublicKey.serial) return merchant.platformPublicKey;
  return askedSerial === merchant.platformCertificate.serial ? merchant.platformCertificate : undefined;
}
