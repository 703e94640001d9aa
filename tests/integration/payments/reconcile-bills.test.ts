import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import type { BillRow, PaymentChannel } from '../../../shared/payments/channel.ts';
import type { CaseFinding } from '../../../shared/payments/open-case.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { reconcileBill } from '../../../shared/payments/reconcile-bill.ts';
import { reconcileBills } from '../../../shared/payments/reconcile-bills.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { tellCases } from '../../../shared/payments/tell-cases.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

/** Of NOW_MS, which is noon in Shanghai. */
const DAY = '2026-03-01';
const NEXT_MS = NOW_MS + DAY_MS;
const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';

let product: ProductDatabase;
let channel: MemoryChannel;
let rows: BillRow[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  rows = [];
  channel.bill = rows;
  for (const table of [
    'payments',
    'refunds',
    'reconciliation_cases',
    'bill_days',
    'quota_entries',
    'quota_lots',
    'orders',
  ])
    await product.db.write(`DELETE FROM ${table}`);
  await product.db.write('DELETE FROM order_attempts');
});

let keys = 0;
async function ordered(): Promise<{ merchant: string; orderId: string }> {
  const merchant = await newMerchant(product.db);
  const { orderId } = await purchaseMembership(product.db, channel, {
    ...{ merchantId: merchant, planId: 'monthly_99', method: 'qr', idempotencyKey: `order-${++keys}` },
    ...{ requestHash: 'a'.repeat(64), notifyUrl: notifyUrl(), nowMs: NOW_MS },
  });
  return { merchant, orderId };
}

/** Paid at the channel and in its bill; `settled`: and here. */
async function paid(settled = true): Promise<{ merchant: string; orderId: string; transactionId: string }> {
  const made = await ordered();
  const notice = channel.pay(made.orderId);
  if (settled) await settleOrder(product.db, notice, 'notify', NOW_MS);
  const { outTradeNo, transactionId, amountFen } = notice;
  rows.push({ kind: 'payment', outTradeNo, transactionId, amountFen, atMs: NOW_MS });
  return { ...made, transactionId };
}

const refund = (orderId: string) =>
  refundOrder(product.db, async () => channel, notifyUrl, {
    ...{
      orderId,
      mode: 'whole',
      reason: '客户申请退款',
      operatorId: 'mch_operator',
      idempotencyKey: `refund-${++keys}`,
    },
    ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
  });

/** What the timer logs at its next tick. */
async function told(): Promise<CaseFinding[]> {
  const lines: CaseFinding[] = [];
  await tellCases(product.db, NEXT_MS, (found) => lines.push(found));
  return lines;
}
const compare = (day = DAY) => reconcileBill(product.db, channel, day, NEXT_MS);
const found = async () => (await compare())?.findings.map(({ class: kind, remedy }) => `${kind}: ${remedy}`) ?? [];
const available = async (merchant: string) => (await queryQuota(product.db, merchant, NOW_MS)).available;

