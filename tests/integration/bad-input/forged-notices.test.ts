import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiMerchant, type ApiStage, EVENT_FORMS, startApiStage } from '../../fixtures/api-stage.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import {
  API_V3_KEY,
  EXPECT,
  envelope,
  type Json,
  platformPublicKey,
  REFUND,
  SERIAL,
  seal,
  signed,
  TRANSACTION,
} from '../wechat/signed-notice.ts';

type Notice = ReturnType<typeof signed>;

let product: ProductDatabase;
let stage: ApiStage;
let merchant: ApiMerchant;
let orderId: string;
let genuine: Notice;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  // The callback believes another implementation's signatures here, so that every part can be made wrong.
  stage.secrets['yiying-test-wechat-verifying'] = {
    ...EXPECT,
    apiV3Key: API_V3_KEY,
    platformKeys: [{ serial: SERIAL, pem: platformPublicKey.export({ type: 'spki', format: 'pem' }) }],
  };
  merchant = await stage.newMerchant();
  orderId = await newOrder(merchant);
  genuine = notice();
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

async function newOrder(as: ApiMerchant): Promise<string> {
  const body = { planId: 'monthly_99', channel: 'wechat' };
  const answer = await stage.send('purchase-membership', { as, idempotencyKey: 'buy', body });
  expect(answer.status).toBe(201);
  return answer.body.data.orderId as string;
}

let payments = 0;
const transaction = (over: Json = {}): Json => ({
  ...TRANSACTION,
  out_trade_no: orderId,
  transaction_id: `42000012342026${String(++payments).padStart(14, '0')}`,
  success_time: new Date().toISOString().replace('Z', '+00:00'),
  ...over,
});
const notice = (over: Json = {}, atMs = Date.now()): Notice => signed(envelope(transaction(over)), atMs);

interface Reply {
  readonly status: number;
  readonly body: Json | null;
}

async function deliver({ headers, rawBody }: { headers: object; rawBody: string | Buffer }): Promise<Reply> {
  const all = { 'content-type': 'application/json', ...headers } as Record<string, string>;
  const text = typeof rawBody === 'string' ? rawBody : rawBody.toString('utf8');
  const [first, second] = [
    await stage.send('pay-callback-wechat', { headers: all, rawBody: text }, 'Function URL'),
    await stage.send('pay-callback-wechat', { headers: all, rawBody: text }, 'API Gateway'),
  ];
  expect([second.status, second.body]).toEqual([first.status, first.body]);
  return { status: first.status, body: first.body as Json | null };
}

/** Delivered in both forms; nothing may change. Answers the status, and the reason that the log gives. */
async function refusal(bad: { headers: object; rawBody: string | Buffer }): Promise<string> {
  const before = await stage.books();
  const logged = stage.logs().length;
  const { status, body } = await deliver(bad);
  expect(await stage.books()).toEqual(before);
  expect(stage.logs()).toContain(`"status":${status}`);
  if (status === 204) expect(body).toBeNull();
  else if (body && 'success' in body) expect(body).toMatchObject({ success: false, requestId: 'req-1' });
  else expect(body).toEqual({ code: 'FAIL', message: '失败' });
  const reason = /"result":"(\w+)"/.exec(stage.logs().slice(logged))?.[1];
  const code = (body?.['error'] as Json | undefined)?.['code'];
  return `${status} ${String(reason ?? code)}`;
}

