import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AlipayNoticeVerdict, verifyNotice } from '../../../shared/payments/alipay/verify-notice.ts';
import { type AlipayExpected, openVerifyingKey } from '../../../shared/payments/alipay/verifying-config.ts';
import { GENUINE, GENUINE_PUBLIC_KEY } from './genuine-notice.ts';
import {
  alipayPrivateKey,
  EXPECT,
  type Fields,
  formOf,
  NOTICE,
  REFUND_NOTICE,
  SELLER_ID,
  signBytes,
  signedForm,
} from './signed-notice.ts';

const verdictOf = (rawBody: Uint8Array, over: Partial<AlipayExpected> = {}): AlipayNoticeVerdict =>
  verifyNotice({ rawBody, expect: { ...EXPECT, ...over } });

function resultOf(rawBody: Uint8Array, over: Partial<AlipayExpected> = {}): string {
  const verdict = verdictOf(rawBody, over);
  return verdict.ok ? verdict.kind : verdict.reason;
}
const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

describe('a genuine notice', () => {
  it('is taken, and tells no more than ids, amount, time and who paid', () => {
    expect(verdictOf(signedForm())).toEqual({
      ok: true,
      kind: 'payment',
      notice: {
        channel: 'alipay',
        outTradeNo: 'ord_01JD0000000000000000000000',
        transactionId: '2026112322001468450512505578',
        amountFen: 9900,
        currency: 'CNY',
        merchantId: SELLER_ID,
        appId: EXPECT.appId,
        paidAtMs: Date.parse('2026-11-23T09:59:58+08:00'),
        noticeId: '2026112300222095958068450559358070',
        payerId: '2088102534368455',
      },
    });
  });

  it('names who paid by the open id where the app is told no number', () => {
    const { buyer_id: _number, ...rest } = NOTICE;
    const told = { ...rest, buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5' };
    expect(verdictOf(signedForm(told))).toMatchObject({ notice: { payerId: told.buyer_open_id } });
    expect(JSON.stringify(verdictOf(signedForm(rest)))).not.toContain('payerId');
  });

  it("of Alipay's own, from 2019 under its own key, is taken", () => {
    const { app_id: appId = '', seller_id: sellerId = '' } = GENUINE;
    const whom = openVerifyingKey({ appId, sellerId, alipayPublicKey: GENUINE_PUBLIC_KEY });
    expect(verdictOf(formOf(GENUINE), whom)).toMatchObject({
      kind: 'payment',
      notice: { outTradeNo: '20190815155618536-564-57', amountFen: 10 },
    });
    expect(resultOf(formOf({ ...GENUINE, total_amount: '0.11' }), whom)).toBe('bad_signature');
  });

  it('is taken in GBK: the signature is over the bytes, decoded once', () => {
    // 衣影会员, and a text that would change if it were decoded twice
    const subject = Buffer.from([0xd2, 0xc2, 0xd3, 0xb0, 0xbb, 0xe1, 0xd4, 0xb1]);
    const fields = { ...NOTICE, charset: 'GBK', subject, body: '%41%25 100%' };
    expect(resultOf(signedForm(fields))).toBe('payment');
    expect(resultOf(signedForm({ ...NOTICE, subject }))).toBe('payment');
  });

  it('is taken with fields that are not known yet, empty ones, and names that mean something to a program', () => {
    expect(resultOf(signedForm({ ...NOTICE, new_field: 'x=1&y=2', body: '', constructor: 'x' }))).toBe('payment');
    const proto = Object.defineProperty({ ...NOTICE }, '__proto__', { value: 'x', enumerable: true }) as Fields;
    expect(resultOf(signedForm(proto))).toBe('payment');
  });

  it('is taken when the trade is finished, and when a coupon lowered what was paid', () => {
    expect(resultOf(signedForm({ ...NOTICE, trade_status: 'TRADE_FINISHED' }))).toBe('payment');
    const lower = { receipt_amount: '90.00', buyer_pay_amount: '90.00', invoice_amount: '90.00' };
    expect(verdictOf(signedForm({ ...NOTICE, ...lower }))).toMatchObject({ notice: { amountFen: 9900 } });
  });

  it('is taken with a refund of nothing and a closing time, which the sample of the vendor has', () => {
    const fields = { ...NOTICE, refund_fee: '0.00', gmt_close: '2026-11-23 10:00:00' };
    expect(resultOf(signedForm(fields))).toBe('payment');
  });

  it('is taken whatever the order of its fields, and with sign in the middle', () => {
    const fields: Fields = { ...NOTICE, sign_type: 'RSA2', sign: signBytes(bytesOf(NOTICE)) };
    const names = Object.keys(fields).sort((a, b) => b.localeCompare(a));
    const turned = Object.fromEntries(names.map((name) => [name, fields[name] as string]));
    expect(resultOf(formOf(turned))).toBe('payment');
  });
});

const bytesOf = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]));

