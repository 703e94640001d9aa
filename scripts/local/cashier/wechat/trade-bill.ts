import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { billReadyAtMs, billRows, type CashierBillRow, spoilRows } from '../bill-rows.ts';
import type { CashierBook } from '../cashier-book.ts';
import { chinaDateTime, chinaMidnightMs, DAY_MS } from '../china-time.ts';
import type { DownloadDesk } from '../download-desk.ts';
import { yuan } from '../yuan.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

type BillType = 'ALL' | 'SUCCESS' | 'REFUND';
const BILL_TYPES: readonly string[] = ['ALL', 'SUCCESS', 'REFUND'] satisfies BillType[];
const URL_LIFE_MS = 300_000;
const KEPT_MS = 92 * DAY_MS;
/** 0.60 % of what was paid, rounded to the fen, and given back with it. */
const FEE_PER_10_000 = 60;

const feeFen = (fen: number) => Math.round((fen * FEE_PER_10_000) / 10_000);
const isRefund = ({ refund }: CashierBillRow) => refund !== undefined;
const REFUND_STATE = { SUCCESS: 'SUCCESS', PROCESSING: 'PROCESSING', ABNORMAL: 'CHANGE', CLOSED: 'FAIL' } as const;

interface Column {
  readonly name: string;
  readonly in: readonly BillType[];
  readonly value: (row: CashierBillRow) => string;
}

const ALL: readonly BillType[] = ['ALL', 'SUCCESS', 'REFUND'];
const WITH_REFUNDS: readonly BillType[] = ['ALL', 'REFUND'];
const column = (name: string, value: Column['value'], types = ALL): Column => ({ name, value, in: types });
const paidYuan = (row: CashierBillRow) => yuan(isRefund(row) ? 0 : row.amountFen);
const refundYuan = (row: CashierBillRow) => yuan(isRefund(row) ? row.amountFen : 0);
const couponFen = ({ order }: CashierBillRow) => order.amountFen - (order.payerFen ?? order.amountFen);

/** In the order of the file. https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html */
const COLUMNS: readonly Column[] = [
  column('交易时间', ({ atMs }) => chinaDateTime(atMs)),
  column('公众账号ID', ({ order }) => order.appId),
  column('商户号', ({ order }) => order.mchId),
  column('特约商户号', () => '0'),
  column('设备号', () => ''),
  column('微信订单号', ({ order }) => order.transactionId ?? ''),
  column('商户订单号', ({ order }) => order.outTradeNo),
  column('用户标识', ({ order }) => `o${order.appId.slice(2)}-local-payer`),
  column('交易类型', ({ order }) => (order.method === 'h5' ? 'MWEB' : 'NATIVE')),
  column('交易状态', (row) => (isRefund(row) ? 'REFUND' : 'SUCCESS')),
  column('付款银行', () => 'OTHERS'),
  column('货币种类', () => 'CNY'),
  column('应结订单金额', paidYuan),
  column('代金券金额', (row) => yuan(isRefund(row) ? 0 : couponFen(row))),
  column('退款申请时间', ({ refund }) => (refund === undefined ? '' : chinaDateTime(refund.createdAtMs)), ['REFUND']),
  column('退款成功时间', ({ refund }) => (refund?.state === 'SUCCESS' ? chinaDateTime(refund.endsAtMs) : ''), [
    'REFUND',
  ]),
  column('微信退款单号', ({ refund }) => refund?.refundId ?? '0', WITH_REFUNDS),
  column('商户退款单号', ({ refund }) => refund?.outRefundNo ?? '0', WITH_REFUNDS),
  column('退款金额', refundYuan, WITH_REFUNDS),
  column('充值券退款金额', () => '0.00', WITH_REFUNDS),
  column('退款类型', (row) => (isRefund(row) ? 'ORIGINAL' : ''), WITH_REFUNDS),
  column('退款状态', ({ refund }) => (refund === undefined ? '' : REFUND_STATE[refund.state]), WITH_REFUNDS),
  column('商品名称', ({ order }) => order.description),
  column('商户数据包', ({ order }) => order.attach ?? ''),
  column('手续费', (row) => feeYuan(feeFen(row.amountFen) * (isRefund(row) ? -1 : 1))),
  column('费率', () => '0.60%'),
  column('订单金额', paidYuan),
  column('申请退款金额', refundYuan, WITH_REFUNDS),
  column('费率备注', () => ''),
];
const SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