describe("a day's bill", () => {
  it('that agrees shows nothing, and adds up', async () => {
    const one = await paid();
    await paid();
    const { refundId } = await refund(one.orderId);
    rows.push({
      kind: 'refund',
      outTradeNo: one.orderId,
      transactionId: one.transactionId,
      outRefundNo: refundId,
      amountFen: 9900,
      atMs: NOW_MS,
    });
    expect(await compare()).toEqual({
      ...{ channel: 'wechat', day: DAY, payments: 2, paidFen: 19_800, refunds: 1, refundedFen: 9900, unbilled: 0 },
      findings: [],
    });
    expect(await product.audit()).toEqual([]);
  });

  it('grants what was paid and never told, once, however often it is compared', async () => {
    const { merchant } = await paid(false);
    // The day has shown it, however often it is asked.
    for (let n = 0; n < 2; n++) expect(await found()).toEqual(['paid_not_granted: granted']);
    expect(await available(merchant)).toBe(100);
    expect(await told()).toEqual([expect.objectContaining({ class: 'paid_not_granted', remedy: 'granted', day: DAY })]);
    expect(await told()).toEqual([]);
    expect(await product.audit()).toEqual([]);
  });

  it('grants nothing on a row of the bill that the channel itself does not confirm', async () => {
    const { merchant, orderId } = await ordered();
    rows.push({ kind: 'payment', outTradeNo: orderId, transactionId: 'forged', amountFen: 9900, atMs: NOW_MS });
    rows.push({ kind: 'payment', outTradeNo: 'another-shop-1', transactionId: 'theirs', amountFen: 1, atMs: NOW_MS });
    expect(await found()).toEqual(['paid_not_granted: none', 'paid_not_granted: none']);
    expect(await available(merchant)).toBe(0);
  });

  it('that lacks a payment freezes its credits, unless the channel says that it was paid', async () => {
    const [known, unknown] = [await paid(), await paid()];
    rows.length = 0;
    const forgotten = {
      ...channel,
      queryOrder: async (number: string) =>
        number === unknown.orderId ? { state: 'unpaid' as const } : channel.queryOrder(number),
    };
    const report = await reconcileBill(product.db, forgotten, DAY, NEXT_MS);
    expect(report?.findings).toEqual([
      expect.objectContaining({ class: 'granted_not_paid', orderId: unknown.orderId, remedy: 'frozen' }),
    ]);
    expect(report?.unbilled).toBe(1);
    expect([await available(known.merchant), await available(unknown.merchant)]).toEqual([100, 0]);
    expect(await product.audit()).toEqual([]);
  });

  it('shows another amount, of a payment and of a refund, and a refund that only one side knows', async () => {
    const [one, two, three] = [await paid(), await paid(), await paid()];
    rows[0] = { ...(rows[0] as BillRow), amountFen: 9800 };
    const [second, third] = [await refund(two.orderId), await refund(three.orderId)];
    const refunded = (outRefundNo: string, amountFen: number): BillRow => ({
      kind: 'refund',
      outTradeNo: one.orderId,
      transactionId: 't',
      outRefundNo,
      amountFen,
      atMs: NOW_MS,
    });
    rows.push(refunded(second.refundId, 100), refunded('by-hand-0001', 50));
    expect(await found()).toEqual(['amount_differs: none', 'refund_differs: none', 'refund_differs: none']);
    // The third may be in the next day's bill; when it is not there either, it shows.
    rows.length = 0;
    const next = await reconcileBill(product.db, channel, '2026-03-02', NEXT_MS + DAY_MS);
    expect(next?.findings).toEqual([expect.objectContaining({ class: 'refund_differs', subject: third.refundId })]);
  });

  it('ends a refund whose success nobody told us of', async () => {
    const one = await paid();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(one.orderId);
    rows.push({
      kind: 'refund',
      outTradeNo: one.orderId,
      transactionId: one.transactionId,
      outRefundNo: refundId,
      amountFen: 9900,
      atMs: NOW_MS,
    });
    expect(await found()).toEqual([]);
    expect(await product.db.query('SELECT state FROM refunds')).toEqual([{ state: 'succeeded' }]);
  });

  it('sends a second payment back that only the bill knew', async () => {
    const one = await paid();
    await product.db.write(
      `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)
       VALUES (?, ?, ?, 'wechat', 'h5', 'open', '2026-03-01 05:00:00', '2026-03-01 04:00:00')`,
      [`${one.orderId}_h`, one.orderId, one.merchant],
    );
    await channel.createOrder({
      outTradeNo: `${one.orderId}_h`,
      method: 'h5',
      amountFen: 9900,
      description: 'x',
      expiresAtMs: NOW_MS,
      notifyUrl: notifyUrl(),
    });
    const second = channel.pay(`${one.orderId}_h`);
    rows.push({
      kind: 'payment',
      outTradeNo: second.outTradeNo,
      transactionId: second.transactionId,
      amountFen: 9900,
      atMs: NOW_MS,
    });
    expect(await found()).toEqual(['paid_twice: refunding']);
    expect(await product.db.query('SELECT kind, state FROM refunds')).toEqual([
      { kind: 'second_payment', state: 'requested' },
    ]);
    expect(await product.audit()).toEqual([]);
  });

  it('tells of a payment that its notice brought with another amount, on its own day', async () => {
    const { orderId } = await ordered();
    const notice = channel.pay(orderId, { amountFen: 100 });
    expect(await settleOrder(product.db, notice, 'notify', NOW_MS)).toBe('amount_mismatch');
    expect(await told()).toEqual([expect.objectContaining({ class: 'amount_differs', orderId, actualFen: 100 })]);
    rows.push({
      kind: 'payment',
      outTradeNo: orderId,
      transactionId: notice.transactionId,
      amountFen: 100,
      atMs: NOW_MS,
    });
    const report = await compare();
    expect(report?.findings).toEqual([expect.objectContaining({ class: 'amount_differs', day: DAY })]);
    expect(await told()).toEqual([]);
  });
});