describe('the signature', () => {
  const sign = signBytes(bytesOf(NOTICE));
  const form = (over: Record<string, string>) => formOf({ ...NOTICE, sign_type: 'RSA2', sign, ...over });

  it('must be there, be base64 in its one spelling, and fit', () => {
    expect(resultOf(formOf({ ...NOTICE, sign_type: 'RSA2' }))).toBe('malformed');
    for (const bad of ['', 'AAAA', ` ${sign}`, `${sign}\n`, sign.replace(/=+$/, ''), `${sign}AAAA`, '*'.repeat(344)]) {
      expect(resultOf(form({ sign: bad })), JSON.stringify(bad)).toBe('bad_signature');
    }
  });

  it.each(['RSA', 'rsa2', 'RSA2 ', '', 'MD5', 'none', 'constructor'])('of the type %j is none', (type) => {
    expect(resultOf(form({ sign_type: type }))).toBe('malformed');
  });

  it('without its type is none, and one by SHA-1 is none although its type says RSA2', () => {
    expect(resultOf(formOf({ ...NOTICE, sign }))).toBe('malformed');
    const text = Object.keys(NOTICE)
      .sort()
      .map((name) => `${name}=${NOTICE[name]}`)
      .join('&');
    const sha1 = createSign('RSA-SHA1').update(text).sign(alipayPrivateKey, 'base64');
    expect(resultOf(form({ sign: sha1 }))).toBe('bad_signature');
  });

  it('of another key is none', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(resultOf(signedForm(), { alipayPublicKey: publicKey })).toBe('bad_signature');
  });

  it('over sign_type too, as other notices have it, is none', () => {
    const withType = signBytes(bytesOf({ ...NOTICE, sign_type: 'RSA2' }));
    expect(resultOf(form({ sign: withType }))).toBe('bad_signature');
  });

  it.each(Object.keys(NOTICE))('covers %s: altered, dropped, emptied, grown or renamed it does not fit', (name) => {
    const value = NOTICE[name] ?? '';
    for (const bad of ['', `${value}0`, ` ${value}`, value.slice(1), 'x'.repeat(1000)]) {
      expect(resultOf(form({ [name]: bad })), JSON.stringify(bad)).toBe('bad_signature');
    }
    expect(resultOf(formOf({ ...without(NOTICE, name), sign_type: 'RSA2', sign }))).toBe('bad_signature');
    const renamed = { ...without(NOTICE, name), [`${name}s`]: value, sign_type: 'RSA2', sign };
    expect(resultOf(formOf(renamed))).toBe('bad_signature');
  });

  it('covers what is added', () => {
    expect(resultOf(form({ passback_params: 'x' }))).toBe('bad_signature');
  });
});

describe('the form', () => {
  const text = signedForm().toString();

  it.each([...Object.keys(NOTICE), 'sign', 'sign_type'])('with %s twice is none, alike or not', (name) => {
    for (const again of [
      `${name}=x`,
      `${name}=${NOTICE[name] ?? ''}`,
      `%${name.charCodeAt(0).toString(16)}${name.slice(1)}=x`,
    ]) {
      expect(resultOf(Buffer.from(`${text}&${again}`))).toBe('malformed');
      expect(resultOf(Buffer.from(`${again}&${text}`))).toBe('malformed');
    }
  });

  it.each(['', '&', '=', 'x', '&x=1', 'x=%', 'x=%4', 'x=%zz', 'x=衣', 'x=\u0000', 'x=a b', '{"x":1}', '=x'])(
    '%j is none',
    (bad) => {
      expect(verdictOf(Buffer.from(bad))).toMatchObject({ reason: 'malformed', authentic: false });
      expect(resultOf(Buffer.from(`${text}&${bad}`))).toBe('malformed');
    },
  );

  it('of more than 64 KiB is none', () => {
    expect(resultOf(signedForm({ ...NOTICE, body: 'x'.repeat(60_000) }))).toBe('payment');
    expect(resultOf(signedForm({ ...NOTICE, body: 'x'.repeat(66_000) }))).toBe('malformed');
  });
});

