import { createDecipheriv, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelError, type PaymentChannel } from '../../shared/payments/channel.ts';
import { signRequest } from '../../shared/payments/wechat/sign-request.ts';
import { type NoticeInput, type NoticeVerdict, verifyNotice } from '../../shared/payments/wechat/verify-notice.ts';
import { wechatPayChannel } from '../../shared/payments/wechat/wechat-pay-channel.ts';
import { type LoopbackWechat, startLoopbackWechat } from '../integration/wechat/loopback-wechat.ts';
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
  SERIAL,
  seal,
  signed,
  TRANSACTION,
} from '../integration/wechat/signed-notice.ts';

const ROUNDS = 4000;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);

/** mulberry32 */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Headers = Record<string, string | string[]>;
interface Sent {
  headers: Headers;
  rawBody: Buffer;
}
type Random = ReturnType<typeof seeded>;
const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;

const ODD: readonly unknown[] = [
  null,
  0,
  1,
  -1,
  1.5,
  '',
  'x',
  '9900',
  [],
  {},
  true,
  'x'.repeat(70),
  '中',
  '\u0000',
  9900,
];

function alterJson(random: Random, object: Json): Json {
  const copy = structuredClone(object);
  const inner = Object.entries(copy).filter(([, value]) => typeof value === 'object' && value !== null);
  const target = inner.length > 0 && random(2) === 0 ? (pick(random, inner)[1] as Json) : copy;
  const name = pick(random, Object.keys(target));
  if (random(3) === 0) delete target[name];
  else target[name] = pick(random, ODD);
  return copy;
}

function alterText(random: Random, text: string): string {
  const at = random(text.length + 1);
  const printable = String.fromCharCode(32 + random(95));
  return pick(random, [
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + printable + text.slice(at),
    () => text.slice(0, at) + printable + text.slice(at + 1),
    () => text.slice(0, at),
  ])();
}

function sealWith(random: Random, plaintext: string, type: string): Json {
  const nonce = random(20) === 0 ? 'short' : 'uluk4a9R25RW';
  const associatedData = pick(random, ['transaction', 'transaction', '', 'x'.repeat(18)]);
  return {
    original_type: random(20) === 0 ? pick(random, ['refund', 'transaction', 'x']) : type,
    algorithm: random(20) === 0 ? 'AEAD_AES_128_GCM' : 'AEAD_AES_256_GCM',
    ciphertext: oracle.Aes.AesGcm.encrypt(plaintext, API_V3_KEY, nonce, associatedData),
    associated_data: associatedData,
    nonce,
  };
}

const EVENTS = ['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED', 'TRANSACTION.SUCCESS', 'SECURITY_ECHO.SUCCESS'];

/** A body whose mutation, if any, was made before it was signed. */
function makeBody(random: Random): Buffer {
  const isRefund = random(3) === 0;
  const event = isRefund ? pick(random, EVENTS.slice(0, 3)) : 'TRANSACTION.SUCCESS';
  const about = isRefund ? { ...REFUND, refund_status: event.slice('REFUND.'.length) } : TRANSACTION;
  let plaintext = JSON.stringify(random(2) === 0 ? alterJson(random, about) : about);
  if (random(12) === 0) plaintext = alterText(random, plaintext);
  let top: Json = { ...envelope(), event_type: random(12) === 0 ? pick(random, EVENTS) : event };
  top = { ...top, resource: sealWith(random, plaintext, isRefund ? 'refund' : 'transaction') };
  if (random(4) === 0) top = alterJson(random, top);
  const text = JSON.stringify(top);
  return Buffer.from(random(12) === 0 ? alterText(random, text) : text);
}

function makeNotice(random: Random): Sent {
  const rawBody = makeBody(random);
  const ageSeconds = random(4) === 0 ? pick(random, [-301, -300, 299, 300, 301, 86_400]) : random(200);
  const timestamp = String(NOW_MS / 1000 - ageSeconds);
  const nonce = 'EcXRCtvgXxAeZ6BHPFBIPhCz7VZmRVVk';
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), rawBody, Buffer.from('\n')]);
  const headers: Headers = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': SERIAL,
    'wechatpay-signature': oracle.Rsa.sign(message, platformPrivateKey),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  };
  return { headers, rawBody };
}

