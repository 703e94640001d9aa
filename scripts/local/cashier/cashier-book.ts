import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJsonFile } from './cashier-merchant.ts';

export type CashierChannel = 'wechat' | 'alipay';
export type CashierMethod = 'native' | 'h5' | 'page' | 'wap' | 'precreate';

export interface CashierOrder {
  readonly channel: CashierChannel;
  readonly method: CashierMethod;
  readonly outTradeNo: string;
  readonly appId: string;
  /** Alipay: the seller's id. */
  readonly mchId: string;
  readonly description: string;
  readonly notifyUrl: string | null;
  readonly amountFen: number;
  readonly attach: string | null;
  readonly timeExpire: string | null;
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED';
  /** False: nobody has scanned the code, so that Alipay has no trade yet and says so. */
  opened: boolean;
  /** What the code holds, or the page's address. Only the last one that was given out opens the order. */
  payUrl: string;
  payUrlAtMs: number;
  /** Where the payer's browser goes back to. */
  returnUrl?: string;
  transactionId?: string;
  paidAtMs?: number;
  /** What the payer gave after a coupon. */
  payerFen?: number;
  closedAtMs?: number;
  /** Alipay: no longer refundable. */
  finishedAtMs?: number;
  /** When the payer last went away without paying; the order stays payable. */
  cancelledAtMs?: number;
}

export type RefundEnd = 'SUCCESS' | 'ABNORMAL' | 'CLOSED';

export interface CashierRefund {
  readonly channel: CashierChannel;
  readonly outTradeNo: string;
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly refundFen: number;
  readonly reason: string | null;
  readonly notifyUrl: string | null;
  readonly createdAtMs: number;
  state: 'PROCESSING' | RefundEnd;
  /** How it will end, and when. */
  end: RefundEnd;
  endsAtMs: number;
  /** What goes wrong with the notice of its end, and how late that leaves. */
  fault: string | null;
  delayMs: number | null;
}

/** A notice on its way. `scheduled` false: a copy that is sent once, whatever it is answered. */
export interface Delivery {
  readonly channel: CashierChannel;
  readonly subject: 'payment' | 'refund' | 'closed' | 'finished';
  readonly outTradeNo: string;
  readonly outRefundNo?: string;
  readonly url: string;
  readonly eventId: string;
  /** What it tells of happened then. */
  readonly happenedAtMs: number;
  /** Alipay: refunded of the trade by then, in all. */
  readonly refundedFen: number;
  readonly scheduled: boolean;
  readonly fault: string | null;
  /** How often it has been sent. */
  attempts: number;
  dueAtMs: number;
}

/** All orders ever made (a number is never free again, closed or not), refunds, and the notices that are still to be sent. */
export interface CashierBook {
  readonly deliveries: Set<Delivery>;
  orders(channel?: CashierChannel): CashierOrder[];
  order(channel: CashierChannel, outTradeNo: string): CashierOrder | undefined;
  addOrder(order: CashierOrder): void;
  refunds(channel?: CashierChannel): CashierRefund[];
  refundsOf(order: CashierOrder): CashierRefund[];
  addRefund(refund: CashierRefund): void;
  save(): void;
}

interface Stored {
  readonly orders: readonly CashierOrder[];
  readonly refunds: readonly CashierRefund[];
  readonly deliveries: readonly Delivery[];
}

function readStored(path: string | undefined): Stored {
  const empty: Stored = { orders: [], refunds: [], deliveries: [] };
  if (path === undefined || !existsSync(path)) return empty;
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Partial<Stored>;
  // A book from before there were refunds was WeChat's alone and has none of what is needed now.
  return stored.refunds === undefined ? empty : { ...empty, ...stored };
}

export function openBook(dataFolder: string | undefined): CashierBook {
  const path = dataFolder === undefined ? undefined : join(dataFolder, 'book.json');
  const stored = readStored(path);
  const keyOf = (channel: CashierChannel, outTradeNo: string) => `${channel}/${outTradeNo}`;
  const orders = new Map(stored.orders.map((order) => [keyOf(order.channel, order.outTradeNo), order]));
  const refunds = [...stored.refunds];
  const deliveries = new Set(stored.deliveries);
  const isOf = (channel: CashierChannel | undefined) => (one: { readonly channel: CashierChannel }) =>
    channel === undefined || one.channel === channel;
  return {
    deliveries,
    orders: (channel) => [...orders.values()].filter(isOf(channel)),
    order: (channel, outTradeNo) => orders.get(keyOf(channel, outTradeNo)),
    addOrder: (order) => void orders.set(keyOf(order.channel, order.outTradeNo), order),
    refunds: (channel) => refunds.filter(isOf(channel)),
    refundsOf: ({ channel, outTradeNo }) =>
      refunds.filter((one) => isOf(channel)(one) && one.outTradeNo === outTradeNo),
    addRefund: (refund) => void refunds.push(refund),
    save() {
      if (path === undefined) return;
      writeJsonFile(path, { orders: [...orders.values()], refunds, deliveries: [...deliveries] } satisfies Stored);
    },
  };
}