describe('the trade, signed as it is', () => {
  const relied = ['notify_id', 'notify_type', 'app_id', 'seller_id', 'out_trade_no', 'trade_no', 'trade_status'];

  it.each([...relied, 'total_amount', 'gmt_payment'])(
    '%s missing, empty, of another form or oversized is malformed',
    (name) => {
      expect(resultOf(signedForm(without(NOTICE, name)))).toBe('malformed');
      for (const bad of ['', ' ', '衣', 'x y', 'x'.repeat(200), '\u0000', "' OR '1'='1"]) {
        const verdict = verdictOf(signedForm({ ...NOTICE, [name]: bad }));
        expect(verdict, JSON.stringify(bad)).toEqual({
          ok: false,
          reason: 'malformed',
          detail: `${name} is not valid`,
          authentic: true,
        });
      }
    },
  );

  it.each([...relied, 'total_amount', 'gmt_payment'])('%s in GBK is malformed', (name) => {
    // 衣影
    const gbk = Buffer.from([0xd2, 0xc2, 0xd3, 0xb0]);
    expect(resultOf(signedForm({ ...NOTICE, charset: 'GBK', [name]: gbk }))).toBe('malformed');
  });

  it('a number with % in it is that number, not what it would escape', () => {
    const trade = { trade_no: '2026%41%2500', notify_id: '%26%3D' };
    expect(verdictOf(signedForm({ ...NOTICE, ...trade }))).toMatchObject({
      notice: { transactionId: '2026%41%2500', noticeId: '%26%3D' },
    });
    expect(resultOf(signedForm({ ...NOTICE, out_trade_no: 'ord%5F01JD' }))).toBe('malformed');
  });

  it.each(Object.keys(NOTICE).filter((name) => ![...relied, 'total_amount', 'gmt_payment', 'buyer_id'].includes(name)))(
    'is the same whatever %s says, which nothing relies on',
    (name) => {
      const usual = verdictOf(signedForm());
      expect(verdictOf(signedForm(without(NOTICE, name)))).toEqual(usual);
      for (const other of [
        '',
        ' ',
        '100% %41 &=+',
        '衣影',
        '\u0000',
        Buffer.from([0xd2, 0xc2, 0xff]),
        'x'.repeat(20_000),
      ])
        expect(verdictOf(signedForm({ ...NOTICE, [name]: other })), String(other).slice(0, 20)).toEqual(usual);
    },
  );

  it.each([
    '0',
    '0.00',
    '-99.00',
    '99.000',
    '99.',
    '.99',
    '099.00',
    '9,9',
    '1e2',
    '0x63',
    '99.00 ',
    '９９',
    'NaN',
    '1'.repeat(40),
  ])('an amount of %j is malformed', (amount) => {
    expect(resultOf(signedForm({ ...NOTICE, total_amount: amount }))).toBe('malformed');
  });

  it.each([
    ['0.01', 1],
    ['19.99', 1999],
    ['99', 9900],
    ['99.9', 9990],
    ['1.15', 115],
    ['4.35', 435],
    ['1001.01', 100_101],
    ['999999999999.99', 99_999_999_999_999],
  ])('an amount of %s is %s fen, to the fen', (amount, amountFen) => {
    expect(verdictOf(signedForm({ ...NOTICE, total_amount: amount }))).toMatchObject({ notice: { amountFen } });
  });

  it.each(['2026-02-30 10:00:00', '2026-11-23T10:00:00', '2026-11-23 24:00:01', '2026-11-23', '1764000000000'])(
    'a time of %s is malformed',
    (time) => {
      expect(resultOf(signedForm({ ...NOTICE, gmt_payment: time }))).toBe('malformed');
    },
  );

  it('another seller, another app', () => {
    expect(resultOf(signedForm({ ...NOTICE, seller_id: '2088000000000000' }))).toBe('wrong_merchant');
    expect(resultOf(signedForm({ ...NOTICE, app_id: '2021000000000000' }))).toBe('wrong_app');
    expect(resultOf(signedForm(), { sellerId: '2088000000000000' })).toBe('wrong_merchant');
    expect(resultOf(signedForm(without(NOTICE, 'auth_app_id')))).toBe('payment');
  });

  it.each(['WAIT_BUYER_PAY', 'TRADE_CLOSED'])('%s is neither a payment nor a refund', (status) => {
    expect(resultOf(signedForm({ ...NOTICE, trade_status: status }))).toBe('other');
  });

  it.each(['trade_success', 'TRADE_PENDING', 'SUCCESS'])('%s is no status', (status) => {
    expect(resultOf(signedForm({ ...NOTICE, trade_status: status }))).toBe('malformed');
  });
});