/** Spoilt after it was signed. */
function spoil(random: Random, sent: Sent): Sent {
  const headers = { ...sent.headers };
  const rawBody = Buffer.from(sent.rawBody);
  const name = pick(random, Object.keys(headers));
  const value = String(headers[name]);
  switch (random(6)) {
    case 0:
      if (rawBody.length > 0) rawBody[random(rawBody.length)]! ^= 1 << random(8);
      break;
    case 1:
      delete headers[name];
      break;
    case 2:
      headers[name] = alterText(random, value);
      break;
    case 3:
      headers[name] = [value, value];
      break;
    case 4:
      headers[name.toUpperCase()] = value;
      break;
    default:
      return { headers, rawBody: rawBody.subarray(0, random(rawBody.length + 1)) };
  }
  return { headers, rawBody };
}

type Field = readonly [path: string, holds: (value: unknown) => boolean];
const isText = (max: number) => (value: unknown) =>
  typeof value === 'string' && value.length >= 1 && value.length <= max;

const ENVELOPE_FIELDS: readonly Field[] = [
  ['id', isText(64)],
  ['event_type', isText(64)],
  ['resource_type', (value) => value === 'encrypt-resource'],
  ['resource.original_type', isText(32)],
  ['resource.algorithm', (value) => value === 'AEAD_AES_256_GCM'],
  [
    'resource.ciphertext',
    (value) =>
      typeof value === 'string' && value.length % 4 === 0 && /^[\w+/]*={0,2}$/.test(value) && !value.includes('_'),
  ],
  ['resource.associated_data', (value) => value === undefined || (typeof value === 'string' && value.length <= 16)],
  ['resource.nonce', (value) => typeof value === 'string' && Buffer.from(value).length === 12],
];
const TRANSACTION_FIELDS: readonly Field[] = [
  ...['mchid', 'appid', 'transaction_id', 'trade_state'].map((name): Field => [name, isText(32)]),
  ['out_trade_no', (value) => isText(32)(value) && /^[\w\-|*]{6,}$/.test(String(value))],
  [
    'success_time',
    (value) => typeof value === 'string' && /^\d{4}-.+T.+(Z|[+-]\d\d:\d\d)$/.test(value) && Date.parse(value) > 0,
  ],
  ['amount.total', (value) => Number.isSafeInteger(value) && (value as number) > 0],
  ['amount.currency', isText(16)],
];

const REFUND_FIELDS: readonly Field[] = [
  ['mchid', isText(32)],
  ['out_trade_no', (value) => isText(32)(value) && /^[\w\-|*]{6,}$/.test(String(value))],
  ['out_refund_no', isText(64)],
  ['refund_status', (value) => ['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL'].includes(value as string)],
  ...['amount.refund', 'amount.total'].map(
    (name): Field => [name, (value) => Number.isSafeInteger(value) && (value as number) > 0],
  ),
];

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, name) => (here as Json | null | undefined)?.[name], value);
}

function parse(text: string, fields: readonly Field[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fields.every(([path, holds]) => holds(at(value, path))) ? value : undefined;
}

/** The single value of a header, whatever its case; undefined when it is missing or there are more. */
function single(headers: Headers, name: string): string | undefined {
  const values = Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value);
  return values.length === 1 ? values[0] : undefined;
}

