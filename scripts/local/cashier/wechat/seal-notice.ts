import { createCipheriv } from 'node:crypto';
import type { CashierBook, CashierOrder, CashierRefund, Delivery } from '../cashier-book.ts';
import { type CashierMerchant, randomDigits, randomLetters } from '../cashier-merchant.ts';
import { rfc3339 } from '../china-time.ts';
import type { SealedNotice } from '../deliver-notices.ts';
import { signatureHeaders } from './sign-answer.ts';
import { describeTransaction } from './wechat-orders.ts';

/** On the way: only the first delivery is bad, and a good one follows by the schedule, as with the real service. */
const TRANSPORT_FAULTS = ['wrong_serial', 'signtest', 'altered_body', 'bad_tag', 'stale_timestamp'] as const;
/** In what is said: every delivery says it. */
const CONTENT_FAULTS = ['wrong_amount', 'wrong_currency', 'wrong_app', 'wrong_merchant'] as const;
/** In when and how often it comes. `coupon`: genuine, with `payer_total` below `total`. */
const TIMING_FAULTS = ['lost', 'twice', 'twin', 'delayed', 'coupon'] as const;

export const NOTICE_FAULTS = [...TIMING_FAULTS, ...TRANSPORT_FAULTS, ...CONTENT_FAULTS] as const;
export type NoticeFault = (typeof NOTICE_FAULTS)[number];

type Said = Readonly<Record<string, unknown>>;

/** A refund's plaintext has neither app nor currency. https://pay.weixin.qq.com/doc/v3/merchant/4012791865 */
function describeRefund(order: CashierOrder, refund: CashierRefund): Said {
  const payerFen = order.payerFen ?? order.amountFen;
  return {
    mchid: order.mchId,
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.end,
    ...(refund.end === 'SUCCESS' ? { success_time: rfc3339(refund.endsAtMs) } : {}),
    user_received_account: '支付用户零钱',
    amount: {
      total: order.amountFen,
      refund: refund.refundFen,
      payer_total: payerFen,
      payer_refund: Math.round((refund.refundFen * payerFen) / order.amountFen),
    },
  };
}

function spoil(said: Said, fault: string | null): Said {
  const amount = said['amount'] as Said;
  if (fault === 'wrong_amount') {
    return { ...said, amount: { ...amount, ...('refund' in amount ? { refund: 1 } : { total: 1, payer_total: 1 }) } };
  }
  if (fault === 'wrong_currency') return { ...said, amount: { ...amount, currency: 'HKD' } };
  if (fault === 'wrong_app') return { ...said, appid: 'wxffffffffffffffff' };
  if (fault === 'wrong_merchant') return { ...said, mchid: '1999999999' };
  return said;
}

function encrypt(plaintext: string, type: string, apiV3Key: string) {
  const nonce = randomLetters(12);
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce);
  cipher.setAAD(Buffer.from(type));
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    original_type: type,
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: sealed.toString('base64'),
    associated_data: type,
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

const REFUND_SUMMARY = { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭' } as const;

/** What the notice is about, in the words of its envelope and in its own. */
function tell(book: CashierBook, { outTradeNo, outRefundNo }: Delivery) {
  const order = book.order('wechat', outTradeNo);
  if (order === undefined) throw new Error('a notice without its order');
  const refund = book.refundsOf(order).find((one) => one.outRefundNo === outRefundNo);
  if (refund === undefined) {
    const said: Said = describeTransaction(order, 'SUCCESS');
    return { type: 'transaction', event: 'TRANSACTION.SUCCESS', summary: '支付成功', said };
  }
  const summary = REFUND_SUMMARY[refund.end];
  return { type: 'refund', event: `REFUND.${refund.end}`, summary, said: describeRefund(order, refund) };
}

/** The notice of a payment or a refund: encrypted with the merchant's APIv3 key, signed with a platform key. */
export function sealNotice(
  book: CashierBook,
  merchant: CashierMerchant,
  delivery: Delivery,
  nowMs: number,
): SealedNotice {
  const isTransportFault = TRANSPORT_FAULTS.some((one) => one === delivery.fault);
  const fault = isTransportFault && delivery.attempts > 0 ? null : delivery.fault;
  const key = fault === 'bad_tag' ? randomLetters(32) : merchant.apiV3Key;
  const { type, event, summary, said } = tell(book, delivery);
  const body = JSON.stringify({
    id: delivery.eventId,
    create_time: rfc3339(delivery.happenedAtMs),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary,
    resource: encrypt(JSON.stringify(spoil(said, fault)), type, key),
  });
  const signedAtMs = fault === 'stale_timestamp' ? nowMs - 302_000 : nowMs;
  const headers = signatureHeaders(merchant.platformPublicKey, body, signedAtMs);
  if (fault === 'wrong_serial') headers['Wechatpay-Serial'] = `PUB_KEY_ID_01${randomDigits(28)}`;
  if (fault === 'signtest') {
    headers['Wechatpay-Signature'] = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']?.slice(19)}`;
  }
  return {
    url: delivery.url,
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
