import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { dueBills, planBillDays, postponeBill } from '../../../shared/payments/bill-days.ts';
import type { BillRow, ChannelId } from '../../../shared/payments/channel.ts';
import { type CaseFinding, openCase } from '../../../shared/payments/open-case.ts';
import { reconcileBills } from '../../../shared/payments/reconcile-bills.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { tellCases } from '../../../shared/payments/tell-cases.ts';
import { shanghaiDay } from '../../../shared/shanghai-day.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const DAY = '2026-03-01';
const NEXT_MS = NOW_MS + DAY_MS;
const HOUR_MS = 3_600_000;

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  merchant = await newMerchant(product.db);
  for (const table of ['bill_days', 'payments', 'order_attempts', 'reconciliation_cases', 'quota_lots'])
    await product.db.write(`DELETE FROM ${table}`);
});

const { ordered } = buyerOf(() => ({ db: product.db, channel, merchant }));
const days = async (id: ChannelId = 'wechat') => {
  const rows = await product.db.query<{ day: string }>(
    "SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day FROM bill_days WHERE channel = ? ORDER BY day",
    [id],
  );
  return rows.map(({ day }) => day);
};
const anOrder = (id: ChannelId, atMs: number) =>
  product.db.write(
    `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, created_at)
     VALUES (?, 'ord_1', 'mch_1', ?, 'qr', 'closed', ?)`,
    [`old_${id}`, id, sqlTime(atMs)],
  );

describe('the days to compare', () => {
  it('reach back to the first order, and no further than its channel keeps them', async () => {
    await anOrder('wechat', NOW_MS - 400 * DAY_MS);
    await planBillDays(product.db, 'wechat', NEXT_MS);
    const planned = await days();
    expect([planned.length, planned[0], planned.at(-1)]).toEqual([86, shanghaiDay(NOW_MS - 85 * DAY_MS), DAY]);
  });

  it('go on from the last that is known: neither it nor what lies before is planned again', async () => {
    await anOrder('wechat', NOW_MS - 400 * DAY_MS);
    await product.db.write(
      "INSERT INTO bill_days (channel, day, state, next_at) VALUES ('wechat', '2026-02-27', 'done', NULL)",
    );
    await planBillDays(product.db, 'wechat', NEXT_MS);
    expect(await days()).toEqual(['2026-02-27', '2026-02-28', DAY]);
    await planBillDays(product.db, 'wechat', NEXT_MS);
    expect(await dueBills(product.db, 'wechat', NEXT_MS, 5)).toEqual([
      { channel: 'wechat', day: '2026-02-28', attempts: 0 },
      { channel: 'wechat', day: DAY, attempts: 0 },
    ]);
    expect(await dueBills(product.db, 'wechat', NEXT_MS - 1, 5)).toEqual([]);
    expect(await dueBills(product.db, 'wechat', NEXT_MS, 1)).toHaveLength(1);
  });

  it('are none before there was any order', async () => {
    await planBillDays(product.db, 'wechat', NEXT_MS);
    expect(await days()).toEqual([]);
  });

  it.each([
    [0, 0.5],
    [1, 1],
    [2, 2],
    [4, 8],
    [5, 12],
    [1000, 12],
  ])('that have failed %s times wait %s hours', async (attempts, hours) => {
    await product.db.write(
      "INSERT INTO bill_days (channel, day, state, next_at, attempts) VALUES ('wechat', ?, 'waiting', ?, ?)",
      [DAY, sqlTime(NOW_MS), attempts],
    );
    const [due] = await dueBills(product.db, 'wechat', NEXT_MS, 5);
    expect(due).toEqual({ channel: 'wechat', day: DAY, attempts });
    if (due) await postponeBill(product.db, due, NEXT_MS);
    const [row] = await product.db.query('SELECT attempts, next_at AS nextAtMs FROM bill_days');
    expect(row).toEqual({ attempts: attempts + 1, nextAtMs: NEXT_MS + hours * HOUR_MS });
  });
});