/** What the protocol says, on the primitives of another implementation: the facts of a payment or refund, or why there is none. */
function askOracle({ headers, rawBody }: Sent): string {
  const [timestamp = '', nonce = '', serial = '', signature = ''] = ['timestamp', 'nonce', 'serial', 'signature'].map(
    (name) => single(headers, `wechatpay-${name}`),
  );
  const type = single(headers, 'wechatpay-signature-type');
  const typeGiven = Object.keys(headers).some((name) => name.toLowerCase() === 'wechatpay-signature-type');
  if (!/^[1-9]\d{0,11}$/.test(timestamp) || !/^[!-+\--~]+$/.test(nonce) || !/^\w+$/.test(serial)) return 'malformed';
  if (signature.length < 4 || Buffer.from(signature, 'base64').toString('base64') !== signature) return 'malformed';
  if (typeGiven && type !== 'WECHATPAY2-SHA256-RSA2048') return 'malformed';
  const key = KEYS.platformKeys.get(serial);
  if (key === undefined) return 'unknown_serial';
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), rawBody, Buffer.from('\n')]);
  if (!oracle.Rsa.verify(message, signature, key)) return 'bad_signature';
  if (Math.abs(NOW_MS / 1000 - Number(timestamp)) > 300) return 'stale';

  const top = parse(rawBody.toString(), ENVELOPE_FIELDS);
  if (top === undefined) return 'malformed';
  const resource = at(top, 'resource') as Record<string, string>;
  let plaintext: string;
  try {
    plaintext = oracle.Aes.AesGcm.decrypt(
      resource['ciphertext'] ?? '',
      API_V3_KEY,
      resource['nonce'] ?? '',
      resource['associated_data'] ?? '',
    );
  } catch {
    return 'bad_tag';
  }
  const [family, result] = String(at(top, 'event_type')).split(/\.(.*)/s);
  const original = resource['original_type'];
  if (family === 'REFUND' && ['SUCCESS', 'ABNORMAL', 'CLOSED'].includes(result ?? '')) {
    const refund = original === 'refund' ? parse(plaintext, REFUND_FIELDS) : undefined;
    if (refund === undefined || at(refund, 'refund_status') !== result) return 'malformed';
    if (at(refund, 'mchid') !== EXPECT.mchId) return 'wrong_merchant';
    return ['refund', ...['out_trade_no', 'out_refund_no', 'amount.refund'].map((name) => at(refund, name))].join(' ');
  }
  if (family !== 'TRANSACTION' || result !== 'SUCCESS') return 'other';
  if (original !== 'transaction') return 'malformed';
  const paid = parse(plaintext, TRANSACTION_FIELDS);
  if (paid === undefined) return 'malformed';
  if (at(paid, 'trade_state') !== 'SUCCESS') return 'not_success';
  if (at(paid, 'mchid') !== EXPECT.mchId) return 'wrong_merchant';
  if (at(paid, 'appid') !== EXPECT.appId) return 'wrong_app';
  return ['payment', at(paid, 'out_trade_no'), at(paid, 'amount.total'), at(paid, 'amount.currency')].join(' ');
}

function askOurs(sent: Sent, verify: typeof verifyNotice = verifyNotice): string {
  const verdict = verify({ ...sent, nowMs: NOW_MS, keys: KEYS, expect: EXPECT });
  if (!verdict.ok) return verdict.reason;
  if (verdict.kind === 'other') return 'other';
  const { kind, notice } = verdict;
  return kind === 'payment'
    ? [kind, notice.outTradeNo, notice.amountFen, notice.currency].join(' ')
    : [kind, notice.outTradeNo, notice.outRefundNo, notice.refundFen].join(' ');
}

function fuzz(verify: typeof verifyNotice, rounds: number) {
  const random = seeded(SEED);
  const counts = new Map<string, number>();
  const disagreements: { round: number; ours: string; theirs: string }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const whole = makeNotice(random);
    const sent = random(4) === 0 ? spoil(random, whole) : whole;
    const [ours, theirs] = [askOurs(sent, verify), askOracle(sent)];
    const outcome = theirs.split(' ')[0] ?? '';
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (ours !== theirs) disagreements.push({ round, ours, theirs });
  }
  return { counts, disagreements };
}

describe(`${ROUNDS} mutated notices (seed ${SEED})`, () => {
  it('are judged as another implementation of the primitives judges them, each with the same reason', () => {
    const { counts, disagreements } = fuzz(verifyNotice, ROUNDS);
    expect(disagreements).toEqual([]);
    const outcomes = [
      'payment',
      'refund',
      'other',
      'malformed',
      'unknown_serial',
      'bad_signature',
      'stale',
      'bad_tag',
      'not_success',
    ];
    for (const outcome of [...outcomes, 'wrong_merchant', 'wrong_app']) {
      expect(counts.get(outcome) ?? 0, `notices that are ${outcome}`).toBeGreaterThan(0);
    }
  }, 30_000);

  it('tell apart a verifier without a clock', () => {
    const forgetful: typeof verifyNotice = (input) => {
      const timestamp = Number(single(input.headers as Headers, 'wechatpay-timestamp'));
      return verifyNotice({ ...input, nowMs: timestamp * 1000 });
    };
    expect(fuzz(forgetful, 300).disagreements.length).toBeGreaterThan(10);
  });

  it('tell apart a verifier that takes the news of a refund for a payment', () => {
    const eager: typeof verifyNotice = (input) => {
      const verdict = verifyNotice(input);
      if (!verdict.ok || verdict.kind !== 'refund') return verdict;
      const { outTradeNo, refundFen = 0 } = verdict.notice;
      const merchant = { merchantId: EXPECT.mchId, appId: EXPECT.appId, currency: 'CNY', paidAtMs: NOW_MS };
      const notice = { ...merchant, channel: 'wechat' as const, outTradeNo, transactionId: 'x', amountFen: refundFen };
      return { ok: true, kind: 'payment', notice };
    };
    expect(fuzz(eager, 300).disagreements.length).toBeGreaterThan(10);
  });

  it('tell apart a verifier that decrypts without looking at the tag', () => {
    expect(fuzz(withoutFinal, 2000).disagreements.length).toBeGreaterThan(10);
  });
});

