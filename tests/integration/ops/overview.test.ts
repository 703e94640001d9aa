import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { measureDay } from '../../../shared/ops/measure-day.ts';
import { measureDays } from '../../../shared/ops/measure-days.ts';
import { startOfShanghaiDay } from '../../../shared/shanghai-day.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
} from '../../fixtures/product-database.ts';

/** 2026-03-01 in China, of which NOW_MS is noon. */
const MIDNIGHT_MS = startOfShanghaiDay('2026-03-01');

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  const tables = ['day_figures', 'task_units', 'tasks', 'quota_entries', 'quota_lots', 'accounts', 'merchants'];
  for (const table of [...tables, 'payments', 'refunds', 'engine_breakers', 'engine_queue'])
    await product.db.write(`DELETE FROM ${table}`);
});

const overview = (nowMs = NOW_MS, engines: string[] = []) => getOverview(product.db, engines, nowMs);
const figuresOf = async (day: string, nowMs = NOW_MS) =>
  (await overview(nowMs)).days.find((one) => one.day === day)?.figures;
const periodOf = async (period: string, nowMs = NOW_MS) =>
  (await overview(nowMs)).periods.find((one) => one.period === period);

async function merchantSince(atMs: number): Promise<string> {
  const merchant = await newMerchant(product.db, atMs);
  await grantCredits(product.db, merchant, 50, { nowMs: atMs, expiresAtMs: NOW_MS + 60 * DAY_MS });
  return merchant;
}

async function endedTask(merchant: string, atMs: number, ending: 'succeeded' | 'failed'): Promise<void> {
  const taskId = await newTask(product.db, merchant, atMs);
  await queueTask(product.db, taskId, atMs);
  const lease = await claimTask(product.db, taskId, atMs);
  if (ending === 'succeeded') await finishUnit(product.db, lease, [OUTPUT], atMs);
  else await failUnit(product.db, lease, { code: 'GARMENT_NOT_FOUND' }, atMs);
}

let numbers = 0;
async function booked(atMs: number, amountFen: number, disposition: string, refund?: { kind: string; state: string }) {
  const id = newId('pay_', atMs);
  await product.db.write(
    `INSERT INTO payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at)
     VALUES (?, 'ord_1', 'mch_1', 'wechat', ?, ?, 'notify', ?, ?, ?)`,
    [id, `tx-${++numbers}`, amountFen, disposition, sqlTime(atMs), sqlTime(atMs)],
  );
  if (!refund) return;
  await product.db.write(
    `INSERT INTO refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key, request_hash, created_at, ended_at)
     VALUES (?, 'mch_1', 'ord_1', ?, ?, ?, ?, 0, '', ?, '', ?, ?)`,
    [newId('rfd_', atMs), id, refund.kind, refund.state, amountFen, id, sqlTime(atMs), sqlTime(atMs)],
  );
}

it('knows nothing where nothing was measured: null, not 0', async () => {
  await merchantSince(MIDNIGHT_MS - DAY_MS);
  const before = await overview();
  expect(before.measuredAtMs).toBeNull();
  expect(before.periods.map(({ figures }) => figures)).toEqual([null, null, null]);
  expect(before.now.creditsExpiring).toBeNull();
  expect(before.now.queue).toEqual({ awaitingUpload: 0, queued: 0, processing: 0, oldestWaitMs: null });

  await measureDays(product.db, NOW_MS);
  expect((await overview()).measuredAtMs).toBe(NOW_MS);
  expect(await periodOf('30days')).toMatchObject({ firstDay: '2026-01-31', lastDay: '2026-03-01', measuredDays: 2 });
  expect(await figuresOf('2026-02-27')).toBeNull();
  // Nobody ordered anything, which is known; how many of them succeed is not.
  expect(await figuresOf('2026-03-01')).toMatchObject({ tasks: { created: 0 }, successRate: null, failures: [] });
});

