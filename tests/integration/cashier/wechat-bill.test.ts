import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Formatter } from 'wechatpay-axios-plugin';
import { wechatStage } from './wechat-stage.ts';

const stage = wechatStage();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const bill = (day: string, rest = '&bill_type=ALL&tar_type=GZIP') =>
  stage.client.get(`/v3/bill/tradebill?bill_date=${day}${rest}`);
const pathOf = (url: unknown) => String(url).slice(stage.cashier.url.length);
const at = (time: string) => Date.parse(`${time}+08:00`);

async function download(day: string, rest?: string): Promise<string> {
  const { json } = await bill(day, rest);
  const { status, bytes } = await stage.client.get(pathOf(json['download_url']));
  expect(status).toBe(200);
  return (rest?.includes('GZIP') === false ? bytes : gunzipSync(bytes)).toString();
}

/** Every day of its own, so that no test stands in another's bill. */
let day = at('2026-01-01T12:00:00');
async function newDay(): Promise<string> {
  day += 3 * DAY_MS;
  stage.nowMs = day;
  return new Date(day + 8 * HOUR_MS).toISOString().slice(0, 10);
}
const afterTen = () => {
  stage.nowMs = day + DAY_MS - 2 * HOUR_MS;
};

async function dayWithPayment(): Promise<{ date: string; outTradeNo: string }> {
  const date = await newDay();
  return { date, outTradeNo: await stage.paid() };
}