const ANSWERS = 800;
const STATES = ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'USERPAYING', 'NOT_A_STATE'];
const READ_AS: Readonly<Record<string, string>> = {
  ...{ SUCCESS: 'paid', REFUND: 'refunded', NOTPAY: 'unpaid', USERPAYING: 'unpaid', PAYERROR: 'unpaid' },
  ...{ ACCEPT: 'unpaid', CLOSED: 'closed', REVOKED: 'closed' },
};

/** An answer about an order: what it says is altered before it is signed, or what was signed afterwards. */
function makeAnswer(random: Random): { headers: Record<string, string>; body: Buffer } {
  const said = { ...TRANSACTION, trade_state: pick(random, STATES) };
  const text = JSON.stringify(random(3) === 0 ? alterJson(random, said) : said);
  const signedText = random(12) === 0 ? alterText(random, text) : text;
  const ageSeconds = random(5) === 0 ? pick(random, [-301, -300, 300, 301]) : random(200);
  const [timestamp, nonce] = [String(NOW_MS / 1000 - ageSeconds), 'answered'];
  const headers: Record<string, string> = {
    ...{ 'Wechatpay-Timestamp': timestamp, 'Wechatpay-Nonce': nonce, 'Wechatpay-Serial': SERIAL },
    'Wechatpay-Signature': oracle.Rsa.sign(oracle.Formatter.response(timestamp, nonce, signedText), platformPrivateKey),
  };
  const body = Buffer.from(signedText);
  if (random(3) !== 0) return { headers, body };
  const name = pick(random, Object.keys(headers));
  const value = headers[name] ?? '';
  switch (random(6)) {
    case 0:
      delete headers[name];
      break;
    case 1:
      headers[name] = alterText(random, value);
      break;
    case 2:
      headers[name] = `${value}, ${value}`;
      break;
    case 3:
      headers['Wechatpay-Signature'] = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']}`;
      break;
    case 4:
      return { headers, body: body.subarray(0, random(body.length)) };
    default:
      body[random(body.length)]! ^= 1 << random(7);
  }
  return { headers, body };
}

function answerByOracle({ headers, body }: ReturnType<typeof makeAnswer>): string {
  // As they come over HTTP: spaces around a value are none of it.
  const of = (name: string) => headers[`Wechatpay-${name}`]?.trim() ?? '';
  const [timestamp, nonce, signature] = [of('Timestamp'), of('Nonce'), of('Signature')];
  const key = KEYS.platformKeys.get(of('Serial'));
  if (key === undefined || !/^[1-9]\d{0,11}$/.test(timestamp) || !/^[!-+\--~]+$/.test(nonce)) return 'unverified';
  if (signature.length < 4 || Buffer.from(signature, 'base64').toString('base64') !== signature) return 'unverified';
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
  if (!oracle.Rsa.verify(message, signature, key)) return 'unverified';
  if (Math.abs(NOW_MS / 1000 - Number(timestamp)) > 300) return 'unverified';
  const order = parse(body.toString(), []);
  const isOurs = at(order, 'mchid') === EXPECT.mchId && at(order, 'appid') === EXPECT.appId;
  const state = READ_AS[String(at(order, 'trade_state'))];
  if (!isOurs || at(order, 'out_trade_no') !== TRANSACTION['out_trade_no'] || state === undefined) return 'unverified';
  if (state !== 'paid' && state !== 'refunded') return state;
  const paid = parse(body.toString(), TRANSACTION_FIELDS);
  return paid === undefined ? 'unverified' : `${state} ${at(paid, 'amount.total')} ${at(paid, 'amount.currency')}`;
}

