import { describe, expect, it } from 'vitest';
import { type AlipayNoticeVerdict, verifyNotice } from '../../../shared/payments/alipay/verify-notice.ts';
import { EXPECT, type Fields, formOf, NOTICE, REFUND_NOTICE, signedForm } from './signed-notice.ts';

const verdictOf = (rawBody: Uint8Array): AlipayNoticeVerdict => verifyNotice({ rawBody, expect: EXPECT });
const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

const REFUND_FIELD = 'out_biz_no is not valid';
const NO_FORM = 'the body is no form in which each name occurs once';

describe('what is refused', () => {
  const unsigned = { ...NOTICE, sign: 'AAAA', sign_type: 'RSA2' };

  it.each<[string, Uint8Array, string, string, boolean]>([
    ['no form', Buffer.from('x'), 'malformed', NO_FORM, false],
    ['nothing', Buffer.alloc(0), 'malformed', NO_FORM, false],
    ['a form without a signature', formOf(without(unsigned, 'sign')), 'malformed', 'sign is missing', false],
    ['another algorithm', formOf({ ...unsigned, sign_type: 'RSA' }), 'malformed', 'sign_type is not RSA2', false],
    ['another signature', formOf(unsigned), 'bad_signature', 'sign does not fit the form', false],
    ['another app', signedForm({ ...NOTICE, app_id: '2021' }), 'wrong_app', 'app_id is not ours', true],
    ['another seller', signedForm({ ...NOTICE, seller_id: '2088' }), 'wrong_merchant', 'seller_id is not ours', true],
    ['no number', signedForm(without(NOTICE, 'trade_no')), 'malformed', 'trade_no is not valid', true],
    ['no number of a refund', signedForm(without(REFUND_NOTICE, 'out_biz_no')), 'malformed', REFUND_FIELD, true],
  ])('%s: why, and whether Alipay itself said it', (_, rawBody, reason, detail, authentic) => {
    expect(verdictOf(rawBody)).toStrictEqual({ ok: false, reason, detail, authentic });
  });

  it.each(['%=1', '%4=1', '%zz=1', 'x y=1', '衣=1', '\u0000=1'])(
    'a form with a name like that of %j is none',
    (pair) => {
      for (const text of [pair, `${pair}&${signedForm().toString()}`]) {
        expect(verdictOf(Buffer.from(text))).toMatchObject({ detail: NO_FORM, authentic: false });
      }
    },
  );

  it('a form of more than 64 KiB, to the byte', () => {
    expect(verdictOf(Buffer.from(`x=${'1'.repeat(65_534)}`))).toMatchObject({ detail: 'sign is missing' });
    expect(verdictOf(Buffer.from(`x=${'1'.repeat(65_535)}`))).toMatchObject({ detail: NO_FORM });
  });
});

describe('any one sign of a refund', () => {
  it.each<[string, Fields]>([
    ['a sum', { refund_fee: '0.01' }],
    ['a time', { gmt_refund: '2026-11-23 12:00:00.123' }],
    ['a sum and a time', { refund_fee: '99.00', gmt_refund: '2026-11-23 12:00:00.123' }],
  ])('without its number is no payment: %s', (_, fields) => {
    expect(verdictOf(signedForm({ ...NOTICE, ...fields }))).toMatchObject({ ok: false, detail: REFUND_FIELD });
  });

  it('is the number alone', () => {
    expect(verdictOf(signedForm({ ...NOTICE, out_biz_no: 'ref_1' }))).toMatchObject({ ok: true, kind: 'refund' });
  });
});

describe('who paid', () => {
  const OPEN_ID = 'x'.repeat(128);

  it.each<[string, Fields, string | undefined]>([
    ['the number before the open id', { buyer_open_id: OPEN_ID }, NOTICE['buyer_id']],
    ['the open id where the number is empty', { buyer_id: '', buyer_open_id: OPEN_ID }, OPEN_ID],
    ['the open id where the number is oversized', { buyer_id: '2'.repeat(129), buyer_open_id: OPEN_ID }, OPEN_ID],
    ['nobody where both are', { buyer_id: '', buyer_open_id: '2'.repeat(129) }, undefined],
  ])('is %s', (_, fields, payerId) => {
    const verdict = verdictOf(signedForm({ ...NOTICE, ...fields }));
    const notice = verdict.ok && verdict.kind === 'payment' ? verdict.notice : undefined;
    expect(notice?.payerId).toBe(payerId);
    expect(Object.keys(notice ?? {}).includes('payerId')).toBe(payerId !== undefined);
  });
});
