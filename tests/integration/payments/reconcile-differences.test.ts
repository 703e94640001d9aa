import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { type Comparing, settleFromBill } from '../../../shared/payments/bill-comparison.ts';
import type { BillRow, PaymentNotice } from '../../../shared/payments/channel.ts';
import { reconcileBill } from '../../../shared/payments/reconcile-bill.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

/** Of NOW_MS, which is noon in Shanghai. */
const DAY = '2026-03-01';
const NEXT_DAY = '2026-03-02';
const NEXT_MS = NOW_MS + DAY_MS;

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
let rows: BillRow[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  rows = [];
  channel.bill = rows;
  merchant = await newMerchant(product.db);
  const books = ['payments', 'refunds', 'reconciliation_cases', 'quota_entries', 'quota_lots', 'orders'];
  for (const table of [...books, 'order_attempts']) await product.db.write(`DELETE FROM ${table}`);
});

const { ordered, refund } = buyerOf(() => ({ db: product.db, channel, merchant }));
const settle = (notice: PaymentNotice) => settleOrder(product.db, notice, 'notify', NOW_MS);
const billed = ({ outTradeNo, transactionId, amountFen }: PaymentNotice, over: Partial<BillRow> = {}) =>
  rows.push({ kind: 'payment', outTradeNo, transactionId, amountFen, atMs: NOW_MS, ...over });
const refunded = (outTradeNo: string, over: Partial<BillRow>) =>
  rows.push({ kind: 'refund', outTradeNo, transactionId: '1', amountFen: 9900, atMs: NOW_MS, ...over });

/** Paid, and told of. */
async function bought(): Promise<PaymentNotice> {
  const notice = channel.pay(await ordered());
  await settle(notice);
  return notice;
}

/** All that the day has shown, but what is the same in each. */
async function found(day = DAY, db: Database = product.db, at = channel) {
  const report = await reconcileBill(db, at, day, NEXT_MS);
  return report?.findings.map(({ channel: _channel, day: _day, ...finding }) => finding);
}
const available = async () => (await queryQuota(product.db, merchant, NOW_MS)).available;

describe('a payment in the bill', () => {
  it('of another amount is told with both', async () => {
    const notice = await bought();
    billed(notice, { amountFen: 9800 });
    const amounts = { expectedFen: 9900, actualFen: 9800 };
    const { outTradeNo: orderId, transactionId: subject } = notice;
    expect(await found()).toEqual([{ class: 'amount_differs', subject, orderId, ...amounts, remedy: 'none' }]);
  });

  it('that its channel knows under another number, or not at all, is told with our order as far as it is ours', async () => {
    const orderId = await ordered();
    const notice = channel.pay(orderId);
    billed(notice, { transactionId: 'a-forged-one' });
    billed(notice, { outTradeNo: 'another-shop-1', transactionId: 'another-shop', amountFen: 1 });
    const none = { class: 'paid_not_granted', remedy: 'none' };
    expect(await found()).toEqual([
      { ...none, subject: 'a-forged-one', orderId, actualFen: 9900 },
      { ...none, subject: 'another-shop', actualFen: 1 },
    ]);
    const comparing: Comparing = {
      ...{ db: product.db, channel, day: DAY, nowMs: NEXT_MS, note: () => Promise.resolve() },
    };
    expect(await settleFromBill(comparing, { ...notice, transactionId: 'a-forged-one' })).toBe('unconfirmed');
    expect(await available()).toBe(0);
  });

  it('that was refunded at its channel before we knew of it is granted out of reach', async () => {
    const orderId = await ordered();
    const notice = channel.pay(orderId);
    const byHand = { outTradeNo: orderId, outRefundNo: 'by-hand-0001', refundFen: 9900, totalFen: 9900 };
    await channel.refund({ ...byHand, reason: 'by hand', notifyUrl: 'https://a.b' });
    billed(notice);
    const held = { class: 'refund_differs', remedy: 'held', actualFen: 9900 };
    expect(await found()).toEqual([{ ...held, subject: notice.transactionId, orderId }]);
    expect(await available()).toBe(0);
    expect(await product.audit()).toEqual([]);
  });

  it('is marked with the first day that shows it', async () => {
    const notice = await bought();
    const { refundId } = await refund(notice.outTradeNo);
    billed(notice);
    refunded(notice.outTradeNo, { outRefundNo: refundId });
    const marked = async () => [
      ...(await product.db.query("SELECT DATE_FORMAT(billed_on, '%Y-%m-%d') AS day FROM payments")),
      ...(await product.db.query("SELECT DATE_FORMAT(billed_on, '%Y-%m-%d') AS day FROM refunds")),
    ];
    for (const day of [DAY, NEXT_DAY]) {
      expect(await found(day)).toEqual([]);
      expect(await marked()).toEqual([{ day: DAY }, { day: DAY }]);
    }
  });
});

