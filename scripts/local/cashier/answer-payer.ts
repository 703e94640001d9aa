import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../shared/clock.ts';
import { openTrade } from './alipay/alipay-trades.ts';
import { ALIPAY_NOTICE_FAULTS } from './alipay/seal-alipay-notice.ts';
import type { CashierBook, CashierOrder } from './cashier-book.ts';
import { messagePage, orderListPage, orderPage, orderPath } from './cashier-page.ts';
import { html, json, type PageReply, seeOther } from './page-reply.ts';
import { NotPayable, type PayOptions } from './pay-order.ts';
import { NOTICE_FAULTS } from './wechat/seal-notice.ts';

export interface PayerActions {
  pay(order: CashierOrder, options: PayOptions): void;
  close(order: CashierOrder): void;
  cancel(order: CashierOrder): void;
  /** Back to the merchant, with the channel's word on it where there is one. */
  returnTo(order: CashierOrder): string | undefined;
}

const LISTED = 50;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const FAULTS = [...new Set([...NOTICE_FAULTS, ...ALIPAY_NOTICE_FAULTS])];

/** Another site's page must not be able to press the button through the developer's browser. */
function isForeign({ origin }: IncomingMessage['headers']): boolean {
  return origin !== undefined && !(URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname));
}

function readOptions(request: IncomingMessage, query: string, body: Buffer): PayOptions {
  const isJson = request.headers['content-type']?.startsWith('application/json');
  const given: Record<string, unknown> = isJson
    ? (JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>)
    : Object.fromEntries([...new URLSearchParams(query), ...new URLSearchParams(body.toString('utf8'))]);
  const fault = FAULTS.find((one) => one === given['fault']);
  if (given['fault'] && fault === undefined) throw new NotPayable(`fault 只能是 ${FAULTS.join('、')}`);
  const delayMs = Number(given['delayMs'] ?? Number.NaN);
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(Number.isFinite(delayMs) ? { delayMs } : {}),
    ...(String(given['evenIfClosed']) === 'true' ? { evenIfClosed: true } : {}),
  };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}

/**
 * The payer's side: `GET /cashier` (list), `?code_url=` and `?qr_code=` (what scanning would open), `/cashier/{outTradeNo}`
 * (`?channel=alipay` of Alipay's), and `POST …/pay` (`fault`, `delayMs`, `evenIfClosed`), `…/cancel` and `…/close`. JSON for those
 * who accept only that.
 */
export function payerAnswerer(book: CashierBook, clock: Clock, actions: PayerActions, prefix: string) {
  const path = `${prefix}/cashier`;

  function show(wantsJson: boolean, status: number, order: CashierOrder, error?: string): PageReply {
    if (wantsJson) return json(status, error === undefined ? { order } : { order, error });
    const view = { path, nowMs: clock(), notice: error, returnTo: actions.returnTo(order) };
    return html(status, orderPage(order, view));
  }

  function list(query: string): PageReply {
    const given = new URLSearchParams(query);
    const scanned = given.get('code_url') ?? given.get('qr_code');
    const orders = book.orders();
    if (scanned === null) return html(200, orderListPage(orders.slice(-LISTED).reverse(), path));
    const found = orders.find((one) => one.payUrl === scanned);
    return found === undefined ? html(404, messagePage('二维码无效或已被刷新')) : seeOther(orderPath(found, path));
  }

  function act(wantsJson: boolean, order: CashierOrder, run: () => void): PageReply {
    try {
      run();
    } catch (error) {
      if (!(error instanceof NotPayable) && !(error instanceof SyntaxError)) throw error;
      return show(wantsJson, 409, order, error.message);
    }
    return wantsJson ? show(true, 200, order) : seeOther(orderPath(order, path));
  }

  function find(outTradeNo: string, query: string): CashierOrder | undefined {
    const channel = new URLSearchParams(query).get('channel');
    const wechat = channel === 'alipay' ? undefined : book.order('wechat', outTradeNo);
    return wechat ?? (channel === 'wechat' ? undefined : book.order('alipay', outTradeNo));
  }

  return function answerPayer(request: IncomingMessage, url: string, body: Buffer): PageReply {
    const [route = '', query = ''] = url.split('?', 2);
    const [, , encoded = '', action, ...rest] = route.split('/');
    if (encoded === '') return list(query);
    const order = find(decode(encoded), query);
    if (order === undefined || rest.length > 0) return html(404, messagePage('订单不存在'));
    const wantsJson = request.headers.accept === 'application/json';
    if (request.method === 'GET' && action === undefined) {
      // Whoever sees the page has scanned the code.
      if (order.channel === 'alipay' && order.state === 'NOTPAY') openTrade(order, clock());
      return show(wantsJson, 200, order);
    }
    if (request.method !== 'POST') return html(405, messagePage('不支持的操作'));
    if (isForeign(request.headers)) return html(403, messagePage('来源不被允许'));
    if (action === 'pay') return act(wantsJson, order, () => actions.pay(order, readOptions(request, query, body)));
    if (action === 'cancel') return act(wantsJson, order, () => actions.cancel(order));
    if (action === 'close') return act(wantsJson, order, () => actions.close(order));
    return html(404, messagePage('不支持的操作'));
  };
}
