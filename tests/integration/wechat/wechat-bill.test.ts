import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentChannel } from '../../../shared/payments/channel.ts';
import { downloadBill } from '../../../shared/payments/wechat/download-bill.ts';
import { openSigningKeys } from '../../../shared/payments/wechat/signing-config.ts';
import { wechatPayChannel } from '../../../shared/payments/wechat/wechat-pay-channel.ts';
import { type Answer, type LoopbackWechat, startLoopbackWechat } from './loopback-wechat.ts';
import { EXPECT, type Json } from './signed-notice.ts';

const DAY = '2026-11-22';
const NOON_MS = Date.parse('2026-11-23T12:00:00+08:00');

let nowMs = NOON_MS;
let vendor: LoopbackWechat;
let channel: PaymentChannel;
beforeAll(async () => {
  vendor = await startLoopbackWechat(() => nowMs);
  channel = wechatPayChannel(vendor.config, { clock: () => nowMs, timeoutMs: 2000 });
});
afterAll(() => vendor.close());

const HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TOTALS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const NAMES = HEADER.split(',');

type Line = Record<string, string>;
const PAYMENT: Line = {
  交易时间: '2026-11-22 09:59:58',
  公众账号ID: EXPECT.appId,
  商户号: EXPECT.mchId,
  特约商户号: '0',
  微信订单号: '4200001234202611221234567890',
  商户订单号: 'ord_01JD0000000000000000000001',
  用户标识: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  交易类型: 'NATIVE',
  交易状态: 'SUCCESS',
  付款银行: 'OTHERS',
  货币种类: 'CNY',
  应结订单金额: '98.00',
  代金券金额: '0.00',
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  商品名称: '衣影会员, 100 次',
  手续费: '0.59000',
  费率: '0.60%',
  订单金额: '99.00',
  申请退款金额: '0.00',
};
const REFUND: Line = {
  ...PAYMENT,
  交易时间: '2026-11-22 23:59:59',
  交易状态: 'REFUND',
  应结订单金额: '0.00',
  微信退款单号: '50000000382019052709732678859',
  商户退款单号: 'ref_01JD0000000000000000000001',
  退款金额: '19.98',
  退款类型: 'ORIGINAL',
  退款状态: 'PROCESSING',
  手续费: '-0.12000',
  订单金额: '0.00',
  申请退款金额: '19.99',
};

const write = (line: Line): string => NAMES.map((name) => `\`${line[name] ?? ''}`).join(',');
/** Sums are given, not computed, so that what computes them is the product alone. */
const SUMMARY = ['2', '98.00', '19.98', '0.00', '0.47', '99.00', '19.99'];
const bill = (lines: readonly Line[] = [PAYMENT, REFUND], summary: readonly string[] = SUMMARY, end = '\r\n'): string =>
  ['\ufeff'.concat(HEADER), ...lines.map(write), TOTALS, summary.map((value) => `\`${value}`).join(','), ''].join(end);

const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex');

interface Served {
  readonly text?: string;
  readonly file?: Buffer;
  readonly statement?: Json;
  readonly download?: Answer;
}

/** The bill's statement, and its file behind the address that the statement names. */
function serve({ text = bill(), file, statement = {}, download = {} }: Served = {}): void {
  const plain = Buffer.from(text);
  vendor.answer = ({ target }) =>
    target.startsWith('/v3/bill/tradebill')
      ? {
          json: {
            hash_type: 'SHA1',
            hash_value: sha1(plain),
            download_url: `${vendor.url}/v3/billdownload/file?token=a%2Bb`,
            ...statement,
          },
        }
      : { file: file ?? gzipSync(plain), ...download };
}

async function failure(served: Served): Promise<string> {
  serve(served);
  return channel.downloadBill(DAY).then(
    (got) => got.state,
    (error: { kind?: string; code?: string }) => `${error.kind} ${error.code}`,
  );
}