describe("a day's books beside its bill", () => {
  const lotOf = (orderId: string) => `pay:wechat:${orderId}`;
  const torn = async (orderId: string) => {
    await product.db.write('DELETE FROM quota_entries WHERE source_key = ?', [lotOf(orderId)]);
    await product.db.write('DELETE FROM quota_lots WHERE source_key = ?', [lotOf(orderId)]);
  };
  /** A lot that says that it was paid, and its entry. */
  async function madeUp(merchant: string, orderId: string): Promise<void> {
    const [id, at] = [newId('lot_', NOW_MS), sqlTime(NOW_MS)];
    await product.db.write(
      `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
       VALUES (?, ?, ?, 'member', 100, 100, ?, '2027-01-01')`,
      [id, merchant, lotOf(orderId), at],
    );
  }
  const classes = async () =>
    (await compare())?.findings.map(({ class: kind, subject, remedy }) => [kind, subject, remedy]);

  it('grants a payment that stands without its credits again, once, when the channel confirms it', async () => {
    const [one, other] = [await paid(), await paid()];
    await torn(one.orderId);
    for (let n = 0; n < 2; n++) expect(await classes()).toEqual([['paid_not_granted', one.transactionId, 'granted']]);
    expect([await available(one.merchant), await available(other.merchant)]).toEqual([100, 100]);
    expect(await told()).toHaveLength(1);
    expect(await product.audit()).toEqual([]);
  });

  it('gives no credits for a payment that is on its way back, nor where the ledger has an entry for them', async () => {
    const [back, entry] = [await paid(), await paid()];
    await refund(back.orderId);
    await torn(back.orderId);
    await product.db.write('DELETE FROM quota_lots WHERE source_key = ?', [lotOf(entry.orderId)]);
    const findings = (await classes())?.filter(([, subject]) => subject !== undefined);
    const none = [back, entry].map(({ transactionId }) => ['paid_not_granted', transactionId, 'none']);
    expect(findings).toEqual(none.sort(([, a], [, b]) => String(a).localeCompare(String(b))));
    expect([await available(back.merchant), await available(entry.merchant)]).toEqual([0, 0]);
  });

  it('freezes credits that no payment stands for: of an order that is not paid, of none at all, and of another’s', async () => {
    const [open, owner] = [await ordered(), await paid()];
    const [thief, stranger] = [await newMerchant(product.db), await newMerchant(product.db)];
    const nowhere = newId('ord_', NOW_MS);
    await madeUp(open.merchant, open.orderId);
    await madeUp(stranger, nowhere);
    await product.db.write('UPDATE quota_lots SET merchant_id = ? WHERE source_key = ?', [thief, lotOf(owner.orderId)]);
    const frozen = [open.orderId, nowhere, owner.orderId].sort().map((id) => ['granted_not_paid', id, 'frozen']);
    for (let n = 0; n < 2; n++) expect(await classes()).toEqual(frozen);
    for (const merchant of [open.merchant, stranger, thief]) expect(await available(merchant)).toBe(0);
  });

  it('takes nothing from whoever has paid as far as the channel knows, and tells of it', async () => {
    const { merchant, orderId } = await ordered();
    channel.pay(orderId);
    await madeUp(merchant, orderId);
    expect(await classes()).toEqual([['granted_not_paid', orderId, 'none']]);
    expect(await available(merchant)).toBe(100);
  });

  it('shows an order that calls itself paid without any payment', async () => {
    const { orderId } = await ordered();
    await product.db.write("UPDATE orders SET state = 'paid' WHERE id = ?", [orderId]);
    expect(await classes()).toEqual([['granted_not_paid', orderId, 'none']]);
  });

  it('of the days before and after are another day’s', async () => {
    const before = await paid();
    await torn(before.orderId);
    for (const day of ['2026-02-28', '2026-03-02']) expect((await compare(day))?.findings).toEqual([]);
  });
});