describe('the daily run', () => {
  it('keeps what it found beside the day; a closed channel has no days, and one that is not ready no failure', async () => {
    const orderId = await ordered();
    const notice = channel.pay(orderId);
    await settleOrder(product.db, notice, 'notify', NOW_MS);
    await anOrder('alipay', NOW_MS);
    const is = { transactionId: notice.transactionId, atMs: NOW_MS };
    const rows: readonly BillRow[] = [
      { ...is, kind: 'payment', outTradeNo: orderId, amountFen: 9800 },
      { ...is, kind: 'refund', outTradeNo: orderId, outRefundNo: 'by-hand-0001', amountFen: 50 },
    ];
    const put: unknown[] = [];
    const objects = {
      put: async (key: string, bytes: Uint8Array, contentType: string) => {
        put.push([key, Buffer.from(bytes).toString(), contentType]);
        return { etag: '"e"' };
      },
    };
    const channels = async (id: ChannelId) => (id === 'wechat' ? channel : undefined);
    const run = (nowMs: number) => reconcileBills({ db: product.db, objects, channels }, ['alipay', 'wechat'], nowMs);
    channel.bill = 'not_ready';
    expect(await run(NEXT_MS)).toEqual({ reports: [], failures: [] });
    channel.bill = rows;
    const { reports, failures } = await run(NEXT_MS + HOUR_MS);
    const counts = { payments: 1, paidFen: 9800, refunds: 1, refundedFen: 50 };
    const [report] = reports;
    expect([failures, report?.findings.length]).toEqual([[], 2]);
    expect(report).toMatchObject({ channel: 'wechat', day: DAY, ...counts, unbilled: 0 });
    const key = `reports/reconciliation/wechat/${DAY}.json`;
    expect(put).toEqual([[key, JSON.stringify(report, undefined, 2), 'application/json']]);
    expect(
      await product.db.query(
        `SELECT state, attempts, next_at AS nextAtMs, payments, paid_fen AS paidFen, refunds, refunded_fen AS refundedFen, findings,
           report_key AS reportKey, done_at AS doneAtMs FROM bill_days`,
      ),
    ).toEqual([
      {
        state: 'done',
        attempts: 2,
        nextAtMs: null,
        ...counts,
        findings: 2,
        reportKey: key,
        doneAtMs: NEXT_MS + HOUR_MS,
      },
    ]);
    expect(await days('alipay')).toEqual([]);
  });
});

describe('a case', () => {
  const told = async () => {
    const lines: Record<string, unknown>[] = [];
    const count = await tellCases(product.db, NEXT_MS, (found) => lines.push(found));
    expect(count).toBe(lines.length);
    return lines;
  };

  it('is told once, with all that is known of it, the oldest first', async () => {
    const orderId = await ordered();
    await product.db.write("UPDATE orders SET trace = 'of-the-order' WHERE id = ?", [orderId]);
    const full: CaseFinding = {
      ...{ class: 'amount_differs', channel: 'wechat', subject: '4200', day: DAY, orderId, remedy: 'none' },
      ...{ expectedFen: 9900, actualFen: 1 },
    };
    const plain = { class: 'refund_differs', channel: 'alipay', subject: 'by hand', remedy: 'none' } as const;
    await openCase(product.db, full, NOW_MS + 1);
    await openCase(product.db, plain, NOW_MS);
    const caseId = expect.stringMatching(/^cas_[0-9A-Z]{26}$/) as unknown;
    expect(await told()).toEqual([
      { caseId, ...plain, subject: 'by?hand' },
      { caseId, ...full, trace: 'of-the-order' },
    ]);
    const marked = await product.db.query('SELECT told_at AS toldAtMs FROM reconciliation_cases');
    expect(marked).toEqual([{ toldAtMs: NEXT_MS }, { toldAtMs: NEXT_MS }]);
    expect(await told()).toEqual([]);
  });

  it('that is found again gains what its bill shows, and loses nothing', async () => {
    const found = { class: 'amount_differs', channel: 'wechat', subject: '4200', remedy: 'none' } as const;
    const shown = { day: DAY, orderId: await ordered(), expectedFen: 9900, actualFen: 1 };
    const other = { day: '2026-03-02', orderId: await ordered(), expectedFen: 3, actualFen: 2 };
    await openCase(product.db, found, NOW_MS);
    for (const bill of [shown, other]) await openCase(product.db, { ...found, ...bill }, NOW_MS);
    await openCase(product.db, found, NOW_MS);
    expect(await told()).toEqual([expect.objectContaining(shown)]);
  });
});
