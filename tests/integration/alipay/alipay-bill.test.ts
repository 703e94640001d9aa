import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipayChannel } from '../../../shared/payments/alipay/alipay-channel.ts';
import { readBill } from '../../../shared/payments/alipay/read-bill.ts';
import type { PaymentChannel } from '../../../shared/payments/channel.ts';
import { encodeGbk } from './encode-gbk.ts';
import { type Answer, type LoopbackGateway, startLoopbackGateway } from './loopback-gateway.ts';
import { makeZip, type ZipFile } from './make-zip.ts';

const DAY = '2026-11-22';
const NOON_MS = Date.parse('2026-11-24T12:00:00+08:00');
let nowMs = NOON_MS;
let gateway: LoopbackGateway;
let channel: PaymentChannel;
beforeAll(async () => {
  gateway = await startLoopbackGateway();
  channel = alipayChannel(gateway.config, { clock: () => nowMs, timeoutMs: 2000 });
});
afterAll(() => gateway.close());

const HEADER =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const PAYMENT =
  '2026112222001468450512505578\t,ord_01JD0000000000000000000001\t,交易\t,衣影会员 100 次 ／ 30 天,2026-11-22 09:59:50,2026-11-22 09:59:58,\t,\t,\t,\t,*影(138****00)\t,99.00,98.00,0.00,0.00,0.00,1.00,0.00,,0.00\t,0.00,\t,-0.59,0.00,';
const REFUND =
  '2026112222001468450512505578\t,ord_01JD0000000000000000000001\t,退款\t,衣影会员 100 次 ／ 30 天,2026-11-21 09:59:50,2026-11-22 23:59:59,\t,\t,\t,\t,*影(138****00)\t,-19.99,-19.98,0.00,0.00,0.00,-0.01,0.00,,0.00\t,0.00,ref_01JD0000000000000000000001,0.12,0.00,';
const END = '#-----------------------------------------业务明细列表结束------------------------------------';
const TOTALS = [
  '#交易合计：1笔，商家实收共98.00元，商家优惠共1.00元',
  '#退款合计：1笔，商家实收退款共-19.98元，商家优惠退款共-0.01元',
];

const detail = (lines: readonly string[] = [PAYMENT, REFUND], totals: readonly string[] = TOTALS): string =>
  [
    '#支付宝业务明细查询',
    '#账号：[20881011064993640156]',
    '#起始日期：[2026年11月22日 00:00:00]   终止日期：[2026年11月23日 00:00:00]',
    '#-----------------------------------------业务明细列表----------------------------------------',
    HEADER,
    ...lines,
    END,
    ...totals,
    '#导出时间：[2026年11月23日 05:46:49]',
    '',
  ].join('\r\n');
const SUMMARY = '#支付宝业务汇总查询\r\n#账号：[20881011064993640156]\r\n';

const NAME = '20881011064993640156_20261122_业务明细';
const file = (text: string, over: Partial<ZipFile> = {}): ZipFile => ({
  name: encodeGbk(`${NAME}.csv`),
  bytes: encodeGbk(text),
  ...over,
});
const summary: ZipFile = { name: encodeGbk(`${NAME}(汇总).csv`), bytes: encodeGbk(SUMMARY) };
const archive = (text: string, over: Partial<ZipFile> = {}): Buffer => makeZip([file(text, over), summary]);

const address = (): string => `${gateway.url}/downloadBillFile.resource?bizType=trade&fileId=%2Fx`;

function serve(
  bytes: Buffer = archive(detail()),
  json: object = {},
  more: { status?: number; headers?: Record<string, string> } = {},
) {
  gateway.answer = () => ({ json: { code: '10000', msg: 'Success', bill_download_url: address(), ...json } });
  gateway.file = { bytes, ...more };
}

async function failure(...served: Parameters<typeof serve>): Promise<string> {
  serve(...served);
  return channel.downloadBill(DAY).then(
    (got) => got.state,
    (error: { kind?: string; code?: string }) => `${error.kind} ${error.code}`,
  );
}

const ROWS = [
  {
    kind: 'payment',
    outTradeNo: 'ord_01JD0000000000000000000001',
    transactionId: '2026112222001468450512505578',
    amountFen: 9900,
    atMs: Date.parse('2026-11-22T09:59:58+08:00'),
  },
  {
    kind: 'refund',
    outTradeNo: 'ord_01JD0000000000000000000001',
    transactionId: '2026112222001468450512505578',
    outRefundNo: 'ref_01JD0000000000000000000001',
    amountFen: 1999,
    atMs: Date.parse('2026-11-22T23:59:59+08:00'),
  },
];