describe('the signature of a notice', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(genuine.headers).filter(([key]) => key !== name));
  const withHeader = (name: string, value: unknown) =>
    refusal({ ...genuine, headers: { ...genuine.headers, [name]: value } });
  const NAMES = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature'];

  it.each(NAMES)('needs %s, once, and in its form', async (name) => {
    const own = genuine.headers[name] ?? '';
    expect(await refusal({ ...genuine, headers: without(name) })).toBe('401 malformed');
    for (const wrong of [
      '',
      ' ',
      [own, own],
      `${own},${own}`,
      `${own}\n`,
      '键',
      '\u0000',
      'x'.repeat(2000),
      '__proto__!',
    ]) {
      expect(await withHeader(name, wrong), JSON.stringify(wrong)).toMatch(
        /^401 (malformed|unknown_serial|bad_signature)$/,
      );
    }
  });

  it.each([
    ['Wechatpay-Timestamp', (own: string) => String(Number(own) + 1), 'bad_signature'],
    ['Wechatpay-Timestamp', (own: string) => `${own}000`, 'malformed'],
    ['Wechatpay-Timestamp', (own: string) => `0${own}`, 'malformed'],
    ['Wechatpay-Nonce', (own: string) => `${own}x`, 'bad_signature'],
    ['Wechatpay-Serial', (own: string) => own.toLowerCase(), 'unknown_serial'],
    ['Wechatpay-Serial', () => 'constructor', 'unknown_serial'],
    ['Wechatpay-Serial', () => '__proto__', 'unknown_serial'],
    ['Wechatpay-Serial', (own: string) => `${own}0`, 'unknown_serial'],
    ['Wechatpay-Signature', (own: string) => `WECHATPAY/SIGNTEST/${own.slice(19)}`, 'malformed|bad_signature'],
    [
      'Wechatpay-Signature',
      (own: string) => own.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      'bad_signature',
    ],
    ['Wechatpay-Signature', (own: string) => own.slice(4), 'bad_signature'],
    ['Wechatpay-Signature', () => Buffer.alloc(256).toString('base64'), 'bad_signature'],
    ['Wechatpay-Signature-Type', () => 'WECHATPAY2-SM2-WITH-SM3', 'malformed'],
    ['Wechatpay-Signature-Type', () => 'none', 'malformed'],
  ] as const)('with another %s is none', async (name, change, reason) => {
    expect(await withHeader(name, change(genuine.headers[name] ?? ''))).toMatch(new RegExp(`^401 (${reason})$`));
  });

  it('of another body is none', async () => {
    expect(await refusal({ headers: genuine.headers, rawBody: notice().rawBody })).toBe('401 bad_signature');
  });

  it('is over: five minutes and a second ago, or ahead', async () => {
    for (const seconds of [-301, 301, -86_400, 86_400 * 365]) {
      expect(await refusal(notice({}, Date.now() + seconds * 1000)), String(seconds)).toBe('401 stale');
    }
  });

  it('covers every byte of the body', async () => {
    const text = genuine.rawBody.toString('utf8');
    for (let at = 0; at < text.length; at += 23) {
      const rawBody = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect(await refusal({ headers: genuine.headers, rawBody }), `at ${at}`).toMatch(/^40[01] /);
    }
    const same = JSON.stringify(JSON.parse(text), null, 1);
    for (const rawBody of [`${text} `, `\n${text}`, `\ufeff${text}`, same, text.slice(0, -1), '{}', '']) {
      expect(await refusal({ headers: genuine.headers, rawBody })).toMatch(/^40[01] /);
    }
  });
});

describe('a request that is no notice', () => {
  it('is refused, whoever signed it', async () => {
    const headers = genuine.headers;
    expect(await refusal({ headers: {}, rawBody: '{}' })).toBe('401 malformed');
    expect(await refusal(signed('not json', Date.now()))).toBe('401 malformed');
    expect(await refusal(signed('[]', Date.now()))).toBe('401 malformed');
    expect(await refusal(signed(`{"id":"a","id":"b"}`, Date.now()))).toBe('401 malformed');
    expect(await refusal(signed('['.repeat(10_000) + ']'.repeat(10_000), Date.now()))).toBe('401 malformed');
    expect(await refusal({ headers, rawBody: ' '.repeat(64 * 1024 + 1) })).toBe('413 BODY_TOO_LARGE');
    expect(await refusal({ headers: { ...headers, 'content-type': 'text/plain' }, rawBody: 'x' })).toBe(
      '415 UNSUPPORTED_MEDIA_TYPE',
    );
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const answer = await stage.send('pay-callback-wechat', {
        method,
        ...genuine,
        rawBody: genuine.rawBody.toString(),
      });
      expect([answer.status, answer.headers['Allow']]).toEqual([405, 'POST, OPTIONS']);
    }
  });
});

