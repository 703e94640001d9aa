import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { advanceBook, finishTrade } from './advance-book.ts';
import type { GatewayFault, GatewayOperation } from './alipay/gateway-faults.ts';
import type { CashierBook, CashierChannel, CashierOrder, CashierRefund } from './cashier-book.ts';
import { cashierSecrets, platformKeysOf } from './cashier-secrets.ts';
import type { SentNotice } from './deliver-notices.ts';
import { openCashierParts } from './open-cashier-parts.ts';
import { NotPayable, type PayOptions } from './pay-order.ts';
import type { RefundScript } from './refund-scripts.ts';
import type { RequestFault, WechatOperation } from './wechat/request-faults.ts';

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
  /** The same in the shapes that the product's configuration has, Alipay's too. */
  readonly secrets: ReturnType<typeof cashierSecrets>;
  /**
   * Of a number that both channels know, WeChat's is meant unless `channel` says otherwise.
   * @throws NotPayable
   */
  pay(
    outTradeNo: string,
    options?: PayOptions & { readonly channel?: CashierChannel },
  ): { readonly transactionId: string; readonly paidAtMs: number };
  /** Alipay: the trade can no longer be refunded. @throws NotPayable */
  finish(outTradeNo: string): void;
  /** How the next refund that is accepted will go. */
  nextRefund(script: RefundScript): void;
  orders(): readonly CashierOrder[];
  refunds(): readonly CashierRefund[];
  pageUrl(outTradeNo: string): string;
  /** Sends the notices that are due by the clock and waits for their answers. */
  tick(): Promise<number>;
  /** The last 500 notices, byte for byte. */
  sent(): readonly SentNotice[];
  /** The next `times` (1) requests of this kind to WeChat Pay go wrong in this way. */
  failNext(operation: WechatOperation, fault: RequestFault, times?: number): void;
  /** The same of Alipay's gateway. */
  failNextAlipay(operation: GatewayOperation, fault: GatewayFault, times?: number): void;
  close(): Promise<void>;
}

const POLL_MS = 200;

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function orderOf(book: CashierBook, outTradeNo: string, channel?: CashierChannel): CashierOrder {
  const channels: readonly CashierChannel[] = channel === undefined ? ['wechat', 'alipay'] : [channel];
  const order = channels.flatMap((one) => book.order(one, outTradeNo) ?? [])[0];
  if (order === undefined) throw new NotPayable('订单不存在');
  return order;
}

/** A stand-in for WeChat Pay v3 and Alipay on the loopback address: their APIs for merchants, their pages for payers, their notices. */
export async function startCashier(options: CashierOptions): Promise<Cashier> {
  const { clock } = options;
  const front = options.publicBaseUrl?.replace(/\/+$/, '');
  const prefix = front === undefined ? '' : new URL(front).pathname.replace(/\/+$/, '');
  let base = front ?? '';
  const parts = openCashierParts(options, () => base, prefix);
  const { merchant, book, desk, tick } = parts;
  const server = createServer((request, response) => {
    advanceBook(book, clock());
    parts.routeRequest(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const url = await listen(server);
  base = front ?? url;
  // A clock that is shifted makes timers set for a time of day meaningless, so it is looked at instead.
  const timer = options.timers === false ? undefined : setInterval(() => void tick(), POLL_MS).unref();

  return {
    url,
    secrets: cashierSecrets(merchant, parts.alipay, base),
    merchant: {
      mchId: merchant.mchId,
      appId: merchant.appId,
      merchantSerial: merchant.merchant.serial,
      merchantPrivateKeyPem: merchant.merchant.privatePem,
      apiV3Key: merchant.apiV3Key,
      platformKeys: platformKeysOf(merchant),
    },
    pay: (outTradeNo, payOptions = {}) => parts.pay(orderOf(book, outTradeNo, payOptions.channel), payOptions),
    finish: (outTradeNo) => void finishTrade(book, orderOf(book, outTradeNo, 'alipay'), clock()),
    nextRefund: (script) => parts.scripts.add(script),
    orders: () => {
      advanceBook(book, clock());
      return book.orders();
    },
    refunds: () => {
      advanceBook(book, clock());
      return book.refunds();
    },
    pageUrl: (outTradeNo) => `${base}/cashier/${encodeURIComponent(outTradeNo)}`,
    tick,
    sent: () => desk.sent,
    failNext: (operation, fault, times = 1) => parts.wechatFaults.add(operation, fault, times),
    failNextAlipay: (operation, fault, times = 1) => parts.alipayFaults.add(operation, fault, times),
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
