import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiMerchant, type ApiStage, EVENT_FORMS, startApiStage } from '../../fixtures/api-stage.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import {
  APP_ID,
  alipayPublicKey,
  type Fields,
  formOf,
  NOTICE,
  REFUND_NOTICE,
  SELLER_ID,
  signedForm,
} from '../alipay/signed-notice.ts';

const FORM = 'application/x-www-form-urlencoded; text/html; charset=utf-8';

let product: ProductDatabase;
let stage: ApiStage;
let merchant: ApiMerchant;
/** The order's number at Alipay. */
let number: string;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  stage.secrets['yiying-test-alipay-signing'] = stage.cashier.secrets.alipaySigning;
  // The callback believes another Alipay than the cashier's here, so that every part can be made wrong.
  stage.secrets['yiying-test-alipay-verifying'] = {
    appId: APP_ID,
    sellerId: SELLER_ID,
    alipayPublicKey: alipayPublicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
  merchant = await stage.newMerchant();
  number = await newOrder(merchant);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

/** An order of ¥99.00 that is to be paid on Alipay's page. @returns its number there */
async function newOrder(as: ApiMerchant): Promise<string> {
  const body = { planId: 'monthly_99', channel: 'alipay', method: 'page' };
  const answer = await stage.send('purchase-membership', { as, idempotencyKey: 'buy', body });
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  const page = new URL(answer.body.data.payUrl as string);
  return (JSON.parse(page.searchParams.get('biz_content') ?? '') as { out_trade_no: string }).out_trade_no;
}
const orderOf = (outTradeNo: string): string => outTradeNo.slice(0, 30);

let trades = 0;
const paid = (over: Fields = {}): Fields => ({
  ...NOTICE,
  out_trade_no: number,
  trade_no: `20261123220014684505${String(++trades).padStart(8, '0')}`,
  ...over,
});

/** `body` is text, or our own envelope when the request was refused before it was read as a notice. */
interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** In both forms of the platform's event, as text and as base64; they must be answered alike. */
async function deliver(form: Buffer, type = FORM): Promise<Reply> {
  const replies: Reply[] = [];
  for (const eventForm of EVENT_FORMS) {
    for (const rawBody of [form.toString('latin1'), form]) {
      const answer = await stage.send('pay-callback-alipay', { rawBody, headers: { 'content-type': type } }, eventForm);
      replies.push({ status: answer.status, body: answer.body });
    }
  }
  expect(new Set(replies.map(({ status }) => status)).size).toBe(1);
  return replies[0] as Reply;
}

/** Delivered four times; nothing may change. Answers the status, and the reason that the log gives. */
async function refusal(form: Buffer, type = FORM): Promise<string> {
  const before = await stage.books();
  const logged = stage.logs().length;
  const { status, body } = await deliver(form, type);
  expect(await stage.books()).toEqual(before);
  const reason =
    /"result":"(\w+)"/.exec(stage.logs().slice(logged))?.[1] ?? (body as { error?: { code: string } }).error?.code;
  expect(body).toEqual(typeof body === 'string' ? 'fail' : expect.objectContaining({ success: false }));
  return `${status} ${reason}`;
}

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

describe('a notice that is forged, for somebody else, or not understood', () => {
  it.each<[string, () => Buffer, string]>([
    ['without a signature', () => formOf(paid()), '401 malformed'],
    ['under another signature', () => formOf({ ...paid(), sign_type: 'RSA2', sign: 'AAAA' }), '401 bad_signature'],
    [
      'with its amount changed',
      () => Buffer.from(signedForm(paid()).toString().replace('99.00', '98.00')),
      '401 bad_signature',
    ],
    ['with a field added', () => Buffer.concat([signedForm(paid()), Buffer.from('&x=y')]), '401 bad_signature'],
    [
      'with SHA-1',
      () => Buffer.from(signedForm(paid()).toString().replace('sign_type=RSA2', 'sign_type=RSA')),
      '401 malformed',
    ],
    ['of another seller', () => signedForm(paid({ seller_id: '2088000000000000' })), '401 wrong_merchant'],
    ['of another app', () => signedForm(paid({ app_id: '2021000000000000' })), '401 wrong_app'],
    ['of another amount', () => signedForm(paid({ total_amount: '9900.00' })), '500 amount_mismatch'],
    ['of a fen less', () => signedForm(paid({ total_amount: '98.99' })), '500 amount_mismatch'],
    [
      'of an order that nobody made',
      () => signedForm(paid({ out_trade_no: 'ord_01JD0000000000000000000000' })),
      '500 unknown',
    ],
    ['of an order number of SQL', () => signedForm(paid({ out_trade_no: "' OR '1'='1" })), '401 malformed'],
    ['of an order number in lower case', () => signedForm(paid({ out_trade_no: number.toLowerCase() })), '500 unknown'],
    ['without an amount', () => signedForm(without(paid(), 'total_amount')), '401 malformed'],
    [
      'with a field twice',
      () => Buffer.concat([signedForm(paid()), Buffer.from('&total_amount=99.00')]),
      '401 malformed',
    ],
    ['with a stray %', () => Buffer.concat([signedForm(paid()), Buffer.from('&x=%')]), '401 malformed'],
    ['with nothing in it', () => Buffer.from(''), '401 malformed'],
    ['of more than 64 KiB', () => signedForm(paid({ body: 'x'.repeat(66_000) })), '413 BODY_TOO_LARGE'],
  ])('%s is not acknowledged and grants nothing', async (_, make, expected) => {
    expect(await refusal(make())).toBe(expected);
  });

  it('of another kind of body is none', async () => {
    expect(await refusal(Buffer.from('{}'), 'application/json')).toBe('401 malformed');
    expect(await refusal(signedForm(paid()), 'text/plain')).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });

  it('for a number of another channel grants nothing', async () => {
    const body = { planId: 'monthly_99', channel: 'wechat' };
    const { orderId } = (await stage.send('purchase-membership', { as: merchant, idempotencyKey: 'x', body })).body
      .data;
    expect(await refusal(signedForm(paid({ out_trade_no: orderId as string })))).toBe('500 wrong_channel');
  });
});

describe('news of a refund', () => {
  it.each(['TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED'])(
    'under %s is acknowledged and grants nothing',
    async (trade_status) => {
      const before = await stage.books();
      const form = signedForm({ ...REFUND_NOTICE, out_trade_no: number, trade_status });
      expect(await deliver(form)).toEqual({ status: 200, body: 'success' });
      expect(await stage.books()).toEqual(before);
      expect(await stage.available(merchant)).toBe(0);
    },
  );

  it('of a trade that waits, or was closed unpaid, is acknowledged and grants nothing', async () => {
    const before = await stage.books();
    for (const trade_status of ['WAIT_BUYER_PAY', 'TRADE_CLOSED']) {
      expect(await deliver(signedForm(paid({ trade_status })))).toEqual({ status: 200, body: 'success' });
    }
    expect(await stage.books()).toEqual(before);
  });
});

describe('the genuine notice, after all that', () => {
  it('is answered "success" and nothing else, and grants once, however often it comes', async () => {
    const form = signedForm(paid());
    expect(await deliver(form)).toEqual({ status: 200, body: 'success' });
    expect(await stage.available(merchant)).toBe(100);
    for (let times = 0; times < 3; times += 1) expect(await deliver(form)).toEqual({ status: 200, body: 'success' });
    expect(await stage.available(merchant)).toBe(100);
    expect(
      (await stage.send('get-order', { as: merchant, query: { orderId: orderOf(number) } })).body.data,
    ).toMatchObject({
      state: 'paid',
      channel: 'alipay',
    });
  });

  it('grants once when it comes 16 times at once', async () => {
    const another = await stage.newMerchant();
    const form = signedForm(paid({ out_trade_no: await newOrder(another) })).toString();
    const request = { rawBody: form, headers: { 'content-type': FORM } };
    const answers = await Promise.all(Array.from({ length: 16 }, () => stage.send('pay-callback-alipay', request)));
    expect(answers.map(({ status, body }) => `${status} ${String(body)}`)).toEqual(
      Array.from({ length: 16 }, () => '200 success'),
    );
    expect(await stage.available(another)).toBe(100);
  });

  it('may have values in GBK, with % and & in them', async () => {
    const another = await stage.newMerchant();
    const subject = Buffer.concat([Buffer.from([0xd2, 0xc2, 0xd3, 0xb0]), Buffer.from(' 100% & %41 +=')]);
    const form = signedForm({ ...paid({ out_trade_no: await newOrder(another), charset: 'GBK' }), subject });
    expect(await deliver(form)).toEqual({ status: 200, body: 'success' });
    expect(await stage.available(another)).toBe(100);
  });

  it('of a second payment of the same order is kept for refund, and grants nothing', async () => {
    expect(await deliver(signedForm(paid()))).toEqual({ status: 200, body: 'success' });
    expect(await stage.available(merchant)).toBe(100);
    const rows = await stage.db.query('SELECT disposition FROM payments WHERE order_id = ? ORDER BY disposition', [
      orderOf(number),
    ]);
    expect(rows).toMatchObject([{ disposition: 'granted' }, { disposition: 'refund_due' }]);
  });
});

it('tells the logs of no field but the numbers of order and payment, taken, refused or not fitting', async () => {
  // The logger masks what is a phone and nothing else, whoever logs it.
  const told = 'of13800138000';
  const [first] = await stage.db.query<{ id: string }>(
    "SELECT transaction_id AS id FROM payments WHERE order_id = ? AND disposition = 'granted'",
    [orderOf(number)],
  );
  const known = paid({ trade_no: first?.id ?? '' });
  const refunded = { ...REFUND_NOTICE, out_trade_no: number };
  const withTold = (fields: Fields): Fields[] =>
    Object.keys(fields).flatMap((name) => (/^(out_)?trade_no$/.test(name) ? [] : [{ ...fields, [name]: told }]));
  const notices = [
    ...withTold(known),
    ...withTold(refunded),
    { ...known, passback_params: told, total_amount: '1.00', trade_no: '1' },
  ];
  const logged = stage.logs().length;
  const statuses = new Set<number>();
  for (const fields of notices) {
    const request = { rawBody: signedForm(fields), headers: { 'content-type': FORM } };
    statuses.add((await stage.send('pay-callback-alipay', request)).status);
  }
  expect([...statuses].sort()).toEqual([200, 401, 500]);
  const logs = stage.logs().slice(logged);
  expect(logs.match(/"log":"(order_settled|callback_refused|callback_mismatch)"/g)).toHaveLength(notices.length);
  expect(logs).not.toContain('13800138000');
});

it('leaves the books in order, and nothing of it in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
  const logs = stage.logs();
  for (const told of [NOTICE['subject'], NOTICE['buyer_id'], NOTICE['fund_bill_list'], 'sign='])
    expect(logs).not.toContain(told);
});
