import { createSign } from 'node:crypto';
import querystring from 'node:querystring';
import { AlipaySdk } from 'alipay-sdk';
import { describe, expect, it } from 'vitest';
import { type SeededRandom, seededRandom } from '../../scripts/soak/seeded-random.ts';
import { contentToSign } from '../../shared/payments/alipay/content-to-sign.ts';
import { readGatewayAnswer } from '../../shared/payments/alipay/read-gateway-answer.ts';
import { signParameters } from '../../shared/payments/alipay/sign-parameters.ts';
import { verifyNotice } from '../../shared/payments/alipay/verify-notice.ts';
import { verifyRsa2 } from '../../shared/payments/alipay/verify-rsa2.ts';
import {
  APP_ID,
  alipayPrivateKey,
  alipayPublicKey,
  EXPECT,
  type Fields,
  formOf,
  NOTICE,
  REFUND_NOTICE,
  SELLER_ID,
  signBytes,
} from '../integration/alipay/signed-notice.ts';

const ROUNDS = 3500;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);

/** Alipay's own SDK for Node judges the signatures. Both keys are of one pair here, so it can sign too. */
const sdk = new AlipaySdk({
  appId: APP_ID,
  privateKey: alipayPrivateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  alipayPublicKey: alipayPublicKey.export({ type: 'spki', format: 'pem' }).toString(),
});

const ODD = [
  '',
  ' ',
  'x',
  '0',
  '0.00',
  '-1',
  '1e3',
  '99.00',
  '100.000',
  '衣影',
  '%',
  '%41',
  '+',
  '&',
  '=',
  'a&b=c',
  '\u0000',
];
const ALSO = [
  'x'.repeat(70),
  'TRADE_CLOSED',
  'TRADE_FINISHED',
  '2026-11-23 10:00:00',
  '2026-02-30 10:00:00',
  '__proto__',
];

/** A field altered, dropped, added or renamed, before the form is signed. */
function alterFields(random: SeededRandom, fields: Fields): Fields {
  const copy = { ...fields };
  const relied = [
    'total_amount',
    'trade_status',
    'out_trade_no',
    'seller_id',
    'app_id',
    'refund_fee',
    'gmt_refund',
    'out_biz_no',
  ];
  const name = random.oneIn(2) ? random.pick(Object.keys(copy)) : random.pick(relied);
  if (random.oneIn(4)) delete copy[name];
  else copy[random.oneIn(10) ? `${name}s` : name] = random.pick(random.oneIn(2) ? ODD : ALSO);
  return copy;
}

function alterText(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1);
  const printable = String.fromCharCode(32 + random.below(95));
  return random.pick([
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + printable + text.slice(at),
    () => text.slice(0, at) + printable + text.slice(at + 1),
    () => text.slice(0, at),
  ])();
}

/** The signed form as text, spoilt once in four times. */
function makeForm(random: SeededRandom): string {
  let fields: Fields = random.oneIn(3) ? REFUND_NOTICE : NOTICE;
  if (random.oneIn(20)) fields = { ...fields, trade_status: random.pick(['WAIT_BUYER_PAY', 'TRADE_CLOSED']) };
  for (let times = random.below(3); times > 0; times -= 1) fields = alterFields(random, fields);
  const bytes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]));
  const type = random.oneIn(20) ? random.pick(['RSA', 'rsa2', '', 'RSA3']) : 'RSA2';
  const text = formOf({ ...fields, sign_type: type, sign: signBytes(bytes) }).toString();
  if (!random.oneIn(4)) return text;
  const pairs = text.split('&');
  const [pair, other] = [random.pick(pairs), random.pick(pairs)];
  return random.pick([
    () => alterText(random, text),
    () => `${text}&${pair}`,
    () => pairs.filter((one) => one !== pair).join('&'),
    () => text.replace(pair, `${pair.split('=')[0]}=${other.split('=')[1]}`),
  ])();
}

type Rule = readonly [name: string, holds: (value: string | undefined) => boolean];
const id = (max: number) => (value: string | undefined) => /^[!-~]+$/.test(value ?? '') && (value ?? '').length <= max;
const isYuan = (value = '') => /^(0|[1-9]\d{0,11})(\.\d\d?)?$/.test(value);
const isTime = (value = '') => {
  const [, date, clock] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(value) ?? [];
  if (date === undefined || !Number.isFinite(Date.parse(`${date}T${clock}Z`))) return false;
  return new Date(`${date}T${clock}Z`).toISOString().startsWith(date);
};
const STATUSES = ['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED'];

