import { createCipheriv, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HeaderValues } from '../../../shared/payments/wechat/signature-headers.ts';
import { type NoticeInput, type NoticeVerdict, verifyNotice } from '../../../shared/payments/wechat/verify-notice.ts';
import {
  API_V3_KEY,
  EXPECT,
  envelope,
  type Json,
  KEYS,
  NOW_MS,
  oracle,
  platformPrivateKey,
  REFUND,
  refundNotice,
  SERIAL,
  seal,
  signed,
  TRANSACTION,
} from './signed-notice.ts';

function verdictOf(
  sent: { headers: HeaderValues; rawBody: Uint8Array },
  over: Partial<NoticeInput> = {},
): NoticeVerdict {
  return verifyNotice({ ...sent, nowMs: NOW_MS, keys: KEYS, expect: EXPECT, ...over });
}

function reasonOf(sent: { headers: HeaderValues; rawBody: Uint8Array }, over: Partial<NoticeInput> = {}): string {
  const verdict = verdictOf(sent, over);
  return verdict.ok ? 'ok' : verdict.reason;
}

const without = (object: Json, name: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([k]) => k !== name));

describe('a genuine notice', () => {
  it('is taken, and tells no more than ids, amount, time and who paid', () => {
    expect(verdictOf(signed(envelope()))).toEqual({
      ok: true,
      kind: 'payment',
      notice: {
        channel: 'wechat',
        outTradeNo: 'ord_01JD0000000000000000000000',
        transactionId: '4200001234202611231234567890',
        amountFen: 9900,
        currency: 'CNY',
        merchantId: EXPECT.mchId,
        appId: EXPECT.appId,
        paidAtMs: Date.parse('2026-11-23T09:59:58+08:00'),
        noticeId: 'EV-2026112310000000001',
        payerId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      },
    });
  });

  it.each([undefined, null, {}, { openid: '' }, { openid: 7 }, 'o'])('is taken whoever paid: %o', (payer) => {
    const verdict = verdictOf(signed(envelope({ ...TRANSACTION, payer })));
    expect(verdict).toMatchObject({ ok: true, kind: 'payment' });
    expect(JSON.stringify(verdict)).not.toContain('payerId');
  });

  it('is taken with header names in any case, values as arrays of one, and no signature type', () => {
    const { headers, rawBody } = signed(envelope());
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]));
    expect(reasonOf({ headers: lower, rawBody })).toBe('ok');
    expect(reasonOf({ headers: without(headers, 'Wechatpay-Signature-Type') as HeaderValues, rawBody })).toBe('ok');
    expect(reasonOf({ headers: { ...headers, 'Wechatpay-Signature-Type': undefined }, rawBody })).toBe('ok');
  });

  it('is taken with fields that are not known yet, and with empty associated data', () => {
    const resource = seal(JSON.stringify({ ...TRANSACTION, new_field: { a: [1, { b: 2 }] } }), undefined, '');
    expect(reasonOf(signed({ ...envelope(), new_field: 'x', resource }))).toBe('ok');
  });

  it('counts the whole price when a coupon lowered what was paid', () => {
    const amount = { total: 9900, payer_total: 8900, currency: 'CNY', payer_currency: 'CNY' };
    expect(verdictOf(signed(envelope({ ...TRANSACTION, amount })))).toMatchObject({ notice: { amountFen: 9900 } });
  });

  it('is verified over the bytes that came: other spacing under the same signature is another body', () => {
    const spaced = JSON.stringify(envelope(), null, 2);
    expect(reasonOf(signed(spaced))).toBe('ok');
    expect(reasonOf({ ...signed(spaced), rawBody: Buffer.from(JSON.stringify(envelope())) })).toBe('bad_signature');
  });
});