describe(`${ANSWERS} mutated answers of WeChat's gateway`, () => {
  let vendor: LoopbackWechat;
  beforeAll(async () => {
    vendor = await startLoopbackWechat(() => NOW_MS);
  });
  afterAll(() => vendor.close());

  async function askChannel(channel: PaymentChannel): Promise<string> {
    try {
      const order = await channel.queryOrder(String(TRANSACTION['out_trade_no']));
      return 'amountFen' in order ? `${order.state} ${order.amountFen} ${order.currency}` : order.state;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      return error.kind;
    }
  }

  async function compared(clock: () => number, rounds: number) {
    const channel = wechatPayChannel(vendor.config, { clock, timeoutMs: 5000 });
    const random = seeded(SEED + 2);
    const counts: Record<string, number> = {};
    const disagreements: { round: number; ours: string; theirs: string }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { headers, body } = makeAnswer(random);
      vendor.answer = () => ({ file: body, headers });
      const [ours, theirs] = [await askChannel(channel), answerByOracle({ headers, body })];
      const kind = theirs.split(' ')[0] ?? '';
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (ours !== theirs) disagreements.push({ round, ours, theirs });
    }
    return { counts, disagreements };
  }

  it('are believed when another implementation of the primitives believes them, and say the same', async () => {
    const { counts, disagreements } = await compared(() => NOW_MS, ANSWERS);
    expect(disagreements).toEqual([]);
    for (const kind of ['paid', 'refunded', 'unpaid', 'closed', 'unverified'])
      expect(counts[kind] ?? 0, kind).toBeGreaterThan(20);
  }, 60_000);

  it('tell apart a channel whose clock is an hour wrong', async () => {
    expect((await compared(() => NOW_MS - 3_600_000, 60)).disagreements.length).toBeGreaterThan(10);
  });
});

it('3000 requests are signed as the other implementation signs them, whatever they carry', () => {
  const random = seeded(SEED + 1);
  const signer = { mchId: EXPECT.mchId, merchantSerial: 'ABC123', merchantPrivateKey: platformPrivateKey };
  const publicKey = createPublicKey(platformPrivateKey);
  for (let round = 0; round < 3000; round += 1) {
    const method = pick(random, ['GET', 'POST'] as const);
    const pathAndQuery = `/v3/pay/${random(1e9)}?a=${encodeURIComponent(alterText(random, '衣影|*&='))}`;
    const body = method === 'GET' ? '' : alterText(random, JSON.stringify(alterJson(random, TRANSACTION)));
    const [timestampSeconds, nonce] = [random(2e9), String(random(1e9))];
    const header = signRequest(signer, { method, pathAndQuery, body, timestampSeconds, nonce });
    const message = oracle.Formatter.request(method, pathAndQuery, String(timestampSeconds), nonce, body);
    // One text has one signature (PKCS#1 v1.5): to verify it is to have made it, and costs a thirtieth.
    const signature = /signature="([^"]+)"/.exec(header)?.[1] ?? '';
    expect(oracle.Rsa.verify(message, signature, publicKey)).toBe(true);
  }
}, 120_000);

/** `update()` without `final()`: whatever comes out is sealed and signed anew, so that all the other checks are made. */
function withoutFinal(input: NoticeInput): NoticeVerdict {
  const verdict = verifyNotice(input);
  if (verdict.ok || verdict.reason !== 'bad_tag') return verdict;
  const top = JSON.parse(Buffer.from(input.rawBody).toString()) as Json;
  const resource = top['resource'] as Record<string, string>;
  const sealed = Buffer.from(resource['ciphertext'] ?? '', 'base64');
  const decipher = createDecipheriv('aes-256-gcm', API_V3_KEY, Buffer.from(resource['nonce'] ?? ''));
  const plaintext = decipher.update(sealed.subarray(0, -16)).toString();
  const again = { ...seal(plaintext), original_type: resource['original_type'] };
  return verifyNotice({ ...input, ...signed({ ...top, resource: again }) });
}
