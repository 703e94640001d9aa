import type { KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import type { PaymentNotice, RefundNotice } from '../channel.ts';
import { firstPath } from '../first-path.ts';
import { readJson } from '../read-json.ts';
import { decryptResource, NONCE_BYTES } from './decrypt-resource.ts';
import { NotifiedRefund, toRefundNotice } from './refund.ts';
import type { HeaderValues } from './signature-headers.ts';
import { Transaction, toPaymentNotice } from './transaction.ts';
import { type PlatformKeys, type SignatureRefusal, verifySignature } from './verify-signature.ts';

export interface VerifyingKeys {
  readonly apiV3Key: KeyObject;
  readonly platformKeys: PlatformKeys;
}

export interface NoticeInput {
  readonly headers: HeaderValues;
  /** As received, before any decoding of text: a body that was parsed and written again has another signature. */
  readonly rawBody: Uint8Array;
  readonly nowMs: number;
  readonly keys: VerifyingKeys;
  readonly expect: { readonly mchId: string; readonly appId: string };
}

export type NoticeRefusal = SignatureRefusal | 'bad_tag' | 'not_success' | 'wrong_merchant' | 'wrong_app';

/**
 * `refund` is news of a refund and never a payment; `other` is authentic and neither (SECURITY_ECHO.SUCCESS). `detail` names the
 * field and the rule, never a value. `authentic` says whether WeChat Pay signed it.
 */
export type NoticeVerdict =
  | { readonly ok: true; readonly kind: 'payment'; readonly notice: PaymentNotice }
  | { readonly ok: true; readonly kind: 'refund'; readonly notice: RefundNotice }
  | { readonly ok: true; readonly kind: 'other' }
  | { readonly ok: false; readonly reason: NoticeRefusal; readonly detail: string; readonly authentic: boolean };

const PAID_EVENT = 'TRANSACTION.SUCCESS';
/** What `refund_status` must be inside; an event that says one thing and holds another is none. */
const REFUND_EVENTS: Readonly<Record<string, string>> = {
  'REFUND.SUCCESS': 'SUCCESS',
  'REFUND.ABNORMAL': 'ABNORMAL',
  'REFUND.CLOSED': 'CLOSED',
};

const Envelope = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  event_type: z.string().check(z.minLength(1), z.maxLength(64)),
  resource_type: z.literal('encrypt-resource'),
  resource: z.object({
    original_type: z.string().check(z.minLength(1), z.maxLength(32)),
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string().check(
      z.regex(/^[0-9A-Za-z+/]*={0,2}$/),
      z.refine((text) => text.length % 4 === 0),
    ),
    associated_data: z._default(z.string().check(z.maxLength(16)), ''),
    nonce: z.string().check(z.refine((nonce) => Buffer.byteLength(nonce) === NONCE_BYTES)),
  }),
});

function refused(reason: NoticeRefusal, detail: string, authentic: boolean): NoticeVerdict {
  return { ok: false, reason, detail, authentic };
}

type Expected = NoticeInput['expect'];

function readPayment(plaintext: Uint8Array, noticeId: string, expect: Expected): NoticeVerdict {
  const transaction = z.safeParse(Transaction, readJson(plaintext));
  if (!transaction.success) {
    return refused('malformed', `transaction: ${firstPath(transaction.error)} is not valid`, true);
  }
  if (transaction.data.trade_state !== 'SUCCESS') return refused('not_success', 'trade_state is not SUCCESS', true);
  if (transaction.data.mchid !== expect.mchId) return refused('wrong_merchant', 'mchid is not ours', true);
  if (transaction.data.appid !== expect.appId) return refused('wrong_app', 'appid is not ours', true);
  return { ok: true, kind: 'payment', notice: { ...toPaymentNotice(transaction.data), noticeId } };
}

function readRefund(plaintext: Uint8Array, noticeId: string, expect: Expected, status: string): NoticeVerdict {
  const refund = z.safeParse(NotifiedRefund, readJson(plaintext));
  if (!refund.success) return refused('malformed', `refund: ${firstPath(refund.error)} is not valid`, true);
  if (refund.data.refund_status !== status) {
    return refused('malformed', 'refund: refund_status is not what event_type says', true);
  }
  if (refund.data.mchid !== expect.mchId) return refused('wrong_merchant', 'mchid is not ours', true);
  return { ok: true, kind: 'refund', notice: toRefundNotice(refund.data, noticeId) };
}

/**
 * Is this a payment, or a refund, that WeChat Pay notifies, to this merchant and this app? In a fixed order, each step only
 * on what the one before has proved: headers, algorithm, key, signature, time, envelope, tag, event, transaction, merchant,
 * app. The order's own amount and currency are the caller's to compare.
 */
export function verifyNotice({ headers, rawBody, nowMs, keys, expect }: NoticeInput): NoticeVerdict {
  const signature = verifySignature(headers, rawBody, keys.platformKeys, nowMs);
  if (!signature.ok) return refused(signature.reason, signature.detail, false);

  const envelope = z.safeParse(Envelope, readJson(rawBody));
  if (!envelope.success) return refused('malformed', `body: ${firstPath(envelope.error)} is not valid`, true);
  const { id, event_type: eventType, resource } = envelope.data;

  const plaintext = decryptResource(resource, keys.apiV3Key);
  if (plaintext === undefined) return refused('bad_tag', 'resource does not open with the APIv3 key', true);
  const refundStatus = Object.hasOwn(REFUND_EVENTS, eventType) ? REFUND_EVENTS[eventType] : undefined;
  if (eventType !== PAID_EVENT && refundStatus === undefined) return { ok: true, kind: 'other' };
  const type = refundStatus === undefined ? 'transaction' : 'refund';
  if (resource.original_type !== type) return refused('malformed', `resource.original_type is not ${type}`, true);
  return refundStatus === undefined
    ? readPayment(plaintext, id, expect)
    : readRefund(plaintext, id, expect, refundStatus);
}
