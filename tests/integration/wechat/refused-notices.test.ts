import { describe, expect, it } from 'vitest';
import type { HeaderValues } from '../../../shared/payments/wechat/signature-headers.ts';
import { verifyNotice } from '../../../shared/payments/wechat/verify-notice.ts';
import { EXPECT, envelope, type Json, KEYS, NOW_MS, refundNotice, seal, signed, TRANSACTION } from './signed-notice.ts';

type Sent = ReturnType<typeof signed>;

/** What the operator reads of it. */
const refusalOf = (sent: { headers: HeaderValues; rawBody: Uint8Array }) =>
  verifyNotice({ ...sent, nowMs: NOW_MS, keys: KEYS, expect: EXPECT });

const genuine = signed(envelope());
const withHeaders = (over: HeaderValues) => ({ ...genuine, headers: { ...genuine.headers, ...over } });

describe('a notice that WeChat Pay need not have signed says so, and', () => {
  it.each(['Timestamp', 'Nonce', 'Serial', 'Signature'])('what is wrong with its %s', (suffix) => {
    const [name, key] = [`Wechatpay-${suffix}`, `wechatpay-${suffix.toLowerCase()}`];
    const value = genuine.headers[name] ?? '';
    for (const [detail, over] of [
      [`${key} is missing`, { [name]: undefined }],
      [`${key} does not occur once`, { [name]: [] }],
      [`${key} does not occur once`, { [name]: [value, value] }],
      [`${key} does not occur once`, { [key]: value }],
      [`${key} has not the right form`, { [name]: ` ${value}` }],
    ] as const) {
      expect(refusalOf(withHeaders(over))).toEqual({ ok: false, reason: 'malformed', detail, authentic: false });
    }
  });

  it.each<[string, string, HeaderValues]>([
    ['malformed', 'wechatpay-signature is not base64', { 'Wechatpay-Signature': 'AAAAB' }],
    [
      'malformed',
      'wechatpay-signature-type is not the algorithm that is agreed',
      { 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' },
    ],
    ['unknown_serial', 'wechatpay-serial names no key that is configured', { 'Wechatpay-Serial': '5DEA10EF' }],
    ['bad_signature', 'wechatpay-signature does not fit the body', { 'Wechatpay-Nonce': 'x' }],
    ['stale', 'wechatpay-timestamp is more than 300 s from now', signed(envelope(), NOW_MS - 301_000).headers],
  ])('is %s because %s', (reason, detail, over) => {
    expect(refusalOf(withHeaders(over))).toEqual({ ok: false, reason, detail, authentic: false });
  });
});

const sealed = (resource: Json, over: Json = {}) =>
  signed({ ...envelope(), ...over, resource: { ...seal(JSON.stringify(TRANSACTION)), ...resource } });
const about = (over: Json) => signed(envelope({ ...TRANSACTION, ...over }));

describe('a notice that WeChat Pay signed says so, and', () => {
  it.each<[string, string, Sent]>([
    ['malformed', 'body: the object is not valid', signed('null')],
    ['malformed', 'body: resource.nonce is not valid', sealed({ nonce: '' })],
    ['bad_tag', 'resource does not open with the APIv3 key', sealed({ associated_data: 'x' })],
    ['malformed', 'resource.original_type is not transaction', sealed({ original_type: 'refund' })],
    ['malformed', 'resource.original_type is not refund', sealed({}, { event_type: 'REFUND.CLOSED' })],
    ['malformed', 'transaction: the object is not valid', sealed(seal('plain'))],
    ['malformed', 'transaction: amount.total is not valid', about({ amount: { currency: 'CNY' } })],
    ['not_success', 'trade_state is not SUCCESS', about({ trade_state: 'NOTPAY' })],
    ['wrong_merchant', 'mchid is not ours', about({ mchid: '1900000002' })],
    ['wrong_app', 'appid is not ours', about({ appid: 'wx0000000000000000' })],
    ['malformed', 'refund: amount.refund is not valid', refundNotice({ amount: { total: 9900 } })],
    ['malformed', 'refund: refund_status is not what event_type says', refundNotice({ refund_status: 'CLOSED' })],
    ['wrong_merchant', 'mchid is not ours', refundNotice({ mchid: '1900000002' })],
  ])('is %s because %s', (reason, detail, sent) => {
    expect(refusalOf(sent)).toEqual({ ok: false, reason, detail, authentic: true });
  });
});