const TRADE_RULES: readonly Rule[] = [
  ['notify_id', id(128)],
  ['notify_type', (value) => value === 'trade_status_sync'],
  ['app_id', id(32)],
  ['seller_id', id(32)],
  ['out_trade_no', (value) => /^[\w\-|*]{6,32}$/.test(value ?? '')],
  ['trade_no', id(64)],
  ['trade_status', (value) => STATUSES.includes(value ?? '')],
  ['total_amount', (value) => isYuan(value) && !/^0(\.0+)?$/.test(value ?? '')],
  ['refund_fee', (value) => value === undefined || isYuan(value) || /^-0(\.0+)?$/.test(value)],
];

/** By decimal places, where the product goes by pieces of text. */
const fenOf = (yuan = ''): number => Math.round(Number(yuan) * 100);

/** Node has it, and its types do not. */
const { unescapeBuffer: unescapeBytes } = querystring as unknown as { unescapeBuffer(text: string): Buffer };

/** What the protocol says, with the signature judged by Alipay's own SDK. */
function askOracle(text: string): string {
  const form = new Map<string, string>();
  for (const pair of text.split('&')) {
    const [name = '', ...rest] = pair.split('=');
    if (rest.length === 0 || !/^([!-~]|)*$/.test(pair) || /%(?![0-9A-Fa-f]{2})/.test(pair)) return 'malformed';
    const [key = '', value = ''] = [name, rest.join('=')].map((part) =>
      unescapeBytes(part.replaceAll('+', ' ')).toString(),
    );
    if (key === '' || form.has(key)) return 'malformed';
    form.set(key, value);
  }
  const sign = form.get('sign');
  if (sign === undefined || form.get('sign_type') !== 'RSA2') return 'malformed';
  if (Buffer.from(sign, 'base64').toString('base64') !== sign) return 'bad_signature';
  const posted = Object.create(null) as Record<string, string>;
  for (const [name, value] of form) posted[name] = value;
  if (!sdk.checkNotifySignV2(posted)) return 'bad_signature';
  const get = (name: string) => form.get(name);
  if (!TRADE_RULES.every(([name, holds]) => holds(get(name)))) return 'malformed';
  if (get('app_id') !== APP_ID) return 'wrong_app';
  if (get('seller_id') !== SELLER_ID) return 'wrong_merchant';
  const fee = get('refund_fee');
  if (get('gmt_refund') !== undefined || get('out_biz_no') !== undefined || (fee !== undefined && fenOf(fee) !== 0)) {
    return id(64)(get('out_biz_no')) ? `refund ${get('out_trade_no')} ${get('out_biz_no')}` : 'malformed';
  }
  if (!['TRADE_SUCCESS', 'TRADE_FINISHED'].includes(get('trade_status') ?? '')) return 'other';
  return isTime(get('gmt_payment')) ? `payment ${get('out_trade_no')} ${fenOf(get('total_amount'))}` : 'malformed';
}

function askOurs(text: string, verify: typeof verifyNotice = verifyNotice): string {
  const verdict = verify({ rawBody: Buffer.from(text), expect: EXPECT });
  if (!verdict.ok) return verdict.reason;
  if (verdict.kind === 'other') return 'other';
  const { kind, notice } = verdict;
  return [kind, notice.outTradeNo, kind === 'payment' ? notice.amountFen : notice.outRefundNo].join(' ');
}

function fuzz(verify: typeof verifyNotice, rounds: number) {
  const random = seededRandom(SEED);
  const counts = new Map<string, number>();
  const disagreements: { round: number; ours: string; theirs: string }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const text = makeForm(random);
    const [ours, theirs] = [askOurs(text, verify), askOracle(text)];
    const outcome = theirs.split(' ')[0] ?? '';
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (ours !== theirs) disagreements.push({ round, ours, theirs });
  }
  return { counts, disagreements };
}

describe(`${ROUNDS} mutated notices of Alipay (seed ${SEED})`, () => {
  it("are judged as Alipay's own SDK judges their signatures, each with the same reason", () => {
    const { counts, disagreements } = fuzz(verifyNotice, ROUNDS);
    expect(disagreements).toEqual([]);
    for (const outcome of ['payment', 'refund', 'other', 'malformed', 'bad_signature', 'wrong_merchant', 'wrong_app']) {
      expect(counts.get(outcome) ?? 0, `notices that are ${outcome}`).toBeGreaterThan(20);
    }
  });

  it('tell apart a verifier that takes the news of a refund for a payment', () => {
    const forgetful: typeof verifyNotice = (input) => {
      const verdict = verifyNotice(input);
      if (!verdict.ok || verdict.kind !== 'refund') return verdict;
      const fields = Object.fromEntries(new URLSearchParams(Buffer.from(input.rawBody).toString()));
      for (const name of ['sign', 'sign_type', 'refund_fee', 'gmt_refund', 'out_biz_no']) delete fields[name];
      const bytes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]));
      const rawBody = formOf({ ...fields, sign_type: 'RSA2', sign: signBytes(bytes) });
      return verifyNotice({ ...input, rawBody });
    };
    expect(fuzz(forgetful, 300).disagreements.length).toBeGreaterThan(10);
  });

  it('tell apart a verifier that does not look at the signature', () => {
    const trusting: typeof verifyNotice = (input) => {
      const verdict = verifyNotice(input);
      return verdict.ok || verdict.reason !== 'bad_signature' ? verdict : { ok: true, kind: 'other' };
    };
    expect(fuzz(trusting, 300).disagreements.length).toBeGreaterThan(10);
  });
});