describe('the headers', () => {
  const names = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature'];

  it.each(names)('%s missing, empty or twice is malformed', (name) => {
    const { headers, rawBody } = signed(envelope());
    const value = headers[name] ?? '';
    expect(reasonOf({ headers: without(headers, name) as HeaderValues, rawBody })).toBe('malformed');
    for (const bad of ['', [], [value, value], `${value}, ${value}`, `${value},${value}`, ` ${value}`, `${value}\n`]) {
      expect(reasonOf({ headers: { ...headers, [name]: bad }, rawBody }), JSON.stringify(bad)).toBe('malformed');
    }
    expect(reasonOf({ headers: { ...headers, [name.toUpperCase()]: value }, rawBody })).toBe('malformed');
  });

  it('Wechatpay-Signature-Type, which may be missing, is malformed when it is there twice, alike or not', () => {
    const { headers, rawBody } = signed(envelope());
    const type = headers['Wechatpay-Signature-Type'] ?? '';
    for (const bad of [[type, type], [], `${type}, ${type}`, 'x'.repeat(2000)])
      expect(reasonOf({ headers: { ...headers, 'Wechatpay-Signature-Type': bad }, rawBody })).toBe('malformed');
    expect(reasonOf({ headers: { ...headers, 'wechatpay-signature-type': type }, rawBody })).toBe('malformed');
  });

  it.each([
    ['Wechatpay-Timestamp', String(NOW_MS / 1000 + 1), 'bad_signature'],
    ['Wechatpay-Nonce', 'FcXRCtvgXxAeZ6BHPFBIPhCz7VZmRVVk', 'bad_signature'],
    ['Wechatpay-Serial', `${SERIAL}0`, 'unknown_serial'],
    ['Wechatpay-Serial', '__proto__', 'unknown_serial'],
    ['Wechatpay-Timestamp', '1e9', 'malformed'],
    ['Wechatpay-Timestamp', '-1', 'malformed'],
    ['Wechatpay-Timestamp', `0${NOW_MS / 1000}`, 'malformed'],
    ['Wechatpay-Signature', 'AAAA', 'bad_signature'],
    ['Wechatpay-Signature', '*'.repeat(344), 'malformed'],
    ['Wechatpay-Signature-Type', 'WECHATPAY2-SM2-WITH-SM3', 'malformed'],
    ['Wechatpay-Signature-Type', 'wechatpay2-sha256-rsa2048', 'malformed'],
    ['Wechatpay-Signature-Type', '', 'malformed'],
  ])('%s altered to %s is %s', (name, value, reason) => {
    const { headers, rawBody } = signed(envelope());
    expect(reasonOf({ headers: { ...headers, [name]: value }, rawBody })).toBe(reason);
  });

  it("the vendor's probe with a deliberately wrong signature is a wrong signature", () => {
    const { headers, rawBody } = signed(envelope());
    const probe = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']?.slice(19)}`;
    expect(reasonOf({ headers: { ...headers, 'Wechatpay-Signature': probe }, rawBody })).toBe('bad_signature');
  });
});

describe('the keys', () => {
  it('a certificate can stand beside the public key: the serial says which one signed', () => {
    const second = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = { ...KEYS, platformKeys: new Map([...KEYS.platformKeys, ['5DEA10EF', second.publicKey]]) };
    const { headers, rawBody } = signed(envelope());
    expect(reasonOf({ headers, rawBody }, { keys })).toBe('ok');
    const message = oracle.Formatter.response(
      headers['Wechatpay-Timestamp'] ?? '',
      headers['Wechatpay-Nonce'] ?? '',
      rawBody.toString(),
    );
    const signature = oracle.Rsa.sign(message, second.privateKey);
    const bySecond = { ...headers, 'Wechatpay-Serial': '5DEA10EF', 'Wechatpay-Signature': signature };
    expect(reasonOf({ headers: bySecond, rawBody }, { keys })).toBe('ok');
    expect(reasonOf({ headers: { ...bySecond, 'Wechatpay-Serial': SERIAL }, rawBody }, { keys })).toBe('bad_signature');
  });

  it('another APIv3 key does not open the resource', () => {
    const keys = { ...KEYS, apiV3Key: createSecretKey(Buffer.alloc(32, 'k')) };
    expect(verdictOf(signed(envelope()), { keys })).toMatchObject({ reason: 'bad_tag', authentic: true });
  });
});

