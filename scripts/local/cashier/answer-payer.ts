import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../shared/clock.ts';
import type { CashierBook, CashierOrder } from './cashier-book.ts';
import { messagePage, orderListPage, orderPage } from './cashier-page.ts';
import { NotPayable, type PayOptions } from './pay-order.ts';
import { NOTICE_FAULTS } from './wechat/seal-notice.ts';

export interface PayerActions {
  pay(outTradeNo: string, options: PayOptions): void;
  close(outTradeNo: string): void;
}

export interface PageReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LISTED = 50;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

function html(status: number, body: string): PageReply {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers: { ...headers, 'Content-Security-Policy': policy }, body };
}

function json(status: number, value: unknown): PageReply {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

function seeOther(location: string): PageReply {
  return { status: 303, headers: { Location: location }, body: '' };
}

/** Another site's page must not be able to press the button through the developer's browser. */
function isForeign({ origin }: IncomingMessage['headers']): boolean {
  return origin !== undefined && !(URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname));
}

function readOptions(request: IncomingMessage, query: string, body: Buffer): PayOptions {
  const isJson = request.headers['content-type']?.startsWith('application/json');
  const given: Record<string, unknown> = isJson
    ? (JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>)
    : Object.fromEntries([...new URLSearchParams(query), ...new URLSearchParams(body.toString('utf8'))]);
  const fault = NOTICE_FAULTS.find((one) => one === given['fault']);
  if (given['fault'] && fault === undefined) throw new NotPayable(`fault 只能是 ${NOTICE_FAULTS.join('、')}`);
  const delayMs = Number(given['delayMs'] ?? Number.NaN);
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(Number.isFinite(delayMs) ? { delayMs } : {}),
    ...(String(given['evenIfClosed']) === 'true' ? { evenIfClosed: true } : {}),
  };
}

/**
 * The payer's side: `GET /cashier` (list), `?code_url=` (what scanning the QR code would open), `/cashier/{outTradeNo}`,
 * and `POST …/pay` (`fault`, `delayMs`, `evenIfClosed`) and `…/close`. JSON for those who accept only that.
 */
export function payerAnswerer(book: CashierBook, clock: Clock, actions: PayerActions, prefix: string) {
  const path = `${prefix}/cashier`;
  const pathOf = (order: CashierOrder) => `${path}/${encodeURIComponent(order.outTradeNo)}`;

  function show(wantsJson: boolean, status: number, order: CashierOrder, error?: string): PageReply {
    if (!wantsJson) return html(status, orderPage(order, path, clock(), error));
    return json(status, error === undefined ? { order } : { order, error });
  }

  function list(query: string): PageReply {
    const codeUrl = new URLSearchParams(query).get('code_url');
    const orders = [...book.orders.values()];
    if (codeUrl === null) return html(200, orderListPage(orders.slice(-LISTED).reverse(), path));
    const found = orders.find((one) => one.codeUrl === codeUrl);
    return found === undefined ? html(404, messagePage('二维码无效或已被刷新')) : seeOther(pathOf(found));
  }

  function act(wantsJson: boolean, order: CashierOrder, run: () => void): PageReply {
    try {
      run();
    } catch (error) {
      if (!(error instanceof NotPayable) && !(error instanceof SyntaxError)) throw error;
      return show(wantsJson, 409, order, error.message);
    }
    return wantsJson ? show(true, 200, order) : seeOther(pathOf(order));
  }

  return function answerPayer(request: IncomingMessage, url: string, body: Buffer): PageReply {
    const [route = '', query = ''] = url.split('?', 2);
    const [, , encoded = '', action, ...rest] = route.split('/');
    if (encoded === '') return list(query);
    const order = book.orders.get(decodeURIComponent(encoded));
    if (order === undefined || rest.length > 0) return html(404, messagePage('订单不存在'));
    const wantsJson = request.headers.accept === 'application/json';
    if (request.method === 'GET' && action === undefined) return show(wantsJson, 200, order);
    if (request.method !== 'POST') return html(405, messagePage('不支持的操作'));
    if (isForeign(request.headers)) return html(403, messagePage('来源不被允许'));
    if (action === 'pay') {
      return act(wantsJson, order, () => actions.pay(order.outTradeNo, readOptions(request, query, body)));
    }
    if (action === 'close') return act(wantsJson, order, () => actions.close(order.outTradeNo));
    return html(404, messagePage('不支持的操作'));
  };
}