const ROWS = [
  {
    kind: 'payment',
    outTradeNo: 'ord_01JD0000000000000000000001',
    transactionId: '4200001234202611221234567890',
    amountFen: 9900,
    atMs: Date.parse('2026-11-22T09:59:58+08:00'),
  },
  {
    kind: 'refund',
    outTradeNo: 'ord_01JD0000000000000000000001',
    transactionId: '4200001234202611221234567890',
    outRefundNo: 'ref_01JD0000000000000000000001',
    amountFen: 1999,
    atMs: Date.parse('2026-11-22T23:59:59+08:00'),
  },
];

describe('a bill', () => {
  it('is asked for by its day, downloaded with a signed request, and read to the fen', async () => {
    serve();
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: ROWS });
    expect(vendor.asked.map(({ method, target }) => `${method} ${target}`).slice(-2)).toEqual([
      'GET /v3/bill/tradebill?bill_date=2026-11-22&bill_type=ALL&tar_type=GZIP',
      'GET /v3/billdownload/file?token=a%2Bb',
    ]);
  });

  it('is the same unpacked on its way, with other line ends, in other columns, or without a mark at its beginning', async () => {
    for (const text of [bill(undefined, undefined, '\n'), bill().replace('\ufeff', ''), `${bill()}\r\n \t`]) {
      for (const file of [Buffer.from(text), gzipSync(text)]) {
        serve({ text, file });
        expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: ROWS });
      }
    }
    const text = bill()
      .replaceAll('交易时间,公众账号ID,', '公众账号ID,交易时间,')
      .replaceAll(/^`(2026[^,]*),(`wx[^,]*),/gm, '$2,`$1,');
    serve({ text });
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: ROWS });
  });

  it('of a payment that was taken back tells a refund without a number of ours', async () => {
    const revoked = { ...REFUND, 交易状态: 'REVOKED', 商户退款单号: '0' };
    serve({ text: bill([PAYMENT, revoked]) });
    const { outRefundNo: _, ...row } = ROWS[1] ?? {};
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: [ROWS[0], row] });
  });

  it('tells a refund’s number of a refund only, and may be of a single fen', async () => {
    const payment = { ...PAYMENT, 商户退款单号: 'ref_01JD0000000000000000000002', 订单金额: '0.01' };
    serve({ text: bill([payment], ['1', '98.00', '0.00', '0.00', '0.59', '0.01', '0.00']) });
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: [{ ...ROWS[0], amountFen: 1 }] });
  });

  it('may lie at either of the two addresses that are asked', async () => {
    serve();
    for (const baseUrls of [[vendor.url, 'http://127.0.0.1:1'] as const, ['http://127.0.0.1:1', vendor.url] as const]) {
      const keys = { ...openSigningKeys(vendor.config), baseUrls };
      expect(await downloadBill(keys, { clock: () => nowMs, timeoutMs: 2000 }, DAY)).toMatchObject({ rows: ROWS });
    }
  });

  it('of an empty file of lines has no rows', async () => {
    serve({ text: bill([], ['0', '0.00', '0.00', '0.00', '0.00', '0.00', '0.00']) });
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: [] });
  });

  it('sums thousands of amounts without losing a fen', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => ({
      ...PAYMENT,
      商户订单号: `ord_${index}`,
      订单金额: '19.99',
    }));
    serve({ text: bill(lines, ['3000', '294000.00', '0.00', '0.00', '0.00', '59970.00', '0.00']) });
    const got = await channel.downloadBill(DAY);
    expect(got.state === 'ready' && got.rows.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(5_997_000);
  });
});