describe('the bill of a day', () => {
  it('holds payments and refunds with a backtick before each value, in yuan, and two lines of sums', async () => {
    const { date, outTradeNo } = await dayWithPayment();
    stage.nowMs += 5 * 60_000;
    const refund = stage.refund(outTradeNo, { amount: { refund: 3305, total: 9900, currency: 'CNY' } });
    await stage.client.post('/v3/refund/domestic/refunds', refund);
    afterTen();
    const text = await download(date);
    expect(text.startsWith('\uFEFF交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,')).toBe(
      true,
    );
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe(
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    );
    expect(lines[4]).toBe('`2,`99.00,`33.05,`0.00,`0.39000,`99.00,`33.05');
    const { rows, summary } = Formatter.castCsvBill(text) as unknown as {
      rows: Record<string, string>[];
      summary: Record<string, string>;
    };
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      ...{ 交易时间: `${date} 12:00:00`, 商户订单号: outTradeNo, 交易类型: 'NATIVE', 交易状态: 'SUCCESS' },
      ...{ 应结订单金额: '99.00', 商户退款单号: '0', 退款金额: '0.00', 订单金额: '99.00', 申请退款金额: '0.00' },
      ...{ 商品名称: '衣影 月度会员', 货币种类: 'CNY', 公众账号ID: stage.cashier.merchant.appId },
    });
    expect(rows[1]).toMatchObject({
      ...{ 交易时间: `${date} 12:05:00`, 商户订单号: outTradeNo, 交易状态: 'REFUND', 退款类型: 'ORIGINAL' },
      ...{ 商户退款单号: refund.out_refund_no, 退款金额: '33.05', 申请退款金额: '33.05', 退款状态: 'SUCCESS' },
      ...{ 应结订单金额: '0.00', 订单金额: '0.00' },
    });
    expect(summary).toMatchObject({ 总交易单数: '2', 应结订单总金额: '99.00' });
  });

  it('says the SHA1 of the file as it is unzipped, and comes without a signature', async () => {
    const { date } = await dayWithPayment();
    afterTen();
    const { json, isSigned } = await bill(date);
    expect(isSigned).toBe(true);
    const file = await stage.client.get(pathOf(json['download_url']));
    expect(file.isSigned).toBe(false);
    expect(json['hash_type']).toBe('SHA1');
    expect(json['hash_value']).toBe(createHash('sha1').update(gunzipSync(file.bytes)).digest('hex'));
    expect(await download(date, '')).toContain('交易时间');
  });

  it('may be of payments or of refunds alone', async () => {
    const { date, outTradeNo } = await dayWithPayment();
    await stage.client.post('/v3/refund/domestic/refunds', stage.refund(outTradeNo));
    afterTen();
    const [payments, refunds] = [await download(date, '&bill_type=SUCCESS'), await download(date, '&bill_type=REFUND')];
    expect(payments.split('\r\n')[0]).not.toContain('退款');
    expect(payments).toContain('`SUCCESS');
    expect(payments).not.toContain('`REFUND');
    expect(refunds.split('\r\n')[0]).toContain('退款申请时间,退款成功时间');
    expect(refunds).toContain('`REFUND');
    expect(refunds).not.toContain('`NATIVE,`SUCCESS');
  });

  it('begins and ends at midnight in China', async () => {
    const date = await newDay();
    const midnight = at(`${date}T00:00:00`);
    const numbers: string[] = [];
    for (const paidAt of [midnight - 1, midnight, midnight + DAY_MS - 1, midnight + DAY_MS]) {
      stage.nowMs = paidAt;
      numbers.push(await stage.paid());
    }
    afterTen();
    const text = await download(date);
    expect(numbers.map((number) => text.includes(number))).toEqual([false, true, true, false]);
  });

  it('is there at ten in the morning of the next day and not before', async () => {
    const { date } = await dayWithPayment();
    stage.nowMs = at(`${date}T00:00:00`) + DAY_MS + 10 * HOUR_MS - 1;
    expect(await bill(date)).toMatchObject({ status: 400, json: { code: 'STATEMENT_CREATING' } });
    stage.nowMs += 1;
    expect(await bill(date)).toMatchObject({ status: 200 });
  });

  it('does not exist for a day without payments', async () => {
    const date = await newDay();
    afterTen();
    expect(await bill(date)).toMatchObject({ status: 400, json: { code: 'NO_STATEMENT_EXIST' }, isSigned: true });
  });

  it('does not tell of unpaid orders', async () => {
    const { date } = await dayWithPayment();
    const unpaid = stage.order();
    await stage.client.post('/v3/pay/transactions/native', unpaid);
    afterTen();
    expect(await download(date)).not.toContain(unpaid.out_trade_no);
  });

  it.each([
    ['today', '2026-11-23'],
    ['tomorrow', '2026-11-24'],
    ['four months ago', '2026-07-20'],
  ])('of %s is refused', async (_, date) => {
    expect(await bill(date)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it.each([
    ['/bill_date', '', ''],
    ['/bill_date', '20261122', ''],
    ['/bill_date', '2026-02-30', ''],
    ['/bill_type', '2026-11-22', '&bill_type=NONE'],
    ['/tar_type', '2026-11-22', '&tar_type=ZIP'],
    ['/day', '2026-11-22', '&day=1'],
  ])('%s of %s%s is refused by name', async (field, date, rest) => {
    expect(await bill(date, rest)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' }, field });
  });
});

describe('the bill’s address', () => {
  it('lives five minutes, and has to be asked for with a signature', async () => {
    const { date } = await dayWithPayment();
    afterTen();
    const url = String((await bill(date)).json['download_url']);
    expect((await fetch(url, { headers: { Accept: '*/*', 'User-Agent': 'test' } })).status).toBe(401);
    stage.nowMs += 300_000;
    expect((await stage.client.get(pathOf(url))).status).toBe(200);
    stage.nowMs += 1;
    expect(await stage.client.get(pathOf(url))).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    expect((await stage.client.get('/v3/billdownload/file?token=x')).status).toBe(400);
  });
});

describe('bills that go wrong', () => {
  it.each([
    ['missing_row', 1],
    ['extra_row', 3],
    ['altered_row', 2],
  ] as const)('%s: genuine by its hash, and not what happened', async (fault, count) => {
    const { date, outTradeNo } = await dayWithPayment();
    await stage.paid();
    afterTen();
    stage.cashier.failNext('bill', fault);
    const { json } = await bill(date);
    const text = gunzipSync((await stage.client.get(pathOf(json['download_url']))).bytes).toString();
    expect(json['hash_value']).toBe(createHash('sha1').update(text).digest('hex'));
    expect(text.trimEnd().split('\r\n')).toHaveLength(count + 3);
    expect(text.includes(outTradeNo)).toBe(fault !== 'missing_row');
    expect(text.includes('`99.01')).toBe(fault === 'altered_row');
    expect(await download(date)).not.toBe(text);
  });

  it('wrong_hash: another file than the hash is of', async () => {
    const { date } = await dayWithPayment();
    afterTen();
    stage.cashier.failNext('bill', 'wrong_hash');
    const { json } = await bill(date);
    const file = gunzipSync((await stage.client.get(pathOf(json['download_url']))).bytes);
    expect(json['hash_value']).not.toBe(createHash('sha1').update(file).digest('hex'));
  });

  it('bill_not_ready although it is time', async () => {
    const { date } = await dayWithPayment();
    afterTen();
    stage.cashier.failNext('bill', 'bill_not_ready');
    expect(await bill(date)).toMatchObject({ status: 400, json: { code: 'STATEMENT_CREATING' } });
    expect((await bill(date)).status).toBe(200);
  });
});