describe('the daily run', () => {
  const reports = new Map<string, string>();
  const objects = {
    put: async (key: string, bytes: Uint8Array) => {
      reports.set(key, Buffer.from(bytes).toString());
      return { etag: '"e"' };
    },
  };
  const run = (nowMs: number) =>
    reconcileBills(
      { db: product.db, objects, channels: async (id) => (id === 'wechat' ? channel : undefined) },
      ['wechat', 'alipay'],
      nowMs,
    );
  const days = () =>
    product.db.query<{ day: string; state: string }>(
      "SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day, state FROM bill_days ORDER BY day",
    );

  it('has nothing to compare before the first order, nor before the bill can be there', async () => {
    expect((await run(NOW_MS)).reports).toEqual([]);
    await paid();
    await run(NOW_MS);
    await run(Date.UTC(2026, 2, 2, 2, 14));
    expect(await days()).toEqual([]);
    const { reports: made } = await run(Date.UTC(2026, 2, 2, 2, 15));
    expect(made).toEqual([expect.objectContaining({ day: DAY, payments: 1 })]);
    expect(JSON.parse(reports.get(`reports/reconciliation/wechat/${DAY}.json`) ?? '{}')).toMatchObject({
      day: DAY,
      paidFen: 9900,
    });
  });

  it('catches up on days when nothing ran, oldest first, a few at a time', async () => {
    await paid();
    await run(NOW_MS + 8 * DAY_MS);
    expect((await days()).map(({ state }) => state)).toEqual([
      ...Array<string>(5).fill('done'),
      ...Array<string>(3).fill('waiting'),
    ]);
    await run(NOW_MS + 8 * DAY_MS);
    expect((await days()).every(({ state }) => state === 'done')).toBe(true);
  });

  it('tells and reports what it granted before it failed: at a question, at the report, or killed in between', async () => {
    const made = [await paid(false), await paid(false)] as const;
    const query = channel.queryOrder.bind(channel);
    const failing = {
      ...channel,
      queryOrder: (number: string) => (number === made[1].orderId ? Promise.reject(unavailable()) : query(number)),
    };
    const runWith = (at: PaymentChannel, put: (typeof objects)['put'], nowMs: number) =>
      reconcileBills(
        { db: product.db, objects: { put }, channels: async (id) => (id === 'wechat' ? at : undefined) },
        ['wechat'],
        nowMs,
      );
    const full = () => Promise.reject(new Error('the bucket is away'));
    expect((await runWith(failing, objects.put, NEXT_MS)).failures).toHaveLength(1);
    expect(await told()).toEqual([expect.objectContaining({ subject: made[0].transactionId, remedy: 'granted' })]);
    expect((await runWith(channel, full, NEXT_MS + 3_600_000)).failures).toHaveLength(1);
    expect(await told()).toEqual([expect.objectContaining({ subject: made[1].transactionId, remedy: 'granted' })]);
    const { reports: last } = await runWith(channel, objects.put, NEXT_MS + 9 * 3_600_000);
    const subjects = made.map(({ transactionId }) => transactionId).sort();
    expect(last[0]?.findings.map(({ subject, remedy }) => [subject, remedy])).toEqual(
      subjects.map((one) => [one, 'granted']),
    );
    expect(JSON.parse(reports.get(`reports/reconciliation/wechat/${DAY}.json`) ?? '{}').findings).toHaveLength(2);
    expect(await product.db.query('SELECT state, findings FROM bill_days')).toEqual([{ state: 'done', findings: 2 }]);
    expect(await told()).toEqual([]);
  });

  it('tries a bill that is not ready, or a channel that is away, again later', async () => {
    await paid();
    channel.bill = 'not_ready';
    expect((await run(NEXT_MS)).reports).toEqual([]);
    channel.failure = { error: unavailable(), after: false };
    expect((await run(NEXT_MS + 29 * 60_000)).failures).toEqual([]);
    expect((await run(NEXT_MS + 30 * 60_000)).failures).toHaveLength(1);
    channel.failure = undefined;
    channel.bill = rows;
    expect((await run(NEXT_MS + 90 * 60_000)).reports).toHaveLength(1);
  });
});
