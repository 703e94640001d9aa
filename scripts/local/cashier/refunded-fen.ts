import type { CashierBook, CashierOrder } from './cashier-book.ts';

/** What of an order has been given back for good. */
export function refundedFen(book: CashierBook, order: CashierOrder): number {
  return sum(book, order, (state) => state === 'SUCCESS');
}

/** What may no longer be refunded: given back, on its way, or stuck. */
export function claimedFen(book: CashierBook, order: CashierOrder): number {
  return sum(book, order, (state) => state !== 'CLOSED');
}

function sum(book: CashierBook, order: CashierOrder, counts: (state: string) => boolean): number {
  return book.refundsOf(order).reduce((fen, refund) => fen + (counts(refund.state) ? refund.refundFen : 0), 0);
}
