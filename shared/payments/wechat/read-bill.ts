import { type BillRow, ChannelError } from '../channel.ts';
import { fromChinaTime } from '../china-time.ts';
import { type BillLine, readColumns } from '../read-columns.ts';

const WHAT = 'wechat bill';

const COLUMNS = ['交易时间', '商户号', '微信订单号', '商户订单号', '交易状态', '商户退款单号'] as const;
const AMOUNTS = ['应结订单金额', '退款金额', '订单金额', '申请退款金额'] as const;
/** Each total of the summary, and the column that it sums up. */
const TOTALS = {
  应结订单总金额: '应结订单金额',
  退款总金额: '退款金额',
  订单总金额: '订单金额',
  申请退款总金额: '申请退款金额',
} as const;

/** REVOKED: paid and then taken back by the merchant, which only payments by bar code can be. */
const KINDS: Readonly<Record<string, BillRow['kind']>> = { SUCCESS: 'payment', REFUND: 'refund', REVOKED: 'refund' };

function bad(code: string): ChannelError {
  return new ChannelError('unverified', code, WHAT);
}

function present(line: string | undefined): string {
  if (line === undefined) throw bad('bill_form');
  return line;
}

/** A back quote stands before each value, so a comma within a value separates nothing. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('`')) throw bad('bill_row');
  return line.slice(1).split(',`');
}

function toRow(line: BillLine, day: string, mchId: string): BillRow {
  const atMs = fromChinaTime(line.text('交易时间'));
  if (atMs === undefined || !line.text('交易时间').startsWith(day)) throw bad('bill_time');
  if (line.text('商户号') !== mchId) throw bad('bill_merchant');
  const state = line.text('交易状态');
  const kind = Object.hasOwn(KINDS, state) ? KINDS[state] : undefined;
  if (kind === undefined) throw bad('bill_state');
  const [outTradeNo, transactionId, outRefundNo] = ['商户订单号', '微信订单号', '商户退款单号'].map(line.text);
  if (!outTradeNo || !transactionId || !outRefundNo || (state === 'REFUND' && outRefundNo === '0')) {
    throw bad('bill_numbers');
  }
  const amountFen = line.fen(kind === 'payment' ? '订单金额' : '申请退款金额');
  if (amountFen < 1) throw bad('bill_amount');
  return {
    kind,
    outTradeNo,
    transactionId,
    amountFen,
    atMs,
    ...(kind === 'refund' && outRefundNo !== '0' && { outRefundNo }),
  };
}

/**
 * The trade bill `ALL`: a header, a line for each payment and refund of the day, and two lines of totals, which must be
 * the sums of the lines. Yuan, China's time.
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 * @throws ChannelError (`unverified`) that names what is wrong, and no value
 */
export function readBill(text: string, day: string, mchId: string): BillRow[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const [header, summary, summaryHeader] = [present(lines.shift()), present(lines.pop()), present(lines.pop())];
  const read = readColumns(WHAT, header.split(','), [...COLUMNS, ...AMOUNTS]);
  const sums = new Map<string, number>(AMOUNTS.map((column) => [column, 0]));
  const rows = lines.map((line) => {
    const cells = read(cellsOf(line));
    for (const column of AMOUNTS) sums.set(column, (sums.get(column) ?? 0) + cells.fen(column));
    return toRow(cells, day, mchId);
  });
  const totals = readColumns(WHAT, summaryHeader.split(','), ['总交易单数', ...Object.keys(TOTALS)])(cellsOf(summary));
  const tallies = Object.entries(TOTALS).every(([total, column]) => totals.fen(total) === sums.get(column));
  if (!tallies || totals.text('总交易单数') !== String(rows.length)) throw bad('bill_totals');
  return rows;
}