type Verify = typeof verifyNotice;

/** Reasons by age in seconds; the same check for the real verifier and for one that forgot the clock. */
function reasonsByAge(verify: Verify): Record<string, string> {
  const sent = signed(envelope());
  const reasons: Record<string, string> = {};
  for (const ageSeconds of [-3600, -301, -300, 0, 300, 301, 3600]) {
    const verdict = verify({ ...sent, nowMs: NOW_MS + ageSeconds * 1000, keys: KEYS, expect: EXPECT });
    reasons[ageSeconds] = verdict.ok ? 'ok' : verdict.reason;
  }
  return reasons;
}

const AGES = {
  '-3600': 'stale',
  '-301': 'stale',
  '-300': 'ok',
  '0': 'ok',
  '300': 'ok',
  '301': 'stale',
  '3600': 'stale',
};

describe('the clock', () => {
  it('a notice counts within 300 s of now, before or after, and no longer', () => {
    expect(reasonsByAge(verifyNotice)).toEqual(AGES);
  });

  it('would be caught if it were not looked at', () => {
    const withoutClock: Verify = (input) =>
      verifyNotice({
        ...input,
        nowMs: Number((input.headers as Record<string, string>)['Wechatpay-Timestamp']) * 1000,
      });
    expect(reasonsByAge(withoutClock)).not.toEqual(AGES);
  });

  it('a clock that is no number refuses', () => {
    expect(reasonOf(signed(envelope()), { nowMs: Number.NaN })).toBe('stale');
  });
});

