import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CashierBook, CashierOrder } from '../cashier-book.ts';
import type { DownloadDesk } from '../download-desk.ts';
import type { FaultQueue } from '../fault-queue.ts';
import type { RefundScripts } from '../refund-scripts.ts';
import { offerAlipayBill } from './alipay-bill.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { queryRefund, refundTrade } from './alipay-refunds.ts';
import { AlipayRefusal, businessRefusal } from './alipay-refusal.ts';
import { closeTrade, placeTrade, queryTrade } from './alipay-trades.ts';
import type { Biz } from './check-trade.ts';
import type { GatewayFault, GatewayOperation } from './gateway-faults.ts';
import { type GatewayRequest, gatewayParams, readGatewayRequest } from './read-gateway-request.ts';
import { signText } from './rsa2.ts';

export interface GatewayParts {
  readonly book: CashierBook;
  /** Made at the first use of the gateway. */
  readonly merchant: () => AlipayMerchant;
  readonly scripts: RefundScripts;
  readonly bills: DownloadDesk;
  readonly base: () => string;
  readonly faults: FaultQueue<GatewayOperation, GatewayFault>;
  /** Shows the payer the order, or why there is none. */
  readonly showOrder: (response: ServerResponse, order: CashierOrder) => void;
  readonly showRefusal: (response: ServerResponse, refusal: AlipayRefusal) => void;
}

type Said = Record<string, unknown>;
interface Call {
  readonly operation: GatewayOperation;
  readonly act: (parts: GatewayParts, request: GatewayRequest, fault: string | undefined, nowMs: number) => Said;
}

const CALLS: Readonly<Record<string, Call>> = {
  'alipay.trade.precreate': {
    operation: 'precreate',
    act: ({ book, merchant }, request, _fault, nowMs) => {
      const order = placeTrade(book, merchant(), { method: 'precreate', request }, nowMs);
      return { out_trade_no: order.outTradeNo, qr_code: order.payUrl };
    },
  },
  'alipay.trade.query': { operation: 'query', act: ({ book }, { biz }) => queryTrade(book, biz) },
  'alipay.trade.close': { operation: 'close', act: ({ book }, { biz }, _fault, nowMs) => closeTrade(book, biz, nowMs) },
  'alipay.trade.refund': {
    operation: 'refund',
    act: ({ book, scripts }, { biz }, _fault, nowMs) => refundTrade(book, scripts, biz, nowMs),
  },
  'alipay.trade.fastpay.refund.query': {
    operation: 'refund_query',
    act: ({ book }, { biz }) => queryRefund(book, biz),
  },
  'alipay.data.dataservice.bill.downloadurl.query': {
    operation: 'bill',
    act: ({ book, bills, merchant, base }, { biz }, fault, nowMs) =>
      offerAlipayBill(book, { desk: bills, merchant: merchant(), base: base() }, { biz, fault }, nowMs),
  },
};
const PAGES: Readonly<Record<string, 'page' | 'wap'>> = {
  'alipay.trade.page.pay': 'page',
  'alipay.trade.wap.pay': 'wap',
};

function closeNewestOther(book: CashierBook, biz: Biz, nowMs: number): void {
  const asked = biz['out_trade_no'];
  const other = book.orders('alipay').findLast((one) => one.state === 'NOTPAY' && one.outTradeNo !== asked);
  if (other === undefined) return;
  other.state = 'CLOSED';
  other.closedAtMs = nowMs;
  book.save();
}

