import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJsonFile } from './cashier-merchant.ts';

export interface CashierOrder {
  readonly outTradeNo: string;
  readonly appId: string;
  readonly mchId: string;
  readonly description: string;
  readonly notifyUrl: string;
  readonly amountFen: number;
  readonly attach: string | null;
  readonly timeExpire: string | null;
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED';
  /** Each is good for two hours; only the last is shown. */
  codeUrl: string;
  codeUrlAtMs: number;
  transactionId?: string;
  paidAtMs?: number;
  /** What the payer gave after a coupon. */
  payerFen?: number;
}

/** A notice on its way. `scheduled` false: a copy that is sent once, whatever it is answered. */
export interface Delivery {
  readonly outTradeNo: string;
  readonly eventId: string;
  readonly scheduled: boolean;
  readonly fault: string | null;
  /** How often it has been sent. */
  attempts: number;
  dueAtMs: number;
}

/** All orders ever made (a number is never free again, closed or not) and the notices that are still to be sent. */
export interface CashierBook {
  readonly orders: Map<string, CashierOrder>;
  readonly deliveries: Set<Delivery>;
  save(): void;
}

interface Stored {
  readonly orders: readonly CashierOrder[];
  readonly deliveries: readonly Delivery[];
}

export function openBook(dataFolder: string | undefined): CashierBook {
  const path = dataFolder === undefined ? undefined : join(dataFolder, 'book.json');
  const stored: Stored =
    path !== undefined && existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as Stored)
      : { orders: [], deliveries: [] };
  const orders = new Map(stored.orders.map((order) => [order.outTradeNo, order]));
  const deliveries = new Set(stored.deliveries);
  return {
    orders,
    deliveries,
    save() {
      if (path === undefined) return;
      writeJsonFile(path, { orders: [...orders.values()], deliveries: [...deliveries] } satisfies Stored);
    },
  };
}