it('counts tasks and credits by days in China, to the millisecond', async () => {
  const merchant = await merchantSince(MIDNIGHT_MS - DAY_MS);
  await endedTask(merchant, MIDNIGHT_MS - 1, 'succeeded');
  await endedTask(merchant, MIDNIGHT_MS, 'succeeded');
  await endedTask(merchant, MIDNIGHT_MS, 'succeeded');
  await endedTask(merchant, MIDNIGHT_MS + 1, 'failed');
  await newTask(product.db, merchant, NOW_MS);
  await measureDays(product.db, NOW_MS);
  expect(await figuresOf('2026-02-28')).toMatchObject({
    tasks: { created: 1, succeeded: 1, failed: 0, open: 0 },
    successRate: 1,
    credits: { sold: 0, given: 50, used: 1, returned: 0 },
    newMerchants: 1,
  });
  expect(await figuresOf('2026-03-01')).toMatchObject({
    tasks: { created: 4, succeeded: 2, failed: 1, canceled: 0, expired: 0, open: 1 },
    failures: [{ errorCode: 'GARMENT_NOT_FOUND', tasks: 1 }],
    credits: { given: 0, used: 3, returned: 1 },
  });
  expect((await periodOf('today'))?.figures?.successRate).toBeCloseTo(2 / 3);
  expect((await periodOf('7days'))?.figures?.tasks).toMatchObject({ created: 5, succeeded: 3 });
});

it('counts credits that were paid for as sold, and what was given away as given', async () => {
  const merchant = await newMerchant(product.db, MIDNIGHT_MS - DAY_MS);
  const lot = (sourceKey: string, credits: number, nowMs = MIDNIGHT_MS) =>
    grantCredits(product.db, merchant, credits, { sourceKey, nowMs });
  await lot('pay:ord_1', 100);
  await lot('pay:ord_2', 7, MIDNIGHT_MS - 1);
  await lot('grant:1', 5);
  await measureDays(product.db, NOW_MS);
  expect((await figuresOf('2026-03-01'))?.credits).toMatchObject({ sold: 100, given: 5 });
  expect((await periodOf('7days'))?.figures?.credits).toMatchObject({ sold: 107, given: 5 });
});

it('books money on the day of its settlement, without second payments, and what went back against it', async () => {
  await merchantSince(MIDNIGHT_MS - DAY_MS);
  await booked(MIDNIGHT_MS - 1, 9900, 'granted');
  await booked(MIDNIGHT_MS, 9900, 'granted', { kind: 'unused', state: 'closed' });
  await booked(MIDNIGHT_MS, 9900, 'granted', { kind: 'whole', state: 'succeeded' });
  await booked(NOW_MS, 9900, 'refund_due', { kind: 'second_payment', state: 'succeeded' });
  await measureDays(product.db, NOW_MS);
  expect((await figuresOf('2026-03-01'))?.money).toEqual({
    ...{ orders: 2, lateOrders: 0, paidFen: 19_800, refunds: 1, refundedFen: 9900, revenueFen: 9900 },
  });
  expect((await periodOf('7days'))?.figures?.money).toMatchObject({ orders: 3, revenueFen: 19_800 });
});

it('counts what was paid after its order had run out', async () => {
  const merchant = await merchantSince(MIDNIGHT_MS);
  const at = sqlTime(NOW_MS);
  await product.db.write(
    `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at)
     VALUES ('ord_1', ?, 'monthly_99', 'wechat', 'paid', 9900, 100, 30, 'member', 'k', '', ?, ?)`,
    [merchant, at, at],
  );
  await booked(NOW_MS - 1, 9900, 'granted');
  await booked(NOW_MS, 9900, 'granted');
  await booked(NOW_MS, 9900, 'refund_due');
  await measureDays(product.db, NOW_MS);
  expect((await figuresOf('2026-03-01'))?.money).toMatchObject({ orders: 2, lateOrders: 1 });
  await product.db.write("DELETE FROM orders WHERE id = 'ord_1'");
});

