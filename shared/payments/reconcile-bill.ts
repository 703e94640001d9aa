import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { DAY_MS, startOfShanghaiDay } from '../shanghai-day.ts';
import { type Comparing, dateCases, marks, orderIdOf, settleFromBill } from './bill-comparison.ts';
import type { BillRow, PaymentChannel } from './channel.ts';
import { type CaseFinding, openCase } from './open-case.ts';
import { casesOfDay } from './read-cases.ts';
import { compareBooks } from './reconcile-books.ts';
import { settleRefund } from './settle-refund.ts';

/** What comparing one day's bill has shown: counts of the bill, and where it and our books differ. */
export interface BillReport {
  readonly channel: PaymentChannel['id'];
  readonly day: string;
  readonly payments: number;
  readonly paidFen: number;
  readonly refunds: number;
  readonly refundedFen: number;
  /** Ours that this bill does not show although the channel itself, asked about them, says that they were paid. */
  readonly unbilled: number;
  readonly findings: readonly CaseFinding[];
}

const PAGE = 200;

/**
 * Compares one day of a channel with our books, three ways: its bill with payments and refunds, and these with orders and lots
 * (`reconcile-books.ts`). What can be mended is mended at once: a payment that nobody told us of is granted by the same `settle_order`,
 * after the channel itself has confirmed it; credits whose payment the channel does not know are frozen. Every difference is a case for
 * an operator. Running it again changes nothing, and an attempt that breaks off loses nothing: what it reports are the day's cases,
 * whichever attempt opened them.
 * @returns undefined while the channel has not made that bill
 * @throws ChannelError
 */
export async function reconcileBill(
  db: Database,
  channel: PaymentChannel,
  day: string,
  nowMs: number,
): Promise<BillReport | undefined> {
  const bill = await channel.downloadBill(day);
  if (bill.state === 'not_ready') return undefined;
  const note: Comparing['note'] = (found) => openCase(db, { ...found, channel: channel.id, day }, nowMs);
  const comparing: Comparing = { db, channel, day, nowMs, note };
  const payments = bill.rows.filter(({ kind }) => kind === 'payment');
  const refunds = bill.rows.filter(({ kind }) => kind === 'refund');
  for (let from = 0; from < payments.length; from += PAGE)
    await comparePayments(comparing, payments.slice(from, from + PAGE));
  for (let from = 0; from < refunds.length; from += PAGE)
    await compareRefunds(comparing, refunds.slice(from, from + PAGE));
  const unbilled = await lookForPayments(comparing);
  await lookForRefunds(comparing);
  await compareBooks(comparing);
  const sum = (rows: readonly BillRow[]) => rows.reduce((total, { amountFen }) => total + amountFen, 0);
  return {
    ...{ channel: channel.id, day, payments: payments.length, paidFen: sum(payments) },
    ...{ refunds: refunds.length, refundedFen: sum(refunds), unbilled },
    findings: await casesOfDay(db, channel.id, day),
  };
}

async function comparePayments(comparing: Comparing, rows: readonly BillRow[]): Promise<void> {
  const { db, channel, day } = comparing;
  const ids = rows.map(({ transactionId }) => transactionId);
  const found = await db.query<{ transactionId: string; amountFen: number; orderId: string }>(
    `SELECT transaction_id AS transactionId, amount_fen AS amountFen, order_id AS orderId FROM payments
     WHERE channel = ? AND transaction_id IN (${marks(ids)})`,
    [channel.id, ...ids],
  );
  const known = new Map(found.map((payment) => [payment.transactionId, payment]));
  for (const row of rows) {
    const ours = known.get(row.transactionId);
    if (ours === undefined) await settleFromBill(comparing, row);
    else if (ours.amountFen !== row.amountFen) {
      const { transactionId: subject, amountFen: actualFen } = row;
      const difference = { expectedFen: ours.amountFen, actualFen, orderId: ours.orderId };
      await comparing.note({ class: 'amount_differs', subject, ...difference, remedy: 'none' });
    }
  }
  await db.write(
    `UPDATE payments SET billed_on = ? WHERE channel = ? AND transaction_id IN (${marks(ids)}) AND billed_on IS NULL`,
    [day, channel.id, ...ids],
  );
  await dateCases(comparing, ids);
}