/** Does what was asked, or what the fault says instead. @throws AlipayRefusal */
function perform(
  parts: GatewayParts,
  call: Call,
  request: GatewayRequest,
  at: { fault?: GatewayFault; nowMs: number },
): Said {
  const { fault, nowMs } = at;
  if (fault === 'system_error') throw new AlipayRefusal(20000, 'isp.unknow-error', '系统繁忙');
  if (fault === 'rate_limited') throw new AlipayRefusal(40005, 'isv.app-call-limited', '应用调用次数超限');
  if (fault === 'not_enough') throw businessRefusal('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
  if (fault === 'says_done' || fault === 'closes_another') {
    if (fault === 'closes_another') closeNewestOther(parts.book, request.biz, nowMs);
    return { out_trade_no: request.biz['out_trade_no'] };
  }
  const said = fault === 'bad_gateway' ? {} : call.act(parts, request, fault, nowMs);
  if (fault === 'acts_then_system_error') throw businessRefusal('SYSTEM_ERROR', '系统错误，请使用相同的参数再次调用');
  if (fault === 'another_order' && 'out_trade_no' in said) said['out_trade_no'] = 'ord_SOMEBODY_ELSE';
  if (fault === 'wrong_amount' && 'total_amount' in said) said['total_amount'] = '0.01';
  return said;
}

/** The answer's own text, slashes escaped as the gateway does, so that only the text that came can be verified. */
function write(
  node: string,
  json: Said,
  merchant: AlipayMerchant | undefined,
  fault: GatewayFault | undefined,
): string {
  const text = JSON.stringify(json).replaceAll('/', '\\/');
  if (merchant === undefined || fault === 'no_signature') return `{"${node}":${text}}`;
  const sign = signText(fault === 'bad_signature' ? `${text} ` : text, merchant.alipay.privatePem);
  return `{"${node}":${fault === 'altered_body' ? text.replace(/}$/, ' }') : text},"sign":"${sign}"}`;
}

function send(response: ServerResponse, body: string, fault: GatewayFault | undefined): void {
  if (fault === 'acts_then_is_silent') return;
  if (fault === 'acts_then_hangs_up') {
    response.destroy();
    return;
  }
  const isDown = fault === 'bad_gateway' || fault === 'acts_then_bad_gateway';
  response.writeHead(isDown ? 502 : 200, { 'Content-Type': 'text/html;charset=utf-8' });
  response.end(isDown ? '<html><h1>502 Bad Gateway</h1></html>' : body);
}

function answerCall(
  parts: GatewayParts,
  response: ServerResponse,
  params: ReadonlyMap<string, string>,
  nowMs: number,
): void {
  const method = params.get('method') ?? '';
  const call = CALLS[method];
  let fault: GatewayFault | undefined;
  let json: Said;
  try {
    const request = readGatewayRequest(params, parts.merchant());
    if (call === undefined) throw new AlipayRefusal(40002, 'isv.invalid-method', '不存在的方法名');
    fault = parts.faults.take(call.operation);
    json = { code: '10000', msg: 'Success', ...perform(parts, call, request, { ...(fault && { fault }), nowMs }) };
  } catch (error) {
    if (!(error instanceof AlipayRefusal)) throw error;
    json = error.toJson();
  }
  const knowsCaller = call !== undefined && params.get('app_id') === parts.merchant().appId;
  const node = knowsCaller ? `${method.replaceAll('.', '_')}_response` : 'error_response';
  send(response, write(node, json, knowsCaller ? parts.merchant() : undefined, fault), fault);
}

/** Answers `/gateway.do` as Alipay does: calls in signed JSON, and the two pages with a page. */
export function answerGateway(
  parts: GatewayParts,
  {
    request,
    response,
    query,
    body,
  }: { request: IncomingMessage; response: ServerResponse; query: string; body: Buffer },
  nowMs: number,
): void {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  let isPage = false;
  try {
    const params = gatewayParams(query, isForm ? body.toString('utf8') : '');
    const page = PAGES[params.get('method') ?? ''];
    isPage = page !== undefined;
    if (page === undefined) {
      answerCall(parts, response, params, nowMs);
      return;
    }
    const read = readGatewayRequest(params, parts.merchant());
    parts.showOrder(response, placeTrade(parts.book, parts.merchant(), { method: page, request: read }, nowMs));
  } catch (error) {
    if (!(error instanceof AlipayRefusal)) throw error;
    if (isPage) parts.showRefusal(response, error);
    else send(response, write('error_response', error.toJson(), undefined, undefined), undefined);
  }
}