describe('an authentic notice', () => {
  const sealed = (over: Json) => signed({ ...envelope(transaction()), ...over }, Date.now());
  const resource = (over: Json) => sealed({ resource: { ...seal(JSON.stringify(transaction())), ...over } });

  it.each([
    ['that only echoes', () => sealed({ event_type: 'SECURITY_ECHO.SUCCESS' })],
    ['of a payment that is not made', () => notice({ trade_state: 'NOTPAY' })],
    ['of a payment that failed', () => notice({ trade_state: 'PAYERROR' })],
  ])('%s has nothing to do here, and is acknowledged', async (_what, make) => {
    expect(await refusal(make())).toBe('204 not_a_payment');
  });

  it.each(['SUCCESS', 'CLOSED', 'ABNORMAL'])(
    'of a refund that is %s is acknowledged and grants nothing',
    async (status) => {
      const refund = JSON.stringify({ ...REFUND, out_trade_no: orderId, refund_status: status });
      const resource = { ...seal(refund), original_type: 'refund' };
      expect(await refusal(sealed({ event_type: `REFUND.${status}`, resource }))).toBe('204 refund_unknown');
      const twisted = { ...seal(JSON.stringify(transaction())), original_type: 'refund' };
      expect(await refusal(sealed({ event_type: `REFUND.${status}`, resource: twisted }))).toBe('401 malformed');
      expect(await refusal(sealed({ event_type: `REFUND.${status}` }))).toBe('401 malformed');
    },
  );

  it.each([
    [
      'a resource sealed with another key',
      () => resource({ ciphertext: seal('{}', 'uluk4a9R25RX')['ciphertext'] }),
      '401 bad_tag',
    ],
    ['another associated data', () => resource({ associated_data: 'refund' }), '401 bad_tag'],
    ['another nonce', () => resource({ nonce: 'uluk4a9R25RX' }), '401 bad_tag'],
    ['a nonce of another length', () => resource({ nonce: 'short' }), '401 malformed'],
    ['another algorithm', () => resource({ algorithm: 'AEAD_SM4_GCM' }), '401 malformed'],
    ['a ciphertext that is none', () => resource({ ciphertext: '!!!!' }), '401 malformed'],
    ['an empty ciphertext', () => resource({ ciphertext: '' }), '401 bad_tag'],
    ['another original type', () => resource({ original_type: 'refund' }), '401 malformed'],
    ['another resource type', () => sealed({ resource_type: 'plain-resource' }), '401 malformed'],
    ['no resource', () => sealed({ resource: null }), '401 malformed'],
    ['no id', () => sealed({ id: '' }), '401 malformed'],
    ['a plain text that is no JSON', () => sealed({ resource: seal('paid!') }), '401 malformed'],
    [
      'a field twice inside',
      () => sealed({ resource: seal(JSON.stringify(transaction()).replace('{', '{"mchid":"x",')) }),
      '401 malformed',
    ],
    ['another merchant', () => notice({ mchid: '1900000002' }), '401 wrong_merchant'],
    ['another app', () => notice({ appid: 'wx0000000000000000' }), '401 wrong_app'],
    ['a time that is none', () => notice({ success_time: 'yesterday' }), '401 malformed'],
    ['a number of a thousand digits', () => notice({ transaction_id: '4'.repeat(1000) }), '401 malformed'],
    ['another currency', () => notice({ amount: { total: 9900, currency: 'USD' } }), '500 amount_mismatch'],
    ['an order that nobody made', () => notice({ out_trade_no: 'ord_01JD0000000000000000000000' }), '500 unknown'],
    ['an order number of SQL', () => notice({ out_trade_no: "' OR '1'='1" }), '401 malformed'],
    ['an order number in Chinese', () => notice({ out_trade_no: '订单' }), '401 malformed'],
    ['an order number with NUL', () => notice({ out_trade_no: `${orderId.slice(0, 30)}\u0000` }), '401 malformed'],
    ['an order number in lower case', () => notice({ out_trade_no: orderId.toLowerCase() }), '500 unknown'],
    ['an order number with a space', () => notice({ out_trade_no: `${orderId} ` }), '401 malformed'],
  ])('with %s is not acknowledged and grants nothing', async (_what, make, expected) => {
    expect(await refusal(make())).toMatch(new RegExp(`^${expected}$`));
  });

  it.each(['mchid', 'appid', 'out_trade_no', 'transaction_id', 'trade_state', 'success_time', 'amount'])(
    'without %s, or with it in another type, is not acknowledged',
    async (field) => {
      for (const value of [undefined, null, '', 1, [], { $ne: 1 }]) {
        expect(await refusal(notice({ [field]: value })), JSON.stringify(value)).toBe('401 malformed');
      }
    },
  );

  it.each([1, 9899, 9901, 990_000, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'of %s fen is no payment of 9900',
    async (total) => {
      expect(await refusal(notice({ amount: { total, currency: 'CNY' } }))).toMatch(/^500 (amount_mismatch|INTERNAL)$/);
    },
  );

  it.each([0, -9900, 99.5, '9900', null, 1e300])('has no amount of %j', async (total) => {
    expect(await refusal(notice({ amount: { total, currency: 'CNY' } }))).toBe('401 malformed');
  });

  it('with payer_total and coupons is judged by what the order cost', async () => {
    const amount = { total: 1, payer_total: 9900, currency: 'CNY' };
    expect(await refusal(notice({ amount }))).toBe('500 amount_mismatch');
  });
});

describe('the genuine notice, after all that', () => {
  it('is acknowledged and grants once, in either form, however often it is sent', async () => {
    expect(await stage.available(merchant)).toBe(0);
    expect(await deliver(genuine)).toEqual({ status: 204, body: null });
    expect(await stage.available(merchant)).toBe(100);
    for (let times = 0; times < 3; times++) expect(await refusal(genuine)).toBe('204 duplicate');
    expect(await stage.available(merchant)).toBe(100);
  });

  it('replayed when it is old is refused, and signed anew it is known', async () => {
    const paid = transaction();
    stage.advance(301_000);
    expect(await refusal(genuine)).toBe('401 stale');
    const [first] = await stage.db.query<{ id: string }>('SELECT transaction_id AS id FROM payments');
    expect(await refusal(signed(envelope({ ...paid, transaction_id: first?.id }), Date.now()))).toBe('204 duplicate');
  });

  it('of a second payment of the same order is kept for refund, and grants nothing', async () => {
    expect((await deliver(notice())).status).toBe(204);
    expect(await stage.available(merchant)).toBe(100);
    const rows = await stage.db.query('SELECT disposition FROM payments ORDER BY created_at, id');
    expect(rows).toMatchObject([{ disposition: 'granted' }, { disposition: 'refund_due' }]);
  });

  it('is read byte for byte, also when the platform sends it as base64', async () => {
    const another = await stage.newMerchant();
    const { headers, rawBody } = notice({ out_trade_no: await newOrder(another), attach: '衣影👗' });
    const all = { 'content-type': 'application/json', ...headers };
    for (const form of EVENT_FORMS) {
      expect((await stage.send('pay-callback-wechat', { headers: all, rawBody }, form)).status).toBe(204);
    }
    expect(await stage.available(another)).toBe(100);
  });

  it('at the edge of its five minutes still counts', async () => {
    const another = await stage.newMerchant();
    const out_trade_no = await newOrder(another);
    const edge = Math.floor(Date.now() / 1000) * 1000 - 299_000;
    expect((await deliver(notice({ out_trade_no }, edge))).status).toBe(204);
    expect(await stage.available(another)).toBe(100);
  });
});

it('tells the logs of no field but the numbers of order and payment, taken, refused or not fitting', async () => {
  // The logger masks what is a phone and nothing else, whoever logs it.
  const told = 'of13800138000';
  const [first] = await stage.db.query<{ id: string; order: string }>(
    "SELECT transaction_id AS id, order_id AS `order` FROM payments WHERE disposition = 'granted' ORDER BY id LIMIT 1",
  );
  const known = transaction({ transaction_id: first?.id, out_trade_no: first?.order });
  const numbers = ['out_trade_no', 'transaction_id'];
  const bodies = [
    ...Object.keys(TRANSACTION).map((name) => envelope({ ...known, ...(!numbers.includes(name) && { [name]: told }) })),
    envelope({ ...known, payer: { openid: told }, amount: { total: 1, currency: told } }),
    ...Object.keys(REFUND).map((name) => {
      const refund = { ...REFUND, ...(!numbers.includes(name) && { [name]: told }) };
      return {
        ...envelope(),
        event_type: 'REFUND.SUCCESS',
        resource: { ...seal(JSON.stringify(refund), undefined, 'refund'), original_type: 'refund' },
      };
    }),
    ...Object.keys(envelope()).map((name) => ({ ...envelope(known), [name]: told })),
  ];
  const logged = stage.logs().length;
  const statuses = new Set<number>();
  for (const body of bodies) {
    const { headers, rawBody } = signed(body, Date.now());
    const request = { rawBody, headers: { 'content-type': 'application/json', ...headers } };
    statuses.add((await stage.send('pay-callback-wechat', request)).status);
  }
  expect([...statuses].sort()).toEqual([204, 401, 500]);
  const logs = stage.logs().slice(logged);
  expect(logs.match(/"log":"(order_settled|callback_refused|callback_mismatch)"/g)).toHaveLength(bodies.length);
  const openId = (TRANSACTION['payer'] as Json)['openid'];
  for (const value of ['13800138000', openId, REFUND['refund_id'], REFUND['user_received_account']])
    expect(logs).not.toContain(value);
});

it('leaves the books in order, and nothing of it in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
  expect(stage.logs()).not.toContain(genuine.headers['Wechatpay-Signature']);
  expect(stage.logs()).not.toContain(API_V3_KEY);
});