describe('a bill that is not there', () => {
  const refusing = (code: string, over: Answer = {}) => {
    vendor.answer = () => ({ status: 400, json: { code, message: '账单' }, ...over });
    return channel.downloadBill(DAY);
  };

  it('because it is being made is not ready', async () => {
    expect(await refusing('STATEMENT_CREATING')).toEqual({ state: 'not_ready' });
  });

  it('because nothing was paid is ready and empty, from the hour on at which bills are made', async () => {
    expect(await refusing('NO_STATEMENT_EXIST')).toEqual({ state: 'ready', rows: [] });
    nowMs = Date.parse('2026-11-23T09:59:59+08:00');
    expect(await refusing('NO_STATEMENT_EXIST')).toEqual({ state: 'not_ready' });
    nowMs = Date.parse('2026-11-23T10:00:00+08:00');
    expect(await refusing('NO_STATEMENT_EXIST')).toEqual({ state: 'ready', rows: [] });
    nowMs = NOON_MS;
  });

  it.each(['bad', 'none'] as const)(
    'by an answer whose signature is %s is not believed to be empty',
    async (signature) => {
      const refused = refusing('NO_STATEMENT_EXIST', { signature });
      await expect(refused).rejects.toMatchObject({ kind: 'unverified', code: 'NO_STATEMENT_EXIST' });
    },
  );

  it('for another reason is refused', async () => {
    await expect(refusing('PARAM_ERROR')).rejects.toMatchObject({ kind: 'refused', code: 'PARAM_ERROR' });
    await expect(channel.downloadBill('2026-02-30')).rejects.toThrow('day must be a date');
    await expect(channel.downloadBill('2026-11-22&bill_type=X')).rejects.toThrow('day must be a date');
  });
});

describe('a file', () => {
  it('that is not what its hash says is not read', async () => {
    const text = bill();
    expect(await failure({ text, file: gzipSync(text.replace('99.00', '98.00')) })).toBe('unverified bad_hash');
    expect(await failure({ statement: { hash_value: '0'.repeat(40) } })).toBe('unverified bad_hash');
    expect(await failure({ text, statement: { hash_value: sha1(gzipSync(text)) } })).toBe('unverified bad_hash');
    expect(await failure({ statement: { hash_value: sha1(Buffer.from(text)).toUpperCase() } })).toBe('ready');
  });

  it('whose hash is of another kind, or none, is not asked for', async () => {
    for (const statement of [
      { hash_type: 'MD5' },
      { hash_value: '' },
      { hash_value: undefined },
      { download_url: 1 },
    ]) {
      expect(await failure({ statement })).toBe('unverified malformed');
    }
  });

  it.each([
    'https://evil.example.com/v3/billdownload/file?token=x',
    'http://127.0.0.1:1/v3/billdownload/file?token=x',
    'https://api.mch.weixin.qq.com.evil.example.com/v3/billdownload/file',
    'https://api.mch.weixin.qq.com@evil.example.com/',
    'file:///etc/passwd',
    '/v3/billdownload/file',
    'not a url',
  ])('at %s is not asked for: a signed request goes to the channel only', async (download_url) => {
    const before = vendor.asked.length;
    expect(await failure({ statement: { download_url } })).toBe('unverified foreign_url');
    expect(vendor.asked).toHaveLength(before + 1);
  });

  it.each(['user:password@', 'user@', ':password@'])(
    'at %s of the channel’s own host is not asked for',
    async (who) => {
      const download_url = vendor.url.replace('http://', `http://${who}`);
      expect(await failure({ statement: { download_url } })).toBe('unverified foreign_url');
    },
  );

  it('that is gone, or elsewhere, is asked for another time', async () => {
    expect(await failure({ download: { status: 404, file: Buffer.from('') } })).toBe('unavailable http_404');
    const headers = { Location: 'https://evil.example.com/' };
    expect(await failure({ download: { status: 302, file: Buffer.from(''), headers } })).toBe(
      'unavailable no_connection',
    );
  });

  it('that is cut off, no archive, or grows beyond its limits is not read', async () => {
    expect(await failure({ file: gzipSync(bill()).subarray(0, -9) })).toBe('unverified bad_gzip');
    expect(await failure({ file: Buffer.from([0x1f, 0x8b, 0, 0]) })).toBe('unverified bad_gzip');
    expect(await failure({ file: gzipSync(Buffer.alloc(65 * 1024 * 1024), { level: 1 }) })).toBe('unverified bad_gzip');
    expect(await failure({ file: Buffer.alloc(17 * 1024 * 1024) })).toBe('unverified too_large');
  });

  it.each([[0x1f], [0x1f, 0x41], [0x41, 0x8b]])('that begins with %i %i is no archive, but text', async (...bytes) => {
    const file = Buffer.from(bytes);
    expect(await failure({ file, statement: { hash_value: sha1(file) } })).toBe('unverified bill_form');
  });

  it('that is not UTF-8 is not read', async () => {
    const file = Buffer.concat([Buffer.from(bill()), Buffer.from([0xff])]);
    expect(await failure({ file, statement: { hash_value: sha1(file) } })).toBe('unverified bill_form');
  });
});