it('the encoder of these tests knows GBK', () => {
  expect(encodeGbk('a支付宝（元）').toString('hex')).toBe('61d6a7b8b6b1a6a3a8d4aaa3a9');
});

describe('a bill', () => {
  it('is asked for by its day, unpacked, read from GBK, and told to the fen', async () => {
    serve();
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: ROWS });
    expect(gateway.asked.at(-1)).toMatchObject({
      parameters: { method: 'alipay.data.dataservice.bill.downloadurl.query' },
      content: { bill_type: 'trade', bill_date: DAY },
    });
  });

  it('is the same stored, under a comment, with other line ends or blanks, or with its files in another order', async () => {
    const text = detail();
    for (const bytes of [
      archive(text, { stored: true }),
      makeZip([file(text)], 'a comment'),
      makeZip([summary, file(text)]),
      archive(text.replaceAll('\r\n', '\n')),
      archive(text.replaceAll('（元）', '(元)')),
      archive(text.replaceAll('\r\n', ' \t\r\n')),
      archive(text.replace(HEADER, HEADER.replaceAll(',', '\t,\t'))),
      archive(text.replace(',0.00\t,0.00,\t,-0.59', ',0.00\t,0.00,ref_01JD0000000000000000000001\t,-0.59')),
    ]) {
      serve(bytes);
      expect(await channel.downloadBill(DAY)).toStrictEqual({ state: 'ready', rows: ROWS });
    }
  });

  it('is told to a single fen', async () => {
    const lines = [PAYMENT.replace('99.00,98.00', '0.01,98.00'), REFUND.replace('-19.99', '-0.01')];
    serve(archive(detail(lines)));
    const amounts = ROWS.map((row) => ({ ...row, amountFen: 1 }));
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: amounts });
  });

  it('in several files of lines is all of them', async () => {
    serve(
      makeZip([
        file(detail([PAYMENT], ['#交易合计：1笔，商家实收共98.00元', '#退款合计：0笔，商家实收退款共0.00元'])),
        summary,
        file(detail()),
      ]),
    );
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: [ROWS[0], ...ROWS] });
  });

  it('without lines has no rows', async () => {
    serve(archive(detail([], ['#交易合计：0笔，商家实收共0.00元', '#退款合计：0笔，商家实收退款共0.00元'])));
    expect(await channel.downloadBill(DAY)).toEqual({ state: 'ready', rows: [] });
  });

  it('sums hundreds of amounts without losing a fen', async () => {
    const line = PAYMENT.replace('99.00,98.00', '19.99,19.99');
    const totals = ['#交易合计：500笔，商家实收共9995.00元', '#退款合计：0笔，商家实收退款共0.00元'];
    serve(
      archive(
        detail(
          Array.from({ length: 500 }, () => line),
          totals,
        ),
      ),
    );
    const got = await channel.downloadBill(DAY);
    expect(got.state === 'ready' && got.rows.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(999_500);
  });
});

describe('a bill that is not there', () => {
  const refusing = (over: Answer = {}) => {
    gateway.answer = () => ({
      json: { code: '40004', sub_code: 'isp.bill_not_exist', sub_msg: '账单不存在' },
      ...over,
    });
    return channel.downloadBill(DAY);
  };

  it('may yet be made for a day, and is one of an empty day after that', async () => {
    expect(await refusing()).toEqual({ state: 'ready', rows: [] });
    nowMs = Date.parse('2026-11-24T09:59:59+08:00');
    expect(await refusing()).toEqual({ state: 'not_ready' });
    nowMs = Date.parse('2026-11-24T10:00:00+08:00');
    expect(await refusing()).toEqual({ state: 'ready', rows: [] });
    nowMs = NOON_MS;
  });

  it.each(['bad', 'none'] as const)(
    'by an answer whose signature is %s is not believed to be empty',
    async (signature) => {
      await expect(refusing({ signature })).rejects.toMatchObject({ kind: 'unverified', code: 'isp.bill_not_exist' });
    },
  );

  it('for another reason is refused, and of no day is not asked for', async () => {
    const json = { code: '40002', sub_code: 'isv.invalid-arguments' };
    await expect(refusing({ json })).rejects.toMatchObject({ kind: 'refused', code: 'isv.invalid-arguments' });
    await expect(channel.downloadBill('2026-11')).rejects.toThrow('day must be a date');
  });
});