describe('a payment that the bill lacks', () => {
  it('is confirmed by its channel also where it was refunded since', async () => {
    const { outTradeNo } = await bought();
    await refund(outTradeNo);
    const report = await reconcileBill(product.db, channel, DAY, NEXT_MS);
    expect([report?.unbilled, report?.findings]).toEqual([1, []]);
  });

  it('is not confirmed by another payment of its number, and a second payment takes no credits along', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    const [first, second] = [channel.pay(orderId), channel.pay(`${orderId}_h`)];
    expect([await settle(first), await settle(second)]).toEqual(['granted', 'refund_due']);
    for (const { outTradeNo } of [first, second]) channel.pay(outTradeNo, { transactionId: `other of ${outTradeNo}` });
    const lacks = { class: 'granted_not_paid', orderId, expectedFen: 9900 };
    await product.db.write("UPDATE payments SET billed_on = ? WHERE disposition = 'granted'", [DAY]);
    const lone = { ...lacks, subject: second.transactionId, remedy: 'none' };
    expect(await found()).toEqual([lone]);
    expect(await available()).toBe(100);
    await product.db.write('UPDATE payments SET billed_on = NULL');
    const frozen = { ...lacks, subject: first.transactionId, remedy: 'frozen' };
    expect(await found()).toEqual([frozen, lone]);
    expect(await available()).toBe(0);
  });
});

describe('a refund', () => {
  it('in the bill that differs from ours, or is none of ours, is told with all that is known', async () => {
    const { outTradeNo: orderId } = await bought();
    const { refundId } = await refund(orderId);
    refunded(orderId, { outRefundNo: refundId, amountFen: 100 });
    refunded(`${orderId}_h`, { outRefundNo: 'by-hand-0001', amountFen: 50 });
    refunded('another-shop-1', { outRefundNo: 'by-hand-0002', amountFen: 51 });
    refunded('another-shop-1', { amountFen: 52 });
    const told = (await found())?.filter(({ class: kind }) => kind === 'refund_differs');
    const none = { class: 'refund_differs', remedy: 'none' };
    expect(told).toEqual([
      { ...none, subject: '', actualFen: 52 },
      { ...none, subject: 'by-hand-0001', orderId, actualFen: 50 },
      { ...none, subject: 'by-hand-0002', actualFen: 51 },
      { ...none, subject: refundId, orderId, expectedFen: 9900, actualFen: 100 },
    ]);
  });

  it('that neither day shows is told with what it should have been', async () => {
    const notice = await bought();
    const { refundId: subject } = await refund(notice.outTradeNo);
    billed(notice);
    expect(await found()).toEqual([]);
    const lacks = { class: 'refund_differs', orderId: notice.outTradeNo, expectedFen: 9900, remedy: 'none' };
    expect(await found(NEXT_DAY)).toEqual([{ ...lacks, subject }]);
  });

  it('whose notice comes while the bill is compared is no difference', async () => {
    const notice = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(notice.outTradeNo);
    billed(notice);
    refunded(notice.outTradeNo, { outRefundNo: refundId });
    const meanwhile: Database = {
      ...product.db,
      query: async <Row>(sql: string, params?: Parameters<Database['query']>[1]) => {
        const read = await product.db.query<Row>(sql, params);
        const told = { channel: 'wechat', refundId, state: 'succeeded' } as const;
        if (sql.includes('FROM refunds WHERE id IN')) await settleRefund(product.db, told, NEXT_MS);
        return read;
      },
    };
    expect(await found(DAY, meanwhile)).toEqual([]);
  });

  it('that was closed here and is in the bill all the same is for a person; nothing of ours moves', async () => {
    const notice = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(notice.outTradeNo);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    billed(notice);
    refunded(notice.outTradeNo, { outRefundNo: refundId });
    const amounts = { expectedFen: 9900, actualFen: 9900 };
    const { outTradeNo: orderId } = notice;
    expect(await found()).toEqual([
      { class: 'refund_differs', subject: refundId, orderId, ...amounts, remedy: 'none' },
    ]);
    expect(await product.db.query('SELECT state FROM refunds')).toEqual([{ state: 'closed' }]);
    expect(await available()).toBe(100);
  });
});

