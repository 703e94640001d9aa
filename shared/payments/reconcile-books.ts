import { sqlTime } from '../db/sql-time.ts';
import { firstIdOf } from '../id.ts';
import { DAY_MS, startOfShanghaiDay } from '../shanghai-day.ts';
import { type Comparing, dateCases, settleFromBill } from './bill-comparison.ts';

/**
 * The third way: the day's payments against the lots that they granted, and the day's lots and paid orders against payments. One
 * transaction writes all three, so what differs here was torn by something else. Reads the day's rows, by their ids and times.
 */
export async function compareBooks(comparing: Comparing): Promise<void> {
  await grantMissingLots(comparing);
  await freezeUnpaid(comparing);
}

/** A payment that was granted and has no lot is settled again, once the channel has confirmed it. */
async function grantMissingLots(comparing: Comparing): Promise<void> {
  const { db, channel, day, note } = comparing;
  const fromMs = startOfShanghaiDay(day);
  const missing = await db.query<{ transactionId: string; outTradeNo: string; orderId: string; amountFen: number }>(
    `SELECT p.transaction_id AS transactionId, p.out_trade_no AS outTradeNo, p.order_id AS orderId, p.amount_fen AS amountFen
     FROM payments p LEFT JOIN quota_lots l ON l.source_key = CONCAT('pay:', p.channel, ':', p.order_id)
     WHERE p.channel = ? AND p.paid_at >= ? AND p.paid_at < ? AND p.disposition = 'granted' AND l.id IS NULL`,
    [channel.id, sqlTime(fromMs), sqlTime(fromMs + DAY_MS)],
  );
  for (const payment of missing) {
    const { transactionId: subject, orderId, amountFen: actualFen } = payment;
    // Known, and still without credits: its ledger has an entry for them, or the money is on its way back.
    if ((await settleFromBill(comparing, payment)) === 'duplicate')
      await note({ class: 'paid_not_granted', subject, orderId, actualFen, remedy: 'none' });
    await dateCases(comparing, [subject]);
  }
}

interface Unpaid {
  readonly orderId: string;
  readonly merchantId: string;
  /** NULL: the order calls itself paid, whether it has credits or not. */
  readonly lotId: string | null;
  readonly expectedFen: number | null;
}

/** Credits and orders that no payment stands for. The channel is asked about each before anything is taken from anybody. */
async function freezeUnpaid(comparing: Comparing): Promise<void> {
  const { db, nowMs, note } = comparing;
  for (const { orderId, merchantId, lotId, expectedFen } of [
    ...(await lotsUnpaid(comparing)),
    ...(await ordersUnpaid(comparing)),
  ]) {
    const amount = expectedFen === null ? {} : { expectedFen };
    const found = { class: 'granted_not_paid', subject: orderId, orderId, ...amount } as const;
    if (await isPaidThere(comparing, orderId, merchantId)) {
      await note({ ...found, remedy: 'none' });
      continue;
    }
    const { outcome } = await db.callProcedure<{ outcome: string }>('freeze_order_v3', [
      ...[orderId, 1, sqlTime(nowMs), lotId],
    ]);
    await note({ ...found, remedy: outcome === 'unknown' ? 'none' : 'frozen' });
  }
}

function lotsUnpaid({ db, channel, day }: Comparing): Promise<Unpaid[]> {
  const source = `pay:${channel.id}:`;
  return db.query<Unpaid>(
    `SELECT l.id AS lotId, l.merchant_id AS merchantId, SUBSTRING(l.source_key, ?) AS orderId, o.amount_fen AS expectedFen
     FROM quota_lots l
     LEFT JOIN payments p ON p.order_id = SUBSTRING(l.source_key, ?) AND p.channel = ? AND p.disposition = 'granted'
       AND p.merchant_id = l.merchant_id
     LEFT JOIN orders o ON o.id = SUBSTRING(l.source_key, ?)
     WHERE l.id >= ? AND l.id < ? AND l.source_key LIKE ? AND p.id IS NULL`,
    [
      ...[source.length + 1, source.length + 1, channel.id, source.length + 1],
      ...[...idsOf('lot_', day), `${source}%`],
    ],
  );
}

function ordersUnpaid({ db, channel, day }: Comparing): Promise<Unpaid[]> {
  return db.query<Unpaid>(
    `SELECT o.id AS orderId, o.merchant_id AS merchantId, NULL AS lotId, o.amount_fen AS expectedFen
     FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.disposition = 'granted'
     WHERE o.id >= ? AND o.id < ? AND o.state = 'paid' AND o.channel = ? AND p.id IS NULL`,
    [...idsOf('ord_', day), channel.id],
  );
}

/** Paid, and by whoever has the credits. */
async function isPaidThere({ db, channel }: Comparing, orderId: string, merchantId: string): Promise<boolean> {
  const attempts = await db.query<{ outTradeNo: string }>(
    'SELECT out_trade_no AS outTradeNo FROM order_attempts WHERE order_id = ? AND channel = ? AND merchant_id = ?',
    [orderId, channel.id, merchantId],
  );
  for (const { outTradeNo } of attempts) {
    const { state } = await channel.queryOrder(outTradeNo);
    if (state === 'paid' || state === 'refunded') return true;
  }
  return false;
}

/** The ids of one kind that were made on a day: from the first, before the second. */
const idsOf = (prefix: string, day: string): [string, string] => [
  firstIdOf(prefix, startOfShanghaiDay(day)),
  firstIdOf(prefix, startOfShanghaiDay(day) + DAY_MS),
];