it('measures a day until it is over and its tasks have ended, and then no more', async () => {
  const merchant = await merchantSince(MIDNIGHT_MS);
  const taskId = await newTask(product.db, merchant, NOW_MS);
  expect(await measureDays(product.db, NOW_MS)).toEqual({ measured: 1 });
  const tomorrow = NOW_MS + DAY_MS;
  expect(await measureDays(product.db, tomorrow)).toEqual({ measured: 2 });
  expect((await figuresOf('2026-03-01', tomorrow))?.tasks.open).toBe(1);
  await product.db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, tomorrow));
  expect(await measureDays(product.db, tomorrow + 1)).toEqual({ measured: 2 });
  expect((await figuresOf('2026-03-01', tomorrow))?.tasks).toMatchObject({ open: 0, canceled: 1 });
  expect(await measureDays(product.db, tomorrow + 2)).toEqual({ measured: 1 });
});

it('a measure that comes late does not replace a newer one, and many at once come to the same', async () => {
  const merchant = await merchantSince(MIDNIGHT_MS);
  await newTask(product.db, merchant, NOW_MS);
  await Promise.all(product.connections(8).map((db) => measureDays(db, NOW_MS)));
  await newTask(product.db, merchant, NOW_MS);
  await measureDay(product.db, '2026-03-01', { nowMs: NOW_MS - 1, isToday: true, isOver: false });
  expect((await figuresOf('2026-03-01'))?.tasks.created).toBe(1);
  await measureDay(product.db, '2026-03-01', { nowMs: NOW_MS, isToday: true, isOver: false });
  expect((await figuresOf('2026-03-01'))?.tasks.created).toBe(2);
  expect((await overview()).measuredAtMs).toBe(NOW_MS);
});

it('credits about to end are those of live lots within seven days', async () => {
  const merchant = await newMerchant(product.db, MIDNIGHT_MS);
  const ends = (expiresAtMs: number) => grantCredits(product.db, merchant, 10, { expiresAtMs });
  await ends(NOW_MS);
  await ends(NOW_MS + 1);
  const revoked = await ends(NOW_MS + DAY_MS);
  await product.db.write('UPDATE quota_lots SET revoked_at = ? WHERE id = ?', [sqlTime(NOW_MS), revoked]);
  await ends(NOW_MS + 7 * DAY_MS);
  await ends(NOW_MS + 7 * DAY_MS + 1);
  await measureDays(product.db, NOW_MS);
  expect((await overview()).now.creditsExpiring).toBe(20);
});

it('shows how long the queue waits, and how engines do by their breakers', async () => {
  const merchant = await merchantSince(MIDNIGHT_MS);
  await queueTask(product.db, await newTask(product.db, merchant), NOW_MS);
  await newTask(product.db, merchant);
  await product.db.write('INSERT INTO engine_breakers (engine, failures, open_until) VALUES (?, 5, ?)', [
    ...['tencent-mps', sqlTime(NOW_MS + 90_000)],
  ]);
  await product.db.write(
    `INSERT INTO engine_queue (task_id, step, unit, engine, merchant_id, queued_at) VALUES ('tsk_1', 0, 0, 'tencent-mps', 'mch_1', ?)`,
    [sqlTime(NOW_MS)],
  );
  const { now } = await overview(NOW_MS + 60_000, ['tencent-mps', 'tencent-vclm']);
  expect(now.queue).toEqual({ awaitingUpload: 1, queued: 1, processing: 0, oldestWaitMs: 60_000 });
  expect(now.engines).toEqual([
    {
      ...{ engine: 'tencent-mps', configured: true, state: 'resting', failures: 5, waiting: 1, oldestWaitMs: 60_000 },
      restsUntilMs: NOW_MS + 90_000,
    },
    { engine: 'tencent-vclm', configured: true, state: 'working', failures: 0, waiting: 0, oldestWaitMs: null },
  ]);
  const later = await overview(NOW_MS + 90_000);
  expect(later.now.engines).toMatchObject([{ engine: 'tencent-mps', configured: false, state: 'working' }]);
});
