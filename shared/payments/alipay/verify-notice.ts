import * as z from 'zod/mini';
import type { PaymentNotice, RefundNotice } from '../channel.ts';
import { fromChinaTime } from '../china-time.ts';
import { firstPath } from '../first-path.ts';
import { MERCHANT_NUMBER } from '../merchant-number.ts';
import { yuanToFen } from '../yuan.ts';
import { buyerOf } from './buyer-of.ts';
import { contentToSign } from './content-to-sign.ts';
import { readForm } from './read-form.ts';
import { verifyRsa2 } from './verify-rsa2.ts';
import type { AlipayExpected } from './verifying-config.ts';

export type AlipayNoticeRefusal = 'malformed' | 'bad_signature' | 'wrong_merchant' | 'wrong_app';

/**
 * `refund` is news of a refund and never a payment; `other` is authentic and neither (a trade that waits, or was closed unpaid).
 * `detail` names the field and the rule, never a value.
 */
export type AlipayNoticeVerdict =
  | { readonly ok: true; readonly kind: 'payment'; readonly notice: PaymentNotice }
  | { readonly ok: true; readonly kind: 'refund'; readonly notice: RefundNotice }
  | { readonly ok: true; readonly kind: 'other' }
  | { readonly ok: false; readonly reason: AlipayNoticeRefusal; readonly detail: string; readonly authentic: boolean };

export interface AlipayNoticeInput {
  /** As received, before any decoding. */
  readonly rawBody: Uint8Array;
  readonly expect: AlipayExpected;
}

const id = (max: number) => z.string().check(z.regex(/^[\x21-\x7e]+$/), z.maxLength(max));
const time = z.string().check(z.refine((text) => fromChinaTime(text) !== undefined));

/** What every notice about a trade has. */
const Trade = z.object({
  notify_id: id(128),
  notify_type: z.literal('trade_status_sync'),
  app_id: id(32),
  seller_id: id(32),
  out_trade_no: z.string().check(z.regex(MERCHANT_NUMBER)),
  trade_no: id(64),
  trade_status: z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']),
  total_amount: z.string().check(z.refine((text) => (yuanToFen(text) ?? 0) >= 1)),
  refund_fee: z.optional(z.string().check(z.refine((text) => (yuanToFen(text) ?? -1) >= 0))),
  gmt_refund: z.optional(z.string()),
  out_biz_no: z.optional(z.string()),
  buyer_id: z.optional(z.string()),
  buyer_open_id: z.optional(z.string()),
});
type Trade = z.infer<typeof Trade>;

const Paid = z.object({ gmt_payment: time });
const Refunded = z.object({ out_biz_no: id(64) });

function refused(reason: AlipayNoticeRefusal, detail: string, authentic: boolean): AlipayNoticeVerdict {
  return { ok: false, reason, detail, authentic };
}

function notValid(error: z.core.$ZodError): AlipayNoticeVerdict {
  return refused('malformed', `${firstPath(error, 'the form')} is not valid`, true);
}

/**
 * Refunds are notified to the payment's own address, a partial one as TRADE_SUCCESS once more. A payment's notice may carry
 * `refund_fee=0.00` and a closing time (the vendor's own sample does), so neither is a sign of a refund.
 */
function isRefund({ refund_fee: fee, gmt_refund: refundedAt, out_biz_no: number }: Trade): boolean {
  return (fee !== undefined && yuanToFen(fee) !== 0) || refundedAt !== undefined || number !== undefined;
}

/** What `refund_fee` tells is the sum of all refunds of the trade, so this one's amount is left open. */
function readRefund(trade: Trade, fields: object): AlipayNoticeVerdict {
  const refunded = z.safeParse(Refunded, fields);
  if (!refunded.success) return notValid(refunded.error);
  const { notify_id: noticeId, out_trade_no: outTradeNo } = trade;
  const outRefundNo = refunded.data.out_biz_no;
  const notice = { channel: 'alipay', outTradeNo, outRefundNo, state: 'succeeded', noticeId } as const;
  return { ok: true, kind: 'refund', notice };
}

function readPayment(trade: Trade, fields: object): AlipayNoticeVerdict {
  const paid = z.safeParse(Paid, fields);
  if (!paid.success) return notValid(paid.error);
  const notice: PaymentNotice = {
    channel: 'alipay',
    outTradeNo: trade.out_trade_no,
    transactionId: trade.trade_no,
    // Checked above, as is the time.
    amountFen: yuanToFen(trade.total_amount) ?? 0,
    currency: 'CNY',
    merchantId: trade.seller_id,
    appId: trade.app_id,
    paidAtMs: fromChinaTime(paid.data.gmt_payment) ?? 0,
    ...buyerOf(trade.buyer_id, trade.buyer_open_id),
    noticeId: trade.notify_id,
  };
  return { ok: true, kind: 'payment', notice };
}

/**
 * Is this a payment, or a refund, that Alipay notifies, of this app and to this seller? In a fixed order, each step only on what
 * the one before has proved: form, algorithm, signature, fields, app, seller, refund or payment. A notice has no time within which
 * it must come: that it may come twice is the caller's to expect, and the order's amount the caller's to compare.
 */
export function verifyNotice({ rawBody, expect }: AlipayNoticeInput): AlipayNoticeVerdict {
  const form = readForm(rawBody);
  if (form === undefined) return refused('malformed', 'the body is no form in which each name occurs once', false);
  const { sign, sign_type: signType, ...fields } = Object.fromEntries(form);
  if (sign === undefined) return refused('malformed', 'sign is missing', false);
  if (signType !== 'RSA2') return refused('malformed', 'sign_type is not RSA2', false);
  const content = Buffer.from(contentToSign(Object.entries(fields)), 'latin1');
  if (!verifyRsa2(content, sign, expect.alipayPublicKey)) {
    return refused('bad_signature', 'sign does not fit the form', false);
  }
  const trade = z.safeParse(Trade, fields);
  if (!trade.success) return notValid(trade.error);
  if (trade.data.app_id !== expect.appId) return refused('wrong_app', 'app_id is not ours', true);
  if (trade.data.seller_id !== expect.sellerId) return refused('wrong_merchant', 'seller_id is not ours', true);
  if (isRefund(trade.data)) return readRefund(trade.data, fields);
  const status = trade.data.trade_status;
  return status === 'TRADE_SUCCESS' || status === 'TRADE_FINISHED'
    ? readPayment(trade.data, fields)
    : { ok: true, kind: 'other' };
}