describe('an archive', () => {
  it.each([
    'https://evil.example.com/bill.zip',
    'http://127.0.0.1:1/bill.zip',
    'https://dwbillcenter.alipay.com/bill.zip',
    'https://bills.undefined/bill.zip',
    'file:///etc/passwd',
    '/bill.zip',
    'not a url',
  ])('at %s is not asked for', async (bill_download_url) => {
    expect(await failure(undefined, { bill_download_url })).toBe('unverified foreign_url');
  });

  it('without an address, or at a user of the host, is not asked for', async () => {
    for (const bill_download_url of [undefined, null, 1]) {
      expect(await failure(undefined, { bill_download_url })).toBe('unverified malformed');
    }
    for (const user of ['user:password', 'user', ':password']) {
      const bill_download_url = address().replace('http://', `http://${user}@`);
      expect(await failure(undefined, { bill_download_url }), user).toBe('unverified foreign_url');
    }
  });

  it('that is gone, or elsewhere, is asked for another time', async () => {
    expect(await failure(Buffer.alloc(0), {}, { status: 404 })).toBe('unavailable http_404');
    const headers = { Location: 'https://evil.example.com/' };
    expect(await failure(Buffer.alloc(0), {}, { status: 302, headers })).toBe('unavailable no_connection');
  });

  it.each<[string, () => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is none', () => Buffer.from('<html>expired</html>')],
    ['is cut off at its end', () => archive(detail()).subarray(0, -30)],
    ['is cut off at its beginning', () => archive(detail()).subarray(9)],
    ['says another CRC', () => archive(detail(), { claims: { crc: 1 } })],
    ['says fewer bytes', () => archive(detail(), { claims: { bytes: 9 } })],
    ['says more bytes', () => archive(detail(), { claims: { bytes: 1e6 } })],
    ['says fewer packed bytes', () => archive(detail(), { claims: { packedBytes: 9 } })],
    ['grows beyond its limit', () => archive(detail(), { claims: { bytes: 65 * 1024 * 1024 } })],
    ['is encrypted', () => archive(detail(), { claims: { flags: 9 } })],
    ['is packed in another way', () => archive(detail(), { claims: { method: 12 } })],
    ['holds very many files', () => makeZip(Array.from({ length: 40 }, () => summary))],
    ['is not in GBK', () => makeZip([{ name: encodeGbk('x'), bytes: Buffer.from([0x23, 0x81]) }])],
  ])('that %s is not read', async (_, make) => {
    expect(await failure(make())).toBe('unverified bad_zip');
  });

  it('with a single bit changed in its file is not read', async () => {
    const whole = archive(detail());
    const from = 30 + encodeGbk(`${NAME}.csv`).length + 4;
    for (let bit = 0; bit < 24; bit += 1) {
      const bytes = Buffer.from(whole);
      bytes[from + 40 + 3 * bit]! ^= 1 << (bit & 7);
      expect(await failure(bytes), `bit ${bit}`).toBe('unverified bad_zip');
    }
  });

  it('of more than its limit is not read to its end', async () => {
    expect(await failure(Buffer.alloc(17 * 1024 * 1024))).toBe('unverified too_large');
  });

  it('without a file of lines is not read', async () => {
    expect(await failure(makeZip([summary]))).toBe('unverified bill_form');
    expect(await failure(makeZip([]))).toBe('unverified bill_form');
    const utf8 = makeZip([{ name: encodeGbk('x'), bytes: Buffer.from(detail()) }]);
    expect(await failure(utf8)).toMatch(/^unverified (bad_zip|bill_form)$/);
  });
});