async function compareRefunds(comparing: Comparing, rows: readonly BillRow[]): Promise<void> {
  const { db, channel, day, nowMs, note } = comparing;
  const ids = rows.map(({ outRefundNo }) => outRefundNo ?? '');
  const known = await db.query<{ refundId: string; amountFen: number; state: string; orderId: string }>(
    `SELECT id AS refundId, amount_fen AS amountFen, state, order_id AS orderId FROM refunds WHERE id IN (${marks(ids)})`,
    ids,
  );
  const ours = new Map(known.map((refund) => [refund.refundId, refund]));
  for (const { outRefundNo: subject = '', amountFen: actualFen, outTradeNo } of rows) {
    const refund = ours.get(subject);
    if (refund === undefined) {
      await note({ class: 'refund_differs', subject, actualFen, ...orderIdOf(outTradeNo), remedy: 'none' });
      continue;
    }
    const { amountFen: expectedFen, orderId } = refund;
    if (expectedFen !== actualFen)
      await note({ class: 'refund_differs', subject, expectedFen, actualFen, orderId, remedy: 'none' });
    else if (refund.state !== 'succeeded') {
      const settled = await settleRefund(db, { channel: channel.id, refundId: subject, state: 'succeeded' }, nowMs);
      const remedy = settled === 'succeeded' || settled === 'ended' ? 'settled' : 'none';
      if (remedy === 'none') await note({ class: 'refund_differs', subject, expectedFen, actualFen, orderId, remedy });
    }
  }
  await db.write(`UPDATE refunds SET billed_on = ? WHERE id IN (${marks(ids)}) AND billed_on IS NULL`, [day, ...ids]);
  await dateCases(comparing, ids);
}

/** Payments of that day that the bill does not show. The channel is asked about each before anything is taken from anybody. */
async function lookForPayments({ db, channel, day, nowMs, note }: Comparing): Promise<number> {
  const fromMs = startOfShanghaiDay(day);
  const missing = await db.query<{
    transactionId: string;
    outTradeNo: string;
    orderId: string;
    amountFen: number;
    disposition: string;
  }>(
    `SELECT transaction_id AS transactionId, out_trade_no AS outTradeNo, order_id AS orderId, amount_fen AS amountFen, disposition
     FROM payments WHERE channel = ? AND paid_at >= ? AND paid_at < ? AND billed_on IS NULL`,
    [channel.id, sqlTime(fromMs), sqlTime(fromMs + DAY_MS)],
  );
  let confirmed = 0;
  for (const { transactionId: subject, outTradeNo, orderId, amountFen: expectedFen, disposition } of missing) {
    const order = await channel.queryOrder(outTradeNo);
    if ((order.state === 'paid' || order.state === 'refunded') && order.transactionId === subject) {
      confirmed += 1;
      continue;
    }
    const isGranted = disposition === 'granted';
    if (isGranted) await db.callProcedure('freeze_order_v3', [orderId, 1, sqlTime(nowMs), null]);
    await note({ class: 'granted_not_paid', subject, expectedFen, orderId, remedy: isGranted ? 'frozen' : 'none' });
  }
  return confirmed;
}

/** A refund may be in the bill of the day that it was sent or of the next: one that is in neither did not happen there. */
async function lookForRefunds({ db, channel, day, note }: Comparing): Promise<void> {
  const untilMs = startOfShanghaiDay(day);
  const missing = await db.query<{ refundId: string; orderId: string; amountFen: number }>(
    `SELECT r.id AS refundId, r.order_id AS orderId, r.amount_fen AS amountFen
     FROM refunds r JOIN payments p ON p.id = r.payment_id
     WHERE r.ended_at >= ? AND r.ended_at < ? AND r.state = 'succeeded' AND r.billed_on IS NULL AND p.channel = ?`,
    [sqlTime(untilMs - DAY_MS), sqlTime(untilMs), channel.id],
  );
  for (const { refundId: subject, orderId, amountFen: expectedFen } of missing) {
    await note({ class: 'refund_differs', subject, expectedFen, orderId, remedy: 'none' });
  }
}