describe('credits beside the bill', () => {
  it('that are gone while the money is on its way back are told with the payment', async () => {
    const notice = await bought();
    const { refundId } = await refund(notice.outTradeNo);
    billed(notice);
    refunded(notice.outTradeNo, { outRefundNo: refundId });
    for (const table of ['quota_entries', 'quota_lots']) await product.db.write(`DELETE FROM ${table}`);
    const { outTradeNo: orderId, transactionId: subject, amountFen: actualFen } = notice;
    expect(await found()).toEqual([{ class: 'paid_not_granted', subject, orderId, actualFen, remedy: 'none' }]);
  });

  it('that are gone, of a payment that was refunded by hand since, come back out of reach', async () => {
    const notice = await bought();
    const { outTradeNo: orderId, transactionId: subject, amountFen: actualFen } = notice;
    const byHand = { outTradeNo: orderId, outRefundNo: 'by-hand-0001', refundFen: 9900, totalFen: 9900 };
    await channel.refund({ ...byHand, reason: 'by hand', notifyUrl: 'https://a.b' });
    billed(notice);
    for (const table of ['quota_entries', 'quota_lots']) await product.db.write(`DELETE FROM ${table}`);
    expect(await found()).toEqual([{ class: 'refund_differs', subject, orderId, actualFen, remedy: 'held' }]);
    expect(await available()).toBe(0);
  });

  it('without a payment are told with what their order costs, where there is one; paid and refunded is paid', async () => {
    const nowhere = newId('ord_', NOW_MS);
    const [unpaid, back] = [await ordered(), await ordered(NOW_MS + 840_000)];
    channel.pay(back);
    const byHand = { outTradeNo: back, outRefundNo: 'by-hand-0001', refundFen: 9900, totalFen: 9900 };
    await channel.refund({ ...byHand, reason: 'by hand', notifyUrl: 'https://a.b' });
    for (const orderId of [nowhere, unpaid, back])
      await product.db.write(
        `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
         VALUES (?, ?, ?, 'member', 100, 100, ?, '2027-01-01')`,
        [newId('lot_', NOW_MS), merchant, `pay:wechat:${orderId}`, sqlTime(NOW_MS)],
      );
    const of = (orderId: string, over: object) => ({ class: 'granted_not_paid', subject: orderId, orderId, ...over });
    const told = [
      of(nowhere, { remedy: 'frozen' }),
      of(unpaid, { expectedFen: 9900, remedy: 'frozen' }),
      of(back, { expectedFen: 9900, remedy: 'none' }),
    ];
    const bySubject = (a: { subject: string }, b: { subject: string }) => (a.subject < b.subject ? -1 : 1);
    expect(await found()).toEqual(told.sort(bySubject));
    expect(await available()).toBe(100);
  });
});

it('a bill of two pages is compared a page at a time, each row of it once', async () => {
  for (let n = 0; n < 201; n++) {
    const is = { transactionId: `tx-${n}`, amountFen: 1, atMs: NOW_MS };
    rows.push({ ...is, kind: 'payment', outTradeNo: `shop-${n}` });
    rows.push({ ...is, kind: 'refund', outTradeNo: `shop-${n}`, outRefundNo: `back-${n}` });
  }
  const asked: string[] = [];
  const counting = {
    ...channel,
    queryOrder: (number: string) => {
      asked.push(number);
      return channel.queryOrder(number);
    },
  };
  const named: number[] = [];
  const heard: Database = {
    ...product.db,
    query: <Row>(sql: string, params: Parameters<Database['query']>[1] = []) => {
      if (sql.includes(' IN (')) named.push(params.filter((one) => one !== 'wechat').length);
      return product.db.query<Row>(sql, params);
    },
  };
  expect(await found(DAY, heard, counting)).toHaveLength(402);
  expect(asked).toEqual(rows.filter(({ kind }) => kind === 'payment').map(({ outTradeNo }) => outTradeNo));
  expect(named).toEqual([200, 1, 200, 1]);
});
