import { randomUUID } from 'node:crypto';
import type { CashierBook, CashierOrder, Delivery } from './cashier-book.ts';
import { randomDigits } from './cashier-merchant.ts';
import { chinaDay } from './china-time.ts';
import { refundedFen } from './refunded-fen.ts';

const DEFAULT_DELAY_MS = 600_000;

export interface NoticeNews {
  readonly subject: Delivery['subject'];
  readonly outRefundNo?: string;
  readonly url: string | null;
  readonly happenedAtMs: number;
  readonly fault: string | null;
  readonly delayMs?: number | null;
}

/** WeChat: `EV-…`; Alipay: the day and digits. The id stays the same over the retries. */
function newEventId(order: CashierOrder, nowMs: number): string {
  if (order.channel === 'wechat') return `EV-${randomUUID()}`;
  return `${chinaDay(nowMs).replaceAll('-', '')}00222${randomDigits(21)}`;
}

/** Puts the notices of one event on their way: none when lost, two when doubled. They are sent by the next tick. */
export function addNotices(book: CashierBook, order: CashierOrder, news: NoticeNews, nowMs: number): void {
  const { subject, outRefundNo, url, happenedAtMs, fault } = news;
  if (url === null || fault === 'lost') return;
  const first: Delivery = {
    channel: order.channel,
    subject,
    outTradeNo: order.outTradeNo,
    ...(outRefundNo === undefined ? {} : { outRefundNo }),
    url,
    eventId: newEventId(order, nowMs),
    happenedAtMs,
    refundedFen: refundedFen(book, order),
    scheduled: true,
    fault,
    attempts: 0,
    dueAtMs: fault === 'delayed' ? nowMs + (news.delayMs ?? DEFAULT_DELAY_MS) : nowMs,
  };
  book.deliveries.add(first);
  if (fault === 'twin') book.deliveries.add({ ...first, scheduled: false });
  // Re-sent by another route a second later, which the vendor says happens.
  if (fault === 'twice') book.deliveries.add({ ...first, scheduled: false, dueAtMs: nowMs + 1000 });
}
