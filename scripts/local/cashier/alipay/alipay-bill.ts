import { billReadyAtMs, billRows, type CashierBillRow, spoilRows } from '../bill-rows.ts';
import type { CashierBook } from '../cashier-book.ts';
import { chinaDateTime, chinaMidnightMs, DAY_MS } from '../china-time.ts';
import type { DownloadDesk } from '../download-desk.ts';
import { yuan } from '../yuan.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { AlipayRefusal } from './alipay-refusal.ts';
import { BUYER_LOGON_ID } from './alipay-trades.ts';
import { type Biz, required } from './check-trade.ts';
import { encodeGbk } from './encode-gbk.ts';
import { zipFiles } from './zip-files.ts';

const URL_LIFE_MS = 30_000;
export const BILL_PATH = '/alipay/bill';
const FEE_PER_10_000 = 60;

const DETAIL_HEADER =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,' +
  '商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,' +
  '卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const SUMMARY_HEADER =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,' +
  '卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';

const invalidArguments = (why: string) => new AlipayRefusal(40004, 'isv.invalid_arguments', why);
const noBill = () => new AlipayRefusal(40004, 'isp.bill_not_exist', '账单不存在');

const signed = ({ refund, amountFen }: CashierBillRow) => (refund === undefined ? amountFen : -amountFen);
/** Taken from a payment, given back with a refund. */
const fee = (row: CashierBillRow) => -Math.round((signed(row) * FEE_PER_10_000) / 10_000);
const sum = (rows: readonly CashierBillRow[], of: (row: CashierBillRow) => number) =>
  rows.reduce((fen, row) => fen + of(row), 0);

/** Numbers end with a tab, so that spreadsheets leave them alone. Amounts of refunds are negative. */
function detailRow(row: CashierBillRow): string {
  const { order, refund, atMs } = row;
  const couponFen = refund === undefined ? order.amountFen - (order.payerFen ?? order.amountFen) : 0;
  const cells = [
    ...[`${order.transactionId}\t`, `${order.outTradeNo}\t`, `${refund === undefined ? '交易' : '退款'}\t`],
    ...[order.description.replace(/[\r\n]/g, ' '), chinaDateTime(order.createdAtMs), chinaDateTime(atMs)],
    ...['\t', '\t', '\t', '\t', BUYER_LOGON_ID, yuan(signed(row)), yuan(signed(row))],
    ...['0.00', '0.00', yuan(couponFen), '0.00', '0.00', '', '0.00\t', '0.00'],
    ...[refund === undefined ? '\t' : `${refund.outRefundNo}\t`, yuan(fee(row)), '0.00', order.attach ?? ''],
  ];
  return cells.join(',');
}

function head(title: string, merchant: AlipayMerchant, fromMs: number): string[] {
  const date = (atMs: number) => chinaDateTime(atMs).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日');
  return [
    `#支付宝业务${title}查询`,
    `#账号：[${merchant.sellerId}0156]`,
    `#起始日期：[${date(fromMs)}]   终止日期：[${date(fromMs + DAY_MS)}]`,
  ];
}

function tail(nowMs: number): string {
  return `#导出时间：[${chinaDateTime(nowMs).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日')}]`;
}

function detailFile(rows: readonly CashierBillRow[], merchant: AlipayMerchant, fromMs: number, nowMs: number): string {
  const [payments, refunds] = [rows.filter((row) => !row.refund), rows.filter((row) => row.refund)];
  return [
    ...head('明细', merchant, fromMs),
    '#-----------------------------------------业务明细列表----------------------------------------',
    DETAIL_HEADER,
    ...rows.map(detailRow),
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${payments.length}笔，商家实收共${yuan(sum(payments, signed))}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共${yuan(sum(refunds, signed))}元，商家优惠退款共0.00元`,
    tail(nowMs),
    '',
  ].join('\r\n');
}

function summaryFile(rows: readonly CashierBillRow[], merchant: AlipayMerchant, fromMs: number, nowMs: number): string {
  const refundCount = rows.filter((row) => row.refund).length;
  const [total, fees] = [sum(rows, signed), sum(rows, fee)];
  const cells = ['合计\t', '\t', rows.length - refundCount, refundCount, yuan(total), yuan(total)];
  return [
    ...head('汇总', merchant, fromMs),
    '#-----------------------------------------业务汇总列表----------------------------------------',
    SUMMARY_HEADER,
    [...cells, '0.00', '0.00', '0.00', yuan(fees), '0.00', yuan(total + fees)].join(','),
    '#----------------------------------------业务汇总列表结束-------------------------------------',
    tail(nowMs),
    '',
  ].join('\r\n');
}

/**
 * The answer of `alipay.data.dataservice.bill.downloadurl.query`: a day without trades and a day that is not ready are told in the
 * same words. Of the bill types only `trade` is played.
 * @throws AlipayRefusal
 */
export function offerAlipayBill(
  book: CashierBook,
  parts: { readonly desk: DownloadDesk; readonly merchant: AlipayMerchant; readonly base: string },
  { biz, fault }: { readonly biz: Biz; readonly fault: string | undefined },
  nowMs: number,
) {
  const type = required(biz, 'bill_type', 20);
  if (type !== 'trade' && type !== 'signcustomer') throw invalidArguments('bill_type 应为 trade 或 signcustomer');
  const day = required(biz, 'bill_date', 15);
  const fromMs = chinaMidnightMs(day);
  if (fromMs === undefined) throw invalidArguments('bill_date 格式应为 yyyy-MM-dd');
  if (fromMs + DAY_MS > nowMs) throw invalidArguments('bill_date 不支持当日账单');
  const rows = billRows(book, 'alipay', day);
  if (type !== 'trade' || nowMs < billReadyAtMs(fromMs) || rows.length === 0 || fault === 'bill_not_ready')
    throw noBill();
  const said = spoilRows(rows, fault);
  const name = (what: string) => encodeGbk(`${parts.merchant.sellerId}0156_${day.replaceAll('-', '')}_${what}.csv`);
  const zip = zipFiles([
    { name: name('业务明细'), bytes: encodeGbk(detailFile(said, parts.merchant, fromMs, nowMs)) },
    { name: name('业务明细(汇总)'), bytes: encodeGbk(summaryFile(said, parts.merchant, fromMs, nowMs)) },
  ]);
  const token = parts.desk.offer(fault === 'broken_zip' ? zip.subarray(0, zip.length - 40) : zip, nowMs + URL_LIFE_MS);
  return { bill_download_url: `${parts.base}${BILL_PATH}?bizType=trade&fileType=csv.zip&token=${token}` };
}