describe('the body, signed as it is', () => {
  const top = envelope();
  const resource = top['resource'] as Json;

  it.each(['id', 'event_type', 'resource_type', 'resource'])('%s missing or of another type is malformed', (name) => {
    expect(reasonOf(signed(without(top, name)))).toBe('malformed');
    for (const bad of [null, 1, true, [], {}, '']) expect(reasonOf(signed({ ...top, [name]: bad }))).toBe('malformed');
  });

  it.each(['original_type', 'algorithm', 'ciphertext', 'nonce'])(
    'resource.%s missing or of another type is malformed',
    (name) => {
      expect(reasonOf(signed({ ...top, resource: without(resource, name) }))).toBe('malformed');
      for (const bad of [null, 1, [], {}, 'short"']) {
        expect(reasonOf(signed({ ...top, resource: { ...resource, [name]: bad } }))).toBe('malformed');
      }
    },
  );

  it.each([
    ['algorithm', 'AEAD_AES_128_GCM', 'malformed'],
    ['algorithm', 'AEAD_SM4_GCM', 'malformed'],
    ['original_type', 'refund', 'malformed'],
    ['nonce', 'uluk4a9R25R', 'malformed'],
    ['nonce', 'uluk4a9R25R中', 'malformed'],
    ['nonce', 'uluk4a9R25RX', 'bad_tag'],
    ['associated_data', 'refund', 'bad_tag'],
    ['associated_data', 'x'.repeat(17), 'malformed'],
    ['ciphertext', '', 'bad_tag'],
    ['ciphertext', 'AAAA', 'bad_tag'],
    ['ciphertext', 'not base64!', 'malformed'],
  ])('resource.%s = %s is %s', (name, value, reason) => {
    expect(reasonOf(signed({ ...top, resource: { ...resource, [name]: value } }))).toBe(reason);
  });

  it('resource.associated_data is bad_tag when it is missing, and malformed of another type', () => {
    expect(reasonOf(signed({ ...top, resource: without(resource, 'associated_data') }))).toBe('bad_tag');
    for (const bad of [null, 1, [], {}])
      expect(reasonOf(signed({ ...top, resource: { ...resource, associated_data: bad } }))).toBe('malformed');
  });

  it.each(Object.keys(top))('%s twice, alike or not, is malformed', (name) => {
    const text = JSON.stringify(top);
    for (const again of [JSON.stringify(top[name]), '""'])
      expect(reasonOf(signed(text.replace('{', `{"${name}":${again},`)))).toBe('malformed');
  });

  it.each(Object.keys(resource))('resource.%s twice, alike or not, is malformed', (name) => {
    const text = JSON.stringify(top);
    for (const again of [JSON.stringify(resource[name]), '""'])
      expect(reasonOf(signed(text.replace('"resource":{', `"resource":{"${name}":${again},`)))).toBe('malformed');
  });

  it.each(['id', 'event_type', 'resource_type'])('%s of 65 characters is malformed', (name) => {
    expect(reasonOf(signed({ ...top, [name]: 'x'.repeat(65) }))).toBe('malformed');
  });

  it.each(['original_type', 'algorithm', 'associated_data', 'nonce', 'ciphertext'])(
    'resource.%s of 65 characters is malformed',
    (name) => {
      expect(reasonOf(signed({ ...top, resource: { ...resource, [name]: 'x'.repeat(65) } }))).toBe('malformed');
    },
  );

  it.each(['', 'null', '[]', '"text"', '{', '{}x', `\ufeff${JSON.stringify(top)}`])('%j is malformed', (body) => {
    expect(verdictOf(signed(body))).toMatchObject({ reason: 'malformed', authentic: true });
  });

  it('bytes that are not UTF-8, a field given twice, or more than 64 KiB are malformed', () => {
    const text = JSON.stringify(top);
    expect(reasonOf(signed(text.replace('{', '{"id":"EV-0",')))).toBe('malformed');
    expect(reasonOf(signed(text.replace('"nonce"', '"nonce":"uluk4a9R25RW","nonce"')))).toBe('malformed');
    expect(reasonOf(signed({ ...top, pad: 'x'.repeat(66_000) }))).toBe('malformed');
    expect(reasonOf(signed('['.repeat(60_000)))).toBe('malformed');
    const { rawBody } = signed(top);
    const broken = Buffer.concat([rawBody.subarray(0, 8), Buffer.from([0xff]), rawBody.subarray(8)]);
    const message = Buffer.concat([Buffer.from(`${NOW_MS / 1000}\nn\n`), broken, Buffer.from('\n')]);
    const headers: Record<string, string> = { ...signed('').headers, 'Wechatpay-Nonce': 'n' };
    headers['Wechatpay-Signature'] = oracle.Rsa.sign(message, platformPrivateKey);
    expect(reasonOf({ headers, rawBody: broken })).toBe('malformed');
  });

  it.each(['SECURITY_ECHO.SUCCESS', 'transaction.success', 'REFUND.UNKNOWN', 'PAYSCORE.USER_PAID', 'constructor'])(
    '%s is genuine, and neither a payment nor a refund',
    (type) => {
      expect(verdictOf(signed({ ...top, event_type: type }))).toEqual({ ok: true, kind: 'other' });
    },
  );

  it.each(['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'])('%s about a transaction is malformed', (type) => {
    expect(reasonOf(signed({ ...top, event_type: type }))).toBe('malformed');
  });
});

/** As a sender in another charset would seal it. */
function sealBytes(plaintext: Buffer): Json {
  const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, 'uluk4a9R25RW').setAAD(Buffer.from('transaction'));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { ...seal(''), ciphertext: sealed.toString('base64') };
}

/** Long enough to be no field of WeChat's, and within 64 KiB when sealed. */
const LONG = 'x'.repeat(20_000);

