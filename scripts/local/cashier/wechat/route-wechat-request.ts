import type { CashierBook } from '../cashier-book.ts';
import type { CashierMerchant } from '../cashier-merchant.ts';
import type { DownloadDesk } from '../download-desk.ts';
import type { RefundScripts } from '../refund-scripts.ts';
import type { WechatOperation } from './request-faults.ts';
import { offerTradeBill, takeTradeBill } from './trade-bill.ts';
import { closeWechatOrder, createWechatOrder, queryWechatOrder } from './wechat-orders.ts';
import { createWechatRefund, queryWechatRefund } from './wechat-refunds.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

export interface WechatParts {
  readonly book: CashierBook;
  readonly merchant: CashierMerchant;
  readonly scripts: RefundScripts;
  readonly bills: DownloadDesk;
  /** Where browsers and merchants reach the cashier. */
  readonly base: () => string;
}

export interface WechatAnswer {
  readonly status: number;
  readonly json?: unknown;
  /** A bill: the one answer that carries no signature. */
  readonly file?: Buffer;
}

export interface WechatCall {
  readonly operation: WechatOperation;
  /** The number that the path names. */
  readonly number?: string;
  readonly act: (body: unknown, fault: string | undefined) => WechatAnswer;
}

const ORDER_PATH = /^\/v3\/pay\/transactions\/(out-trade-no|id)\/([^/]+?)(\/close)?$/;
const REFUND_PATH = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/;

const ok = (json: unknown): WechatAnswer => ({ status: 200, json });

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw badParameter('/out_trade_no', '路径不是合法的 URL 编码', 'query');
  }
}

function routePost(parts: WechatParts, path: string, nowMs: number): WechatCall | undefined {
  const { book, merchant, scripts } = parts;
  const [, method] = /^\/v3\/pay\/transactions\/(native|h5)$/.exec(path) ?? [];
  if (method === 'native' || method === 'h5') {
    const act = (body: unknown) => ok(createWechatOrder(book, merchant, { method, base: parts.base(), body }, nowMs));
    return { operation: 'create', act };
  }
  if (path === '/v3/refund/domestic/refunds') {
    return { operation: 'refund', act: (body) => ok(createWechatRefund(book, scripts, body, nowMs)) };
  }
  const [, by, encoded, close] = ORDER_PATH.exec(path) ?? [];
  if (by !== 'out-trade-no' || encoded === undefined || close === undefined) return undefined;
  const outTradeNo = decode(encoded);
  const act = (body: unknown) => {
    closeWechatOrder(book, merchant, { outTradeNo, body, nowMs });
    return { status: 204 };
  };
  return { operation: 'close', number: outTradeNo, act };
}

function routeGet(parts: WechatParts, path: string, query: string, nowMs: number): WechatCall | undefined {
  const { book, merchant, bills } = parts;
  const [, by, encoded, close] = ORDER_PATH.exec(path) ?? [];
  if ((by === 'id' || by === 'out-trade-no') && encoded !== undefined && close === undefined) {
    const number = decode(encoded);
    return { operation: 'query', number, act: () => ok(queryWechatOrder(book, merchant, { by, number, query })) };
  }
  const [, refundNo] = REFUND_PATH.exec(path) ?? [];
  if (refundNo !== undefined) {
    return { operation: 'refund_query', act: () => ok(queryWechatRefund(book, decode(refundNo))) };
  }
  if (path === '/v3/bill/tradebill') {
    const act = (_body: unknown, fault: string | undefined) =>
      ok(offerTradeBill(book, bills, { query, base: parts.base(), fault }, nowMs));
    return { operation: 'bill', act };
  }
  if (path !== '/v3/billdownload/file') return undefined;
  return { operation: 'bill_download', act: () => ({ status: 200, file: takeTradeBill(bills, query, nowMs) }) };
}

/** What a request asks for. @throws WechatRefusal */
export function routeWechatRequest(parts: WechatParts, method: string, url: string, nowMs: number): WechatCall {
  const [path = '', query = ''] = url.split('?', 2);
  const call =
    method === 'POST'
      ? routePost(parts, path, nowMs)
      : method === 'GET'
        ? routeGet(parts, path, query, nowMs)
        : undefined;
  if (call === undefined) throw new WechatRefusal(404, 'RESOURCE_NOT_EXISTS', '请求的资源不存在');
  return call;
}