type Verify = typeof verifyNotice;

const REFUNDS: readonly (readonly [string, Fields])[] = [
  ['a part, which says TRADE_SUCCESS once more', REFUND_NOTICE],
  ['a part, of a finished trade', { ...REFUND_NOTICE, trade_status: 'TRADE_FINISHED' }],
  ['the whole, which closes the trade', { ...REFUND_NOTICE, trade_status: 'TRADE_CLOSED', refund_fee: '99.00' }],
  ['a part, without its time', without(REFUND_NOTICE, 'gmt_refund')],
  ['a part, without its sum', without(REFUND_NOTICE, 'refund_fee')],
];

/** How many of the refunds' notices are taken for a payment: by the verifier, and by one that forgot to look. */
function takenForPayments(verify: Verify): number {
  return REFUNDS.filter(([, fields]) => {
    const verdict = verify({ rawBody: signedForm(fields), expect: EXPECT });
    return verdict.ok && verdict.kind === 'payment';
  }).length;
}

describe('news of a refund', () => {
  it.each(REFUNDS)('of %s is a refund, and never a payment', (_, fields) => {
    expect(verdictOf(signedForm(fields))).toEqual({
      ok: true,
      kind: 'refund',
      notice: {
        channel: 'alipay',
        outTradeNo: 'ord_01JD0000000000000000000000',
        outRefundNo: 'ref_01JD0000000000000000000000',
        state: 'succeeded',
        noticeId: '2026112300222095958068450559358070',
      },
    });
  });

  it('without the number of the refund is malformed, and no payment either', () => {
    for (const fields of [without(REFUND_NOTICE, 'out_biz_no'), { ...REFUND_NOTICE, out_biz_no: '' }]) {
      expect(resultOf(signedForm(fields))).toBe('malformed');
    }
    expect(resultOf(signedForm({ ...NOTICE, refund_fee: 'x' }))).toBe('malformed');
    expect(resultOf(signedForm({ ...NOTICE, refund_fee: '-1.00' }))).toBe('malformed');
  });

  it.each(['', ' ', '衣', 'x y', '\u0000', 'x'.repeat(65)])('whose number is %j is malformed', (number) => {
    expect(resultOf(signedForm({ ...REFUND_NOTICE, out_biz_no: number }))).toBe('malformed');
  });

  it.each(['', 'x', '1e2', '４９', '49.000', '-1.00', '9'.repeat(40)])('of %j yuan is malformed', (fee) => {
    expect(resultOf(signedForm({ ...REFUND_NOTICE, refund_fee: fee }))).toBe('malformed');
  });

  it.each(['', 'yesterday', '衣', 'x'.repeat(20_000)])('is none the less one when its time is %j', (time) => {
    expect(resultOf(signedForm({ ...REFUND_NOTICE, gmt_refund: time }))).toBe('refund');
    expect(resultOf(signedForm({ ...NOTICE, gmt_refund: time }))).toBe('malformed');
  });

  it.each(['gmt_refund', 'out_biz_no', 'refund_fee'])('with %s twice is no form', (name) => {
    const text = signedForm(REFUND_NOTICE).toString();
    for (const again of ['x', REFUND_NOTICE[name]])
      expect(resultOf(Buffer.from(`${text}&${name}=${again}`))).toBe('malformed');
  });

  it('would be caught if it were not told apart', () => {
    const forgetful: Verify = (input) => {
      const fields = Object.fromEntries(new URLSearchParams(Buffer.from(input.rawBody).toString()));
      const { sign: _, sign_type: __, gmt_refund: ___, refund_fee: ____, out_biz_no: _____, ...rest } = fields;
      return verifyNotice({ ...input, rawBody: signedForm(rest) });
    };
    expect(takenForPayments(verifyNotice)).toBe(0);
    expect(takenForPayments(forgetful)).toBe(4);
  });
});

describe('what a verdict says', () => {
  it('names fields and rules, never a value', () => {
    const secret = '13800138000';
    for (const fields of [
      { ...NOTICE, out_trade_no: `${secret}衣` },
      { ...NOTICE, seller_id: secret },
      { ...NOTICE, gmt_payment: secret },
    ]) {
      expect(JSON.stringify(verdictOf(signedForm(fields)))).not.toContain(secret);
    }
  });

  it('is the same however often a notice comes: it has no time of its own', () => {
    const form = signedForm();
    expect(verdictOf(form)).toEqual(verdictOf(form));
  });
});