describe('news of a refund', () => {
  it.each([
    ['SUCCESS', 'succeeded'],
    ['ABNORMAL', 'abnormal'],
    ['CLOSED', 'closed'],
  ])('that it is %s says so, with its numbers and amount, and is no payment', (status, state) => {
    expect(verdictOf(refundNotice({ refund_status: status }, `REFUND.${status}`))).toEqual({
      ok: true,
      kind: 'refund',
      notice: {
        channel: 'wechat',
        outTradeNo: 'ord_01JD0000000000000000000000',
        outRefundNo: 'ref_01JD0000000000000000000000',
        state,
        refundFen: 4900,
        noticeId: 'EV-2026112310000000001',
      },
    });
  });

  it('is never a payment, even when it carries all that a payment does', () => {
    const both = { ...TRANSACTION, ...REFUND, amount: { total: 9900, refund: 9900, currency: 'CNY' } };
    expect(verdictOf(refundNotice(both))).toMatchObject({ kind: 'refund' });
    const asPayment = { ...seal(JSON.stringify(both)), original_type: 'refund' };
    expect(reasonOf(signed({ ...envelope(), resource: asPayment }))).toBe('malformed');
    expect(reasonOf(signed(envelope(REFUND)))).toBe('malformed');
  });

  it('must say inside what its event says', () => {
    expect(reasonOf(refundNotice({ refund_status: 'CLOSED' }))).toBe('malformed');
    expect(reasonOf(refundNotice({ refund_status: 'PROCESSING' }))).toBe('malformed');
    expect(reasonOf(refundNotice({}, 'REFUND.CLOSED'))).toBe('malformed');
  });

  it('of another merchant is not ours', () => {
    expect(reasonOf(refundNotice({ mchid: '1900000002' }))).toBe('wrong_merchant');
  });

  it.each(['mchid', 'out_trade_no', 'out_refund_no', 'refund_status', 'amount'])(
    'without %s, or with it in another type, empty, oversized or twice, is malformed',
    (name) => {
      for (const bad of [undefined, null, 1, true, [], {}, '', 'x'.repeat(65)]) {
        expect(reasonOf(refundNotice({ [name]: bad })), JSON.stringify(bad)).toBe('malformed');
      }
      const twice = JSON.stringify(REFUND).replace('{', `{"${name}":${JSON.stringify(REFUND[name])},`);
      const resource = { ...seal(twice), original_type: 'refund' };
      expect(reasonOf(signed({ ...envelope(), event_type: 'REFUND.SUCCESS', resource }))).toBe('malformed');
    },
  );

  it.each([0, -1, 49.5, '4900', null, undefined, [], 1e300])('of %j fen, or of that total, is malformed', (fen) => {
    expect(reasonOf(refundNotice({ amount: { total: 9900, refund: fen } }))).toBe('malformed');
    expect(reasonOf(refundNotice({ amount: { total: fen, refund: 4900 } }))).toBe('malformed');
  });

  it.each(['transaction_id', 'refund_id', 'success_time', 'user_received_account'])(
    'is the same whatever %s says, which nothing relies on',
    (name) => {
      const usual = verdictOf(refundNotice());
      for (const other of [undefined, null, 1, [], {}, '', '100% %41 招商银行', LONG])
        expect(verdictOf(refundNotice({ [name]: other }))).toEqual(usual);
    },
  );
});