describe('lines', () => {
  it.each([
    '交易时间',
    '商户号',
    '微信订单号',
    '商户订单号',
    '交易状态',
    '商户退款单号',
    '应结订单金额',
    '退款金额',
    '订单金额',
    '申请退款金额',
  ])('without the column %s, or with it twice, are not read', async (name) => {
    const renamed = bill().replace(`${name},`, '别的,');
    expect(await failure({ text: renamed })).toBe('unverified bill_columns');
    expect(await failure({ text: bill().replace('费率备注', name) })).toBe('unverified bill_columns');
  });

  it.each<[string, Line, string]>([
    ['another merchant', { 商户号: '1900000002' }, 'bill_merchant'],
    ['another day', { 交易时间: '2026-11-21 23:59:59' }, 'bill_time'],
    ['a time that is none', { 交易时间: '2026-11-22' }, 'bill_time'],
    ['a state that is none', { 交易状态: 'PAID' }, 'bill_state'],
    ['a state of a program', { 交易状态: 'constructor' }, 'bill_state'],
    ['no number of ours', { 商户订单号: '' }, 'bill_numbers'],
    ['no number of WeChat', { 微信订单号: '' }, 'bill_numbers'],
    ['no amount', { 订单金额: '' }, 'bill_amount'],
    ['an amount of nothing', { 订单金额: '0.00' }, 'bill_amount'],
    ['an amount below nothing', { 订单金额: '-99.00' }, 'bill_amount'],
    ['an amount with thousands', { 订单金额: '9,900.00' }, 'bill_amount'],
    ['an amount in pieces of a fen', { 订单金额: '99.001' }, 'bill_amount'],
    ['an amount in another script', { 订单金额: '９９.00' }, 'bill_amount'],
    ['a value more', { 商户数据包: 'x,`y' }, 'bill_row'],
  ])('with %s are not read', async (_, over, code) => {
    expect(await failure({ text: bill([{ ...PAYMENT, ...over }, REFUND]) })).toBe(`unverified ${code}`);
  });

  it('of a refund without its number, or of nothing, are not read', async () => {
    expect(await failure({ text: bill([PAYMENT, { ...REFUND, 商户退款单号: '0' }]) })).toBe('unverified bill_numbers');
    expect(await failure({ text: bill([PAYMENT, { ...REFUND, 申请退款金额: '0.00' }]) })).toBe(
      'unverified bill_amount',
    );
  });

  it('that are cut short, or do not begin as they must, are not read', async () => {
    const lines = bill().split('\r\n');
    const without = (index: number) => lines.filter((_, at) => at !== index).join('\r\n');
    expect(await failure({ text: without(0) })).toBe('unverified bill_columns');
    expect(await failure({ text: without(1) })).toBe('unverified bill_totals');
    expect(await failure({ text: without(3) })).toMatch(/^unverified bill_/);
    expect(await failure({ text: without(4) })).toMatch(/^unverified bill_/);
    expect(await failure({ text: bill().replace('`2026', '2026') })).toBe('unverified bill_row');
    for (const text of ['', ' \r\n', HEADER, `${HEADER}\n${TOTALS}`])
      expect(await failure({ text })).toBe('unverified bill_form');
  });

  it.each([0, 1, 2, 5, 6])('that are not the sum in place %s of the totals are not read', async (place) => {
    for (const value of ['1', '98.01', '', 'x']) {
      const summary = SUMMARY.map((given, index) => (index === place ? value : given));
      expect(await failure({ text: bill(undefined, summary) })).toMatch(/^unverified bill_(totals|amount)$/);
    }
  });

  it('say what is wrong with them, and no value', async () => {
    serve({ text: bill([{ ...PAYMENT, 订单金额: '13800138000x' }, REFUND]) });
    const error = await channel.downloadBill(DAY).catch((cause: unknown) => cause as Error);
    expect(String(error)).toBe('ChannelError: wechat bill, column 订单金额: unverified (bill_amount)');
  });
});
