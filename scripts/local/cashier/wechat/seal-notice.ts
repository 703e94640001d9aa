import { createCipheriv } from 'node:crypto';
import type { CashierOrder, Delivery } from '../cashier-book.ts';
import { type CashierMerchant, randomDigits, randomLetters } from '../cashier-merchant.ts';
import type { SealedNotice } from '../deliver-notices.ts';
import { describeTransaction, rfc3339 } from './native-orders.ts';
import { signatureHeaders } from './sign-answer.ts';

/** On the way: only the first delivery is bad, and a good one follows by the schedule, as with the real service. */
const TRANSPORT_FAULTS = ['wrong_serial', 'signtest', 'altered_body', 'bad_tag', 'stale_timestamp'] as const;
/** In what is said: every delivery says it. */
const CONTENT_FAULTS = ['wrong_amount', 'wrong_currency', 'wrong_app', 'wrong_merchant'] as const;
/** In when and how often it comes. `coupon`: genuine, with `payer_total` below `total`. */
const TIMING_FAULTS = ['lost', 'twice', 'twin', 'delayed', 'coupon'] as const;

export const NOTICE_FAULTS = [...TIMING_FAULTS, ...TRANSPORT_FAULTS, ...CONTENT_FAULTS] as const;
export type NoticeFault = (typeof NOTICE_FAULTS)[number];

function saidTransaction(order: CashierOrder, fault: string | null): Record<string, unknown> {
  const said = describeTransaction(order);
  const amount = said['amount'] as Record<string, unknown>;
  if (fault === 'wrong_amount') return { ...said, amount: { ...amount, total: 1, payer_total: 1 } };
  if (fault === 'wrong_currency') return { ...said, amount: { ...amount, currency: 'HKD' } };
  if (fault === 'wrong_app') return { ...said, appid: 'wxffffffffffffffff' };
  if (fault === 'wrong_merchant') return { ...said, mchid: '1999999999' };
  return said;
}

function encrypt(plaintext: string, apiV3Key: string) {
  const nonce = randomLetters(12);
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce);
  cipher.setAAD(Buffer.from('transaction'));
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: sealed.toString('base64'),
    associated_data: 'transaction',
    nonce,
  };
}

/** Another amount under the old signature. */
function alterCiphertext(body: string): string {
  return body.replace(
    /("ciphertext":")(.)/,
    (_, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'),
  );
}

/** The notice that is sent for a paid order: encrypted with the merchant's APIv3 key, signed with a platform key. */
export function sealNotice(
  merchant: CashierMerchant,
  order: CashierOrder,
  delivery: Delivery,
  nowMs: number,
): SealedNotice {
  const isTransportFault = TRANSPORT_FAULTS.some((one) => one === delivery.fault);
  const fault = isTransportFault && delivery.attempts > 0 ? null : delivery.fault;
  const key = fault === 'bad_tag' ? randomLetters(32) : merchant.apiV3Key;
  const body = JSON.stringify({
    id: delivery.eventId,
    create_time: rfc3339(order.paidAtMs ?? nowMs),
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: encrypt(JSON.stringify(saidTransaction(order, fault)), key),
  });
  const signedAtMs = fault === 'stale_timestamp' ? nowMs - 302_000 : nowMs;
  const headers = signatureHeaders(merchant.platformPublicKey, body, signedAtMs);
  if (fault === 'wrong_serial') headers['Wechatpay-Serial'] = `PUB_KEY_ID_01${randomDigits(28)}`;
  if (fault === 'signtest') {
    headers['Wechatpay-Signature'] = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']?.slice(19)}`;
  }
  return {
    url: order.notifyUrl,
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      Accept: '*/*',
      'User-Agent': 'Mozilla/4.0',
      'Request-ID': `${randomLetters(20)}-0`,
    },
    body: fault === 'altered_body' ? alterCiphertext(body) : body,
  };
}