const METHOD = 'alipay.trade.query';
const KEY = 'alipay_trade_query_response';
const ANSWERS: readonly string[] = [
  '{"code":"10000","msg":"Success","out_trade_no":"ord_01","trade_status":"TRADE_SUCCESS","total_amount":"99.00"}',
  '{"code":"10000","msg":"Success","qr_code":"https:\\/\\/qr.alipay.com\\/bax0","out_trade_no":"ord_01"}',
  '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在 {\\"a\\"}"}',
  '{ "code": "10000", "list": [ {"a": 1}, {"b": [] } ], "text": "}, \\"x\\": {" }',
];

const signText = (text: string): string => createSign('RSA-SHA256').update(text).sign(alipayPrivateKey, 'base64');

/** An answer of the gateway, spoilt before or after it was signed. */
function makeAnswer(random: SeededRandom): string {
  const value = random.pick(ANSWERS);
  const signed = random.oneIn(6) ? alterText(random, value) : value;
  const sent = random.oneIn(6) ? alterText(random, signed) : signed;
  const space = random.pick(['', ' ', '\n']);
  const serial = random.oneIn(4) ? `"alipay_cert_sn":"abc",` : '';
  const text = `{"${KEY}"${space}:${space}${sent}${space},${serial}"sign":"${signText(signed)}"}${space}`;
  return random.oneIn(6) ? alterText(random, text) : text;
}

function sdkVerifies(text: string): string {
  let whole: Record<string, unknown>;
  try {
    whole = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'malformed';
  }
  if (typeof whole !== 'object' || whole === null || !Object.hasOwn(whole, KEY)) return 'malformed';
  if (typeof whole[KEY] !== 'object' || whole[KEY] === null || Array.isArray(whole[KEY])) return 'malformed';
  const sign = whole['sign'];
  if (typeof sign !== 'string' || Buffer.from(sign, 'base64').toString('base64') !== sign) return 'unverified';
  try {
    sdk.checkResponseSign(text, KEY, sign, 'trace');
    return 'verified';
  } catch {
    return 'unverified';
  }
}

it("3000 mutated answers of Alipay's gateway are verified as its own SDK verifies them", () => {
  const random = seededRandom(SEED + 1);
  const counts: Record<string, number> = {};
  const disagreements: { text: string; ours: string; theirs: string }[] = [];
  for (let round = 0; round < 3000; round += 1) {
    const text = makeAnswer(random);
    const answer = readGatewayAnswer(METHOD, Buffer.from(text), alipayPublicKey);
    const ours = answer === undefined ? 'malformed' : answer.verified ? 'verified' : 'unverified';
    const theirs = sdkVerifies(text);
    counts[theirs] = (counts[theirs] ?? 0) + 1;
    if (ours !== theirs) disagreements.push({ text, ours, theirs });
  }
  expect(disagreements).toEqual([]);
  for (const outcome of ['verified', 'unverified', 'malformed']) expect(counts[outcome], outcome).toBeGreaterThan(50);
}, 120_000);

it('3000 requests are signed as the SDK signs them, whatever their values', () => {
  const random = seededRandom(SEED + 2);
  const text = () => random.pick([...ODD.slice(2), '衣影会员 100 次 / 30 天', '"quoted" \\ back', '👗'.repeat(3)]);
  for (let round = 0; round < 3000; round += 1) {
    const bizContent = {
      out_trade_no: `ord_${random.below(1e9)}`,
      total_amount: '99.00',
      subject: text(),
      body: text(),
    };
    const params = {
      bizContent,
      notify_url: `https://api.example.com/${random.below(99)}`,
      ...(random.oneIn(2) && { return_url: text() }),
    };
    const url = new URL(sdk.pageExecute('alipay.trade.page.pay', 'GET', params));
    const { sign, ...parameters } = Object.fromEntries(url.searchParams);
    // One text has one signature (PKCS#1 v1.5): to verify the SDK's over our text is to have made it, and costs a thirtieth.
    if (round < 200) expect(signParameters(parameters, alipayPrivateKey)['sign']).toBe(sign);
    const content = Buffer.from(contentToSign(Object.entries(parameters)));
    expect(verifyRsa2(content, sign ?? '', alipayPublicKey)).toBe(true);
  }
}, 120_000);
