import { describe, expect, it } from 'vitest';
import { alipayStage } from './alipay-stage.ts';
import { unzip } from './unzip.ts';

const stage = alipayStage();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const METHOD = 'alipay.data.dataservice.bill.downloadurl.query';
const ask = (day: unknown, type: unknown = 'trade') => stage.client.call(METHOD, { bill_type: type, bill_date: day });

/** Every day of its own, so that no test stands in another's bill. */
let day = Date.parse('2026-01-01T12:00:00+08:00');
function newDay(): string {
  day += 3 * DAY_MS;
  stage.nowMs = day;
  return new Date(day + 8 * HOUR_MS).toISOString().slice(0, 10);
}
const afterTen = () => {
  stage.nowMs = day + DAY_MS - 2 * HOUR_MS;
};

async function download(date: string) {
  const { json } = await ask(date);
  const response = await fetch(String(json['bill_download_url']));
  expect(response.status).toBe(200);
  const files = unzip(Buffer.from(await response.arrayBuffer()));
  return files.map(({ name, bytes }) => ({
    name,
    lines: new TextDecoder('gbk', { fatal: true }).decode(bytes).split('\r\n'),
  }));
}

const refund = (number: string, amount: string) =>
  stage.call('refund', { out_trade_no: number, refund_amount: amount, out_request_no: `rfd_${amount}` });

describe('the bill of a day', () => {
  it('is a zip of two GBK files: lines with tabs and signs, and sums', async () => {
    const date = newDay();
    const number = await stage.paid();
    stage.nowMs += 5000;
    await refund(number, '33.05');
    afterTen();
    const [detail, summary] = await download(date);
    const compact = date.replaceAll('-', '');
    const { sellerId } = stage.cashier.secrets.alipayVerifying;
    expect([detail?.name, summary?.name]).toEqual([
      `${sellerId}0156_${compact}_业务明细.csv`,
      `${sellerId}0156_${compact}_业务明细(汇总).csv`,
    ]);
    expect(detail?.lines[0]).toBe('#支付宝业务明细查询');
    const [year, month, dayOfMonth] = date.split('-');
    expect(detail?.lines[2]).toMatch(
      new RegExp(`^#起始日期：\\[${year}年${month}月${dayOfMonth}日 00:00:00\\]   终止日期：`),
    );
    const header = detail?.lines[4]?.split(',') ?? [];
    const rows = detail?.lines.slice(5, 7).map((line) => {
      const cells = line.split(',');
      expect(cells).toHaveLength(header.length);
      return Object.fromEntries(header.map((name, index) => [name, cells[index]?.replaceAll('\t', '')]));
    });
    expect(rows?.[0]).toMatchObject({
      ...{ 商户订单号: number, 业务类型: '交易', 商品名称: '衣影 月度会员', 完成时间: `${date} 12:00:00` },
      ...{ '订单金额（元）': '99.00', '商家实收（元）': '99.00', '退款批次号/请求号': '', '服务费（元）': '-0.59' },
    });
    expect(rows?.[1]).toMatchObject({
      ...{
        商户订单号: number,
        业务类型: '退款',
        支付宝交易号: rows?.[0]?.['支付宝交易号'],
        完成时间: `${date} 12:00:05`,
      },
      ...{ '订单金额（元）': '-33.05', '退款批次号/请求号': 'rfd_33.05', '服务费（元）': '0.20' },
    });
    expect(detail?.lines[5]).toMatch(/^\d{28}\t,/);
    expect(detail?.lines.slice(7, 10)).toEqual([
      '#-----------------------------------------业务明细列表结束------------------------------------',
      '#交易合计：1笔，商家实收共99.00元，商家优惠共0.00元',
      '#退款合计：1笔，商家实收退款共-33.05元，商家优惠退款共0.00元',
    ]);
    expect(summary?.lines[0]).toBe('#支付宝业务汇总查询');
    expect(summary?.lines[5]).toContain('合计\t,\t,1,1,65.95,65.95,');
  });

  it('begins and ends at midnight in China', async () => {
    const date = newDay();
    const midnight = Date.parse(`${date}T00:00:00+08:00`);
    const numbers: string[] = [];
    for (const paidAt of [midnight - 1, midnight, midnight + DAY_MS - 1, midnight + DAY_MS]) {
      stage.nowMs = paidAt;
      numbers.push(await stage.paid());
    }
    afterTen();
    const text = (await download(date))[0]?.lines.join('\n') ?? '';
    expect(numbers.map((number) => text.includes(number))).toEqual([false, true, true, false]);
  });

  it('does not exist before ten of the next day, nor on a day without payments: the same words', async () => {
    const date = newDay();
    await stage.paid();
    stage.nowMs = Date.parse(`${date}T00:00:00+08:00`) + DAY_MS + 10 * HOUR_MS - 1;
    const missing = { isSigned: true, json: { code: '40004', sub_code: 'isp.bill_not_exist' } };
    expect(await ask(date)).toMatchObject(missing);
    stage.nowMs += 1;
    expect((await ask(date)).json).toMatchObject({ code: '10000' });
    expect(await ask('2026-01-02')).toMatchObject(missing);
  });

  it.each([
    ['today', '2026-11-23', 'trade', 'isv.invalid_arguments'],
    ['tomorrow', '2026-11-24', 'trade', 'isv.invalid_arguments'],
    ['no day', '2026-13-01', 'trade', 'isv.invalid_arguments'],
    ['a type that there is not', '2026-11-22', 'all', 'isv.invalid_arguments'],
    ['no date', undefined, 'trade', 'ACQ.INVALID_PARAMETER'],
    ['no type', '2026-11-22', null, 'ACQ.INVALID_PARAMETER'],
    ['money on the account', '2026-11-22', 'signcustomer', 'isp.bill_not_exist'],
  ])('of %s is refused', async (_, date, type, subCode) => {
    expect((await ask(date, type)).json).toMatchObject({ sub_code: subCode });
  });
});

describe('the bill’s address', () => {
  it('lives thirty seconds and needs no signature', async () => {
    const date = newDay();
    await stage.paid();
    afterTen();
    const url = String((await ask(date)).json['bill_download_url']);
    stage.nowMs += 30_000;
    expect((await fetch(url)).status).toBe(200);
    stage.nowMs += 1;
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('bills that go wrong', () => {
  it.each([
    ['missing_row', 1],
    ['extra_row', 3],
    ['altered_row', 2],
  ] as const)('%s: whole and with right sums, and not what happened', async (fault, count) => {
    const date = newDay();
    await stage.paid();
    await stage.paid();
    afterTen();
    stage.cashier.failNextAlipay('bill', fault);
    const lines = (await download(date))[0]?.lines ?? [];
    expect(lines.filter((line) => /^\d{28}\t,/.test(line))).toHaveLength(count);
    expect(lines.some((line) => line.startsWith(`#交易合计：${count}笔`))).toBe(true);
    expect(lines.join('').includes(',99.01,')).toBe(fault === 'altered_row');
  });

  it('broken_zip: cut off before its end', async () => {
    const date = newDay();
    await stage.paid();
    afterTen();
    stage.cashier.failNextAlipay('bill', 'broken_zip');
    await expect(download(date)).rejects.toThrow('no end of the directory');
  });

  it('bill_not_ready although it is time', async () => {
    const date = newDay();
    await stage.paid();
    afterTen();
    stage.cashier.failNextAlipay('bill', 'bill_not_ready');
    expect((await ask(date)).json).toMatchObject({ sub_code: 'isp.bill_not_exist' });
    expect((await ask(date)).json).toMatchObject({ code: '10000' });
  });
});
