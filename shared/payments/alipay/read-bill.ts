import { type BillRow, ChannelError } from '../channel.ts';
import { fromChinaTime } from '../china-time.ts';
import { type BillLine, readColumns } from '../read-columns.ts';
import { yuanToFen } from '../yuan.ts';

const WHAT = 'alipay bill';

const COLUMNS = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '完成时间',
  '订单金额',
  '商家实收',
  '退款批次号/请求号',
] as const;
const KINDS: Readonly<Record<string, BillRow['kind']>> = { 交易: 'payment', 退款: 'refund' };

/** `#交易合计：6笔，商家实收共0.06元，…` and `#退款合计：4笔，商家实收退款共-0.04元，…` */
const TOTALS: Readonly<Record<BillRow['kind'], RegExp>> = {
  payment: /^#交易合计：(\d+)笔，商家实收共(-?[\d.]+)元/,
  refund: /^#退款合计：(\d+)笔，商家实收退款共(-?[\d.]+)元/,
};
const TITLE = '#支付宝业务明细查询';
const BEGIN = /^#-+业务明细列表-+$/;
const END = /^#-+业务明细列表结束-+$/;
/** `#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]` */
const SPAN = /^#起始日期：\[(\d{4})年(\d\d)月(\d\d)日 00:00:00\]/;

function bad(code: string): ChannelError {
  return new ChannelError('unverified', code, WHAT);
}

/** The archive holds the lines in one file and sums by shop in another, told apart by their first line. */
export function isDetailFile(text: string): boolean {
  return text.startsWith(TITLE);
}

function toRow(line: BillLine): BillRow {
  const type = line.text('业务类型');
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) throw bad('bill_state');
  const atMs = fromChinaTime(line.text('完成时间'));
  if (atMs === undefined) throw bad('bill_time');
  const [outTradeNo, transactionId, outRefundNo] = ['商户订单号', '支付宝交易号', '退款批次号/请求号'].map(line.text);
  if (!outTradeNo || !transactionId || (kind === 'refund' && !outRefundNo)) throw bad('bill_numbers');
  // A refund's amount is written as a negative one.
  const amountFen = kind === 'payment' ? line.fen('订单金额') : -line.fen('订单金额');
  if (amountFen < 1) throw bad('bill_amount');
  const row = { kind, outTradeNo, transactionId, amountFen, atMs };
  return kind === 'refund' && outRefundNo ? { ...row, outRefundNo } : row;
}

function checkTotals(lines: readonly string[], kind: BillRow['kind'], count: number, sumFen: number): void {
  const [, told, sum = ''] = lines.map((line) => TOTALS[kind].exec(line)).find((found) => found !== null) ?? [];
  if (told !== String(count) || yuanToFen(sum) !== sumFen) throw bad('bill_totals');
}

/**
 * The trade bill's file of lines: some lines of title that begin with `#`, a header, a line for each payment and refund, and two
 * lines of totals, which must be the sums of the lines. Cells may end in a tab. Yuan, China's time.
 * @throws ChannelError (`unverified`) that names what is wrong, and no value
 */
export function readBill(text: string, day: string): BillRow[] {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const [begin, end] = [lines.findIndex((line) => BEGIN.test(line)), lines.findIndex((line) => END.test(line))];
  const span = lines.map((line) => SPAN.exec(line)).find((found) => found !== null);
  if (!isDetailFile(text) || begin < 0 || end <= begin + 1) throw bad('bill_form');
  if (span === undefined || span.slice(1).join('-') !== day) throw bad('bill_time');
  const header = (lines[begin + 1] ?? '').split(',').map((name) => name.trim().replace(/[（(]元[）)]$/, ''));
  const read = readColumns(WHAT, header, COLUMNS);
  const sums = { payment: { count: 0, fen: 0 }, refund: { count: 0, fen: 0 } };
  const rows = lines.slice(begin + 2, end).map((line) => {
    const cells = read(line.split(','));
    const row = toRow(cells);
    sums[row.kind].count += 1;
    sums[row.kind].fen += cells.fen('商家实收');
    return row;
  });
  for (const kind of ['payment', 'refund'] as const)
    checkTotals(lines.slice(end), kind, sums[kind].count, sums[kind].fen);
  return rows;
}
