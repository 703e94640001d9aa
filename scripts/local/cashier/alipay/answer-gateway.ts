import type { IncomingMessage, ServerResponse } from 'node:http';
import { alterText } from '../alter-text.ts';
import type { CashierOrder } from '../cashier-book.ts';
import type { FaultQueue } from '../fault-queue.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { AlipayRefusal } from './alipay-refusal.ts';
import { placeTrade } from './alipay-trades.ts';
import type { GatewayFault, GatewayOperation } from './gateway-faults.ts';
import { type CallParts, GATEWAY_CALLS, performGatewayCall, type Said } from './perform-gateway-call.ts';
import { gatewayParams, readGatewayRequest } from './read-gateway-request.ts';
import { signText } from './rsa2.ts';

export interface GatewayParts extends CallParts {
  readonly faults: FaultQueue<GatewayOperation, GatewayFault>;
  /** Shows the payer the order, or why there is none. */
  readonly showOrder: (response: ServerResponse, order: CashierOrder) => void;
  readonly showRefusal: (response: ServerResponse, refusal: AlipayRefusal) => void;
}

const PAGES: ReadonlyMap<string, 'page' | 'wap'> = new Map([
  ['alipay.trade.page.pay', 'page'],
  ['alipay.trade.wap.pay', 'wap'],
]);

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
  return `{"${node}":${fault === 'altered_body' ? alterText(text) : text},"sign":"${sign}"}`;
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
  const call = GATEWAY_CALLS.get(method);
  let fault: GatewayFault | undefined;
  let json: Said;
  try {
    const request = readGatewayRequest(params, parts.merchant());
    if (call === undefined) throw new AlipayRefusal(40002, 'isv.invalid-method', '不存在的方法名');
    fault = parts.faults.take(call.operation);
    json = {
      code: '10000',
      msg: 'Success',
      ...performGatewayCall(parts, call, request, { ...(fault && { fault }), nowMs }),
    };
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
    const page = PAGES.get(params.get('method') ?? '');
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
