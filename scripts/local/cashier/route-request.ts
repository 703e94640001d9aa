import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/clock.ts';
import { BILL_PATH } from './alipay/alipay-bill.ts';
import type { AlipayRefusal } from './alipay/alipay-refusal.ts';
import { answerGateway, type GatewayParts } from './alipay/answer-gateway.ts';
import type { CashierBook, CashierOrder } from './cashier-book.ts';
import { messagePage, orderPath } from './cashier-page.ts';
import type { DownloadDesk } from './download-desk.ts';
import { html, type PageReply, seeOther } from './page-reply.ts';
import { openH5Page } from './wechat/open-h5-page.ts';
import { H5_PATH } from './wechat/wechat-orders.ts';

const MAX_BODY_BYTES = 64 * 1024;

export interface RouteParts {
  readonly book: CashierBook;
  readonly clock: Clock;
  /** The path of whatever stands in front. */
  readonly prefix: string;
  readonly alipayBills: DownloadDesk;
  readonly gateway: Omit<GatewayParts, 'showOrder' | 'showRefusal'>;
  readonly answerWechat: (request: IncomingMessage, response: ServerResponse, route: string, body: Buffer) => void;
  readonly answerPayer: (request: IncomingMessage, route: string, body: Buffer) => PageReply;
}

function write(response: ServerResponse, { status, headers, body }: PageReply): void {
  response.writeHead(status, headers).end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whoever has the address may have the file; the address does not last. */
function sendAlipayBill(desk: DownloadDesk, response: ServerResponse, query: string, nowMs: number): void {
  const zip = desk.take(new URLSearchParams(query).get('token') ?? '', nowMs);
  if (zip === undefined) write(response, html(403, messagePage('下载链接已失效')));
  else response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(zip);
}

/** The two services' addresses and the payer's, on one server. */
export function requestRouter(parts: RouteParts) {
  const { book, clock, prefix } = parts;
  const path = `${prefix}/cashier`;
  const gateway: GatewayParts = {
    ...parts.gateway,
    showOrder: (response: ServerResponse, order: CashierOrder) => write(response, seeOther(orderPath(order, path))),
    showRefusal: (response: ServerResponse, { subCode, message }: AlipayRefusal) =>
      write(response, html(400, messagePage(`${subCode}：${message}`))),
  };

  return async function routeRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const route = prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url;
    const body = await readBody(request);
    if (body === undefined) return void response.writeHead(413, { Connection: 'close' }).end();
    const [place = '', query = ''] = route.split('?', 2);
    const nowMs = clock();
    if (place.startsWith('/v3/')) return parts.answerWechat(request, response, route, body);
    if (place === '/gateway.do') return answerGateway(gateway, { request, response, query, body }, nowMs);
    if (place === BILL_PATH) return sendAlipayBill(parts.alipayBills, response, query, nowMs);
    if (place === H5_PATH) return write(response, openH5Page(book, request, { query, path, nowMs }));
    if (/^\/cashier(?:\/|$)/.test(place)) return write(response, parts.answerPayer(request, route, body));
    response.writeHead(404).end();
  };
}
