import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { payerAnswerer } from './answer-payer.ts';
import { type CashierOrder, openBook } from './cashier-book.ts';
import { type CashierMerchant, openMerchant } from './cashier-merchant.ts';
import { deliveryDesk, type SentNotice } from './deliver-notices.ts';
import { NotPayable, type PayOptions, payOrder } from './pay-order.ts';
import { wechatRequestAnswerer } from './wechat/answer-wechat-request.ts';
import { type RequestFault, requestFaults, type WechatOperation } from './wechat/request-faults.ts';
import { sealNotice } from './wechat/seal-notice.ts';

export interface CashierOptions {
  /** May be shifted; it is asked again every time. */
  readonly clock: Clock;
  /** Keys, orders and waiting notices are kept here over a restart. Without it they live as long as the process. */
  readonly dataFolder?: string;
  /**
   * Where the cashier is reached when something stands in front of it, e.g. `http://127.0.0.1:8080/local/pay`. The front
   * must hand on path and query unchanged, since they are signed.
   */
  readonly publicBaseUrl?: string;
  /** False: notices are only sent by `tick()`. True unless said. */
  readonly timers?: boolean;
}

export interface Cashier {
  readonly url: string;
  /** Flat: all that there is to know about the one merchant. */
  readonly merchant: {
    readonly mchId: string;
    readonly appId: string;
    readonly merchantSerial: string;
    readonly merchantPrivateKeyPem: string;
    readonly apiV3Key: string;
    readonly platformKeys: readonly { readonly serial: string; readonly pem: string }[];
  };
  /** The same in the two shapes that the product's configuration has. */
  readonly secrets: ReturnType<typeof secretsOf>;
  /** @throws NotPayable */
  pay(outTradeNo: string, options?: PayOptions): { readonly transactionId: string; readonly paidAtMs: number };
  orders(): readonly CashierOrder[];
  pageUrl(outTradeNo: string): string;
  /** Sends the notices that are due by the clock and waits for their answers. */
  tick(): Promise<number>;
  /** The last 500 notices, byte for byte. */
  sent(): readonly SentNotice[];
  /** The next `times` (1) requests of this kind go wrong in this way. */
  failNext(operation: WechatOperation, fault: RequestFault, times?: number): void;
  close(): Promise<void>;
}

const POLL_MS = 200;
const MAX_BODY_BYTES = 64 * 1024;

function platformKeysOf(merchant: CashierMerchant) {
  return [merchant.platformPublicKey, merchant.platformCertificate].map((key) => ({
    serial: key.serial,
    pem: key.publicPem,
  }));
}

function secretsOf(merchant: CashierMerchant, baseUrl: string) {
  const common = { mchId: merchant.mchId, appId: merchant.appId, platformKeys: platformKeysOf(merchant) };
  return {
    verifying: { ...common, apiV3Key: merchant.apiV3Key },
    signing: {
      ...common,
      merchantSerial: merchant.merchant.serial,
      merchantPrivateKeyPem: merchant.merchant.privatePem,
      baseUrl,
    },
  };
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

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A stand-in for WeChat Pay v3 on the loopback address: its API for merchants, its page for payers, its notices. */
export async function startCashier(options: CashierOptions): Promise<Cashier> {
  const { clock, dataFolder, publicBaseUrl } = options;
  const merchant = openMerchant(dataFolder);
  const book = openBook(dataFolder);
  const faults = requestFaults();
  const base = publicBaseUrl?.replace(/\/+$/, '');
  const prefix = base === undefined ? '' : new URL(base).pathname.replace(/\/+$/, '');

  const desk = deliveryDesk(book, clock, (delivery, nowMs) => {
    const order = book.orders.get(delivery.outTradeNo);
    if (order === undefined) throw new Error('a notice without its order');
    return sealNotice(merchant, order, delivery, nowMs);
  });
  const pay = (outTradeNo: string, payOptions: PayOptions = {}) => {
    const paid = payOrder(book, outTradeNo, clock(), payOptions);
    if (options.timers !== false) void desk.tick();
    return paid;
  };
  const answerWechat = wechatRequestAnswerer(merchant, book, clock, faults);
  const close = (outTradeNo: string) => {
    const order = book.orders.get(outTradeNo);
    if (order?.state !== 'NOTPAY') throw new NotPayable('订单不在待支付状态');
    order.state = 'CLOSED';
    book.save();
  };
  const answerPayer = payerAnswerer(book, clock, { pay, close }, prefix);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const route = prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url;
    const body = await readBody(request);
    if (body === undefined) response.writeHead(413, { Connection: 'close' }).end();
    else if (route.startsWith('/v3/')) answerWechat(request, response, route, body);
    else if (/^\/cashier(?:[/?]|$)/.test(route)) {
      const reply = answerPayer(request, route, body);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    } else response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const url = await listen(server);
  // A clock that is shifted makes timers set for a time of day meaningless, so it is looked at instead.
  const timer = options.timers === false ? undefined : setInterval(() => void desk.tick(), POLL_MS).unref();
  const secrets = secretsOf(merchant, base ?? url);

  return {
    url,
    secrets,
    merchant: {
      mchId: merchant.mchId,
      appId: merchant.appId,
      merchantSerial: merchant.merchant.serial,
      merchantPrivateKeyPem: merchant.merchant.privatePem,
      apiV3Key: merchant.apiV3Key,
      platformKeys: platformKeysOf(merchant),
    },
    pay,
    orders: () => [...book.orders.values()],
    pageUrl: (outTradeNo) => `${base ?? url}/cashier/${encodeURIComponent(outTradeNo)}`,
    tick: () => desk.tick(),
    sent: () => desk.sent,
    failNext: (operation, fault, times = 1) => faults.add(operation, fault, times),
    async close() {
      clearInterval(timer);
      await desk.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