/** Fees have five decimals. */
function feeYuan(fen: number): string {
  return `${yuan(fen)}000`;
}

function writeBill(rows: readonly CashierBillRow[], type: BillType): string {
  const columns = COLUMNS.filter((one) => one.in.includes(type));
  const totalOf = (refunds: boolean) =>
    rows.filter((row) => isRefund(row) === refunds).reduce((fen, { amountFen }) => fen + amountFen, 0);
  const fees = rows.reduce((fen, row) => fen + feeFen(row.amountFen) * (isRefund(row) ? -1 : 1), 0);
  const [paid, refunded] = [yuan(totalOf(false)), yuan(totalOf(true))];
  const quoted = (values: readonly string[]) => values.map((value) => `\`${value.replace(/[\r\n]/g, ' ')}`).join(',');
  const lines = [
    columns.map(({ name }) => name).join(','),
    ...rows.map((row) => quoted(columns.map(({ value }) => value(row)))),
    SUMMARY,
    quoted([String(rows.length), paid, refunded, '0.00', feeYuan(fees), paid, refunded]),
  ];
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function checkDay(day: string, nowMs: number): void {
  const startMs = chinaMidnightMs(day);
  if (startMs === undefined) throw badParameter('/bill_date', '格式应为 yyyy-MM-dd', 'query');
  if (startMs + DAY_MS > nowMs || startMs < nowMs - KEPT_MS) {
    throw new WechatRefusal(400, 'INVALID_REQUEST', '账单日期应早于今日，且在三个月之内');
  }
  if (nowMs < billReadyAtMs(startMs)) throw new WechatRefusal(400, 'STATEMENT_CREATING', '账单生成中');
}

function readQuery(query: string) {
  const given = new URLSearchParams(query);
  for (const name of given.keys()) {
    if (!['bill_date', 'bill_type', 'tar_type'].includes(name)) throw badParameter(`/${name}`, '未定义的参数', 'query');
  }
  const type = given.get('bill_type') ?? 'ALL';
  if (!BILL_TYPES.includes(type)) throw badParameter('/bill_type', '只能是 ALL、SUCCESS 或 REFUND', 'query');
  const tar = given.get('tar_type');
  if (tar !== null && tar !== 'GZIP') throw badParameter('/tar_type', '只能是 GZIP', 'query');
  return { day: given.get('bill_date') ?? '', type: type as BillType, isZipped: tar === 'GZIP' };
}

/** The hash is of the file as it is unzipped. @returns the answer of `GET /v3/bill/tradebill`. @throws WechatRefusal */
export function offerTradeBill(
  book: CashierBook,
  desk: DownloadDesk,
  { query, base, fault }: { readonly query: string; readonly base: string; readonly fault: string | undefined },
  nowMs: number,
) {
  const { day, type, isZipped } = readQuery(query);
  checkDay(day, nowMs);
  const all = billRows(book, 'wechat', day).filter((row) => type === 'ALL' || isRefund(row) === (type === 'REFUND'));
  if (all.length === 0) throw new WechatRefusal(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
  const file = Buffer.from(writeBill(spoilRows(all, fault), type));
  const hashed = fault === 'wrong_hash' ? Buffer.concat([file, Buffer.from(' ')]) : file;
  const token = desk.offer(isZipped ? gzipSync(file) : file, nowMs + URL_LIFE_MS);
  return {
    hash_type: 'SHA1',
    hash_value: createHash('sha1').update(hashed).digest('hex'),
    download_url: `${base}/v3/billdownload/file?token=${token}`,
  };
}

/** @throws WechatRefusal when the address has expired */
export function takeTradeBill(desk: DownloadDesk, query: string, nowMs: number): Buffer {
  const file = desk.take(new URLSearchParams(query).get('token') ?? '', nowMs);
  if (file === undefined) throw new WechatRefusal(400, 'INVALID_REQUEST', '下载地址已失效，请重新申请账单');
  return file;
}