describe('lines', () => {
  it.each(['支付宝交易号', '商户订单号', '业务类型', '完成时间', '订单金额', '商家实收', '退款批次号/请求号'])(
    'without the column %s, or with it twice, are not read',
    async (name) => {
      expect(await failure(archive(detail().replace(name, '别的')))).toBe('unverified bill_columns');
      expect(await failure(archive(detail().replace('备注', name)))).toBe('unverified bill_columns');
    },
  );

  it.each<[string, string, string, string]>([
    ['another kind of business', '交易\t', '退票\t', 'bill_state'],
    ['a kind that means something to a program', '交易\t', 'constructor\t', 'bill_state'],
    ['a time that is none', '2026-11-22 09:59:58', '2026-11-22', 'bill_time'],
    ['no number of ours', 'ord_01JD0000000000000000000001\t', '\t', 'bill_numbers'],
    ['no number of Alipay', '2026112222001468450512505578\t', '\t', 'bill_numbers'],
    ['no amount', '99.00,98.00', ',98.00', 'bill_amount'],
    ['an amount of nothing', '99.00,98.00', '0.00,98.00', 'bill_amount'],
    ['a payment below nothing', '99.00,98.00', '-99.00,98.00', 'bill_amount'],
    ['an amount in pieces of a fen', '99.00,98.00', '99.001,98.00', 'bill_amount'],
    ['a value more', '衣影会员 100 次', '衣影会员, 100 次', 'bill_row'],
    ['a value less', ',0.00,-0.01', '', 'bill_row'],
  ])('with %s are not read', async (what, from, to, code) => {
    const text =
      what === 'a value less'
        ? detail([PAYMENT.replace(',0.00,0.00,', ',0.00,'), REFUND])
        : detail([PAYMENT.replace(from, to), REFUND]);
    expect(await failure(archive(text))).toBe(`unverified ${code}`);
  });

  it('of a refund without its number, or of an amount above nothing, are not read', async () => {
    expect(await failure(archive(detail([PAYMENT, REFUND.replace('ref_01JD0000000000000000000001', '')])))).toBe(
      'unverified bill_numbers',
    );
    expect(await failure(archive(detail([PAYMENT, REFUND.replace('-19.99', '19.99')])))).toBe('unverified bill_amount');
  });

  it.each<[string, string, string]>([
    ['another count of payments', '交易合计：1笔', '交易合计：2笔'],
    ['another sum of payments', '共98.00元', '共98.01元'],
    ['another count of refunds', '退款合计：1笔', '退款合计：0笔'],
    ['another sum of refunds', '共-19.98元', '共19.98元'],
    ['no sum of payments', '#交易合计', '#合计'],
    ['no sum of refunds', '#退款合计', '#合计'],
  ])('with %s are not read', async (_, from, to) => {
    expect(await failure(archive(detail().replace(from, to)))).toBe('unverified bill_totals');
  });

  it('that are missing, or of another day, are not read', async () => {
    expect(await failure(archive(detail([REFUND])))).toBe('unverified bill_totals');
    expect(await failure(archive(detail([PAYMENT, PAYMENT, REFUND])))).toBe('unverified bill_totals');
    expect(await failure(archive(detail().replace('[2026年11月22日', '[2026年11月21日')))).toBe('unverified bill_time');
    expect(await failure(archive(detail().replace('#起始日期', '#日期')))).toBe('unverified bill_time');
    expect(await failure(archive(detail().replace(END, '')))).toBe('unverified bill_form');
    expect(await failure(archive(detail().replace('业务明细列表-', '列表-')))).toBe('unverified bill_form');
    expect(await failure(archive(detail([]).replace(`${HEADER}\r\n`, '')))).toBe('unverified bill_form');
    expect(() => readBill(detail().replace('#支付宝业务明细查询', ''), DAY)).toThrow('unverified (bill_form)');
  });

  it('are summed up after them, and their columns are named with the unit at the end', async () => {
    const sums = TOTALS.join('\r\n');
    const early = detail().replace(sums, '#').replace('#账号', `${sums}\r\n#账号`);
    expect(await failure(archive(early))).toBe('unverified bill_totals');
    const inside = detail().replace('订单金额（元）', '订单（元）金额');
    expect(await failure(archive(inside))).toBe('unverified bill_columns');
  });

  it('say what is wrong with them, and no value', async () => {
    serve(archive(detail([PAYMENT.replace('99.00,98.00', '13800138000x,98.00'), REFUND])));
    const error = await channel.downloadBill(DAY).catch((cause: unknown) => cause as Error);
    expect(String(error)).toBe('ChannelError: alipay bill, column 订单金额: unverified (bill_amount)');
  });
});

describe("Alipay's own hosts", () => {
  it('are those of its domain, by HTTPS whatever the address says', async () => {
    const { gatewayUrl: _, ...config } = gateway.config;
    const asked: string[] = [];
    const real = globalThis.fetch;
    const vendor = alipayChannel(config, { clock: () => nowMs, timeoutMs: 2000 });
    const via = (bill_download_url: string) => {
      gateway.answer = () => ({ json: { code: '10000', bill_download_url } });
      gateway.file = { bytes: archive(detail()) };
      // Stands for the network alone: the vendor's names lead to the gateway on loopback.
      globalThis.fetch = (input, init) => {
        const url = new URL(String(input));
        asked.push(`${url.protocol}//${url.host}`);
        return real(`${gateway.url}${url.pathname}${url.search}`, init);
      };
      return vendor.downloadBill(DAY).finally(() => {
        globalThis.fetch = real;
      });
    };
    expect(await via('http://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=x')).toEqual({
      state: 'ready',
      rows: ROWS,
    });
    expect(asked).toEqual(['https://openapi.alipay.com', 'https://dwbillcenter.alipay.com']);
    for (const host of [
      'alipay.com.evil.example.com',
      'evilalipay.com',
      'dwbillcenter.alipay.com:8080',
      'a.alipaydev.com',
    ]) {
      await expect(via(`https://${host}/x`)).rejects.toMatchObject({ code: 'foreign_url' });
    }
  });
});