describe('the transaction inside', () => {
  const reason = (over: Json) => reasonOf(signed(envelope({ ...TRANSACTION, ...over })));
  const relied = ['mchid', 'appid', 'out_trade_no', 'transaction_id', 'trade_state', 'success_time', 'amount'];

  it.each(relied)('%s missing, of another type, empty, oversized or twice is malformed', (name) => {
    expect(reasonOf(signed(envelope(without(TRANSACTION, name))))).toBe('malformed');
    for (const bad of [null, 1, true, [], {}, '', 'x'.repeat(65)]) expect(reason({ [name]: bad })).toBe('malformed');
    const value = JSON.stringify(TRANSACTION[name]);
    const twice = JSON.stringify(TRANSACTION).replace('{', `{"${name}":${value},`);
    expect(reasonOf(signed({ ...envelope(), resource: seal(twice) }))).toBe('malformed');
  });

  it.each([0, -9900, 99.5, '9900', null, undefined, 1e300, true])('an amount of %j is malformed', (total) => {
    expect(reason({ amount: { total, currency: 'CNY' } })).toBe('malformed');
  });

  it.each([undefined, null, '', 156, 'x'.repeat(17)])('a currency of %j is malformed', (currency) => {
    expect(reason({ amount: { total: 9900, currency } })).toBe('malformed');
  });

  it.each(['total', 'currency'])('amount.%s twice, alike or not, is malformed', (name) => {
    const text = JSON.stringify(TRANSACTION);
    for (const again of [JSON.stringify((TRANSACTION['amount'] as Json)[name]), '1']) {
      const twice = text.replace('"amount":{', `"amount":{"${name}":${again},`);
      expect(reasonOf(signed({ ...envelope(), resource: seal(twice) }))).toBe('malformed');
    }
  });

  it.each(['trade_type', 'trade_state_desc', 'bank_type', 'attach', 'promotion_detail'])(
    'is the same whatever %s says, which nothing relies on',
    (name) => {
      const usual = verdictOf(signed(envelope()));
      for (const other of [undefined, null, 1, [], {}, '', '100% %41 &amp; 衣影', LONG])
        expect(verdictOf(signed(envelope({ ...TRANSACTION, [name]: other })))).toEqual(usual);
    },
  );

  it('in GBK is malformed, though sealed with the right key', () => {
    const text = JSON.stringify({ ...TRANSACTION, trade_state_desc: '??' });
    const at = text.indexOf('??');
    // 支付
    const desc = Buffer.from([0xd6, 0xa7, 0xb8, 0xb6]);
    const gbk = Buffer.concat([Buffer.from(text.slice(0, at)), desc, Buffer.from(text.slice(at + 2))]);
    expect(reasonOf(signed({ ...envelope(), resource: sealBytes(Buffer.from(text)) }))).toBe('ok');
    expect(reasonOf(signed({ ...envelope(), resource: sealBytes(gbk) }))).toBe('malformed');
  });

  it.each(['yesterday', '2026-11-23', '2026-11-23T09:59:58', '2026-13-23T09:59:58+08:00'])(
    'a time of %s is malformed',
    (time) => {
      expect(reason({ success_time: time })).toBe('malformed');
    },
  );

  it.each(['NOTPAY', 'CLOSED', 'REFUND', 'PAYERROR', 'success'])('the state %s is no success', (state) => {
    expect(reason({ trade_state: state })).toBe('not_success');
  });

  it('another merchant, another app', () => {
    expect(reason({ mchid: '1900000002' })).toBe('wrong_merchant');
    expect(reason({ appid: 'wx0000000000000000' })).toBe('wrong_app');
    expect(reasonOf(signed(envelope()), { expect: { ...EXPECT, mchId: '2' } })).toBe('wrong_merchant');
  });

  it('text that is no JSON, though sealed with the right key, is malformed', () => {
    expect(reasonOf(signed({ ...envelope(), resource: seal('plain') }))).toBe('malformed');
  });
});

describe('the order of the checks', () => {
  it('nothing is parsed or opened before the signature is right', () => {
    const keys = {
      platformKeys: KEYS.platformKeys,
      get apiV3Key(): never {
        throw new Error('the key was touched');
      },
    };
    const { headers } = signed(envelope());
    expect(reasonOf({ headers, rawBody: Buffer.from('not json') }, { keys })).toBe('bad_signature');
  });

  it('details name fields and rules, never a value', () => {
    const secretive = { ...TRANSACTION, out_trade_no: ['13800138000'] };
    const verdict = verdictOf(signed(envelope(secretive)));
    expect(verdict).toMatchObject({ reason: 'malformed', detail: 'transaction: out_trade_no is not valid' });
    expect(JSON.stringify(verdict)).not.toContain('13800138000');
  });
});
