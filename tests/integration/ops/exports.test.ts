import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { exportOrders } from '../../../shared/ops/export-orders.ts';
import { measureDay } from '../../../shared/ops/measure-day.ts';
import { startOfShanghaiDay } from '../../../shared/shanghai-day.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
const FIRST_MS = startOfShanghaiDay('2026-03-01');
const LAST_MS = startOfShanghaiDay('2026-03-03') - 1;
/** What a merchant's plan could be called by somebody who means harm. */
const HOSTILE = '=HYPERLINK("x")';

beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret);
  operator = await newOperator(stage);
  for (const atMs of [FIRST_MS - 1, LAST_MS + 1]) await order(atMs, 'paid', 100);
  await order(FIRST_MS, 'paid', 9900, 1999);
  // Ordered when the plan was called something else.
  await product.db.write("UPDATE orders SET plan_name_zh = '尝鲜会员', plan_name_en = 'Trial' WHERE created_at = ?", [
    sqlTime(FIRST_MS),
  ]);
  await order(FIRST_MS + 1, 'paid', 9900, 0, HOSTILE);
  await order(LAST_MS, 'pending', 9900);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

async function order(atMs: number, state: string, amountFen: number, refundedFen = 0, plan = 'monthly_99') {
  const id = newId('ord_', atMs);
  await product.db.write(
    `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at, paid_at)
     VALUES (?, 'mch_1', ?, 'wechat', ?, ?, 100, 30, 'member', ?, '', ?, ?, ?)`,
    [id, plan, state, amountFen, id, sqlTime(atMs), sqlTime(atMs), state === 'paid' ? sqlTime(atMs) : null],
  );
  if (refundedFen === 0) return;
  await product.db.write(
    `INSERT INTO refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key, request_hash, created_at)
     VALUES (?, 'mch_1', ?, 'pay_1', 'unused', 'succeeded', ?, 0, '', ?, '', ?)`,
    [newId('rfd_', atMs), id, refundedFen, id, sqlTime(atMs)],
  );
}

const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const DAYS = { firstDay: '2026-03-01', lastDay: '2026-03-02' };
const ask = (name: string, query: object = DAYS, as = operator) =>
  stage.send(name, { as, query: query as Record<string, string> });
const linesOf = (csv: string) => csv.trimEnd().split('\r\n');

it('orders of the days, oldest first and to the millisecond, end with their totals', async () => {
  const { csv, fileName, nextCursor } = (await ask('export-orders')).body.data;
  expect([csv.charCodeAt(0), fileName, nextCursor]).toEqual([0xfeff, '订单-2026-03-01-2026-03-02.csv', undefined]);
  const lines = linesOf(csv);
  expect(lines).toHaveLength(5);
  expect(lines[1]).toMatch(
    /^ord_\w+,mch_1,2026-03-01 00:00:00,monthly_99,尝鲜会员 Trial,wechat,已支付 paid,99,100,2026-03-01 00:00:00,19.99,$/,
  );
  expect(lines[3]).toMatch(/,2026-03-02 23:59:59,monthly_99,月度会员 Monthly,wechat,待支付 pending,99,100,,0,$/);
  expect(lines[4]).toBe('合计 total: 3,,,,,,已支付 paid: 2,198,,,19.99,');
});

it('what a spreadsheet would run is made inert', async () => {
  const { csv } = (await ask('export-orders')).body.data;
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  for (const line of linesOf(csv)) expect(line).not.toMatch(/(^|,)[=+@]/);
});

it('comes in parts that are the same as the whole, totals among them', async () => {
  const whole = await exportOrders(product.db, DAYS, LAST_MS + 1);
  let [parts, cursor]: [string, string | undefined] = ['', undefined];
  let count = 0;
  do {
    const part: Awaited<ReturnType<typeof exportOrders>> = await exportOrders(
      product.db,
      { ...DAYS, cursor },
      LAST_MS + 1,
      1,
    );
    [parts, cursor, count] = [parts + part.csv, part.nextCursor, count + 1];
  } while (cursor !== undefined);
  expect([parts, count]).toEqual([whole.csv, 3]);
});

it('of days without orders has a header and totals of nothing', async () => {
  const { csv } = (await ask('export-orders', { firstDay: '2020-01-01', lastDay: '2020-01-01' })).body.data;
  expect(linesOf(csv).slice(1)).toEqual(['合计 total: 0,,,,,,已支付 paid: 0,0,,,0,']);
});

it('figures of days: what nobody measured is empty, and the totals say of how many days they are', async () => {
  await measureDay(product.db, '2026-03-01', { nowMs: LAST_MS, isToday: false, isOver: true });
  const lines = linesOf((await ask('export-days')).body.data.csv);
  expect(lines[1]?.split(',').slice(0, 3)).toEqual(['2026-03-01', '0', '0']);
  expect(lines[2]).toBe(`2026-03-02${','.repeat(17)}`);
  expect(lines[3]?.startsWith('合计 total: 1/2,0,')).toBe(true);
  const widths = lines.map((line) => line.split(',').length);
  expect(new Set(widths).size).toBe(1);
});

it('figures of days: each in its column, money in yuan', async () => {
  const counts =
    'tasks, succeeded, failed, canceled, expired, credits_used, credits_returned, credits_sold, credits_given';
  const money = 'orders, late_orders, paid_fen, refunds, refunded_fen, merchants';
  for (const [day, by] of [
    ['2025-05-01', 1],
    ['2025-05-02', 10],
  ] as const) {
    const figures = [100, 11, 12, 13, 14, 21, 22, 23, 24, 31, 7, 3250, 33, 1234, 41].map((figure) => figure * by);
    await product.db.write(
      `INSERT INTO day_figures (day, ${counts}, ${money}, failures_json, settled, measured_at)
       VALUES (?, ${figures.map(() => '?').join(', ')}, '{}', 1, ?)`,
      [day, ...figures, sqlTime(LAST_MS)],
    );
  }
  const lines = linesOf((await ask('export-days', { firstDay: '2025-05-01', lastDay: '2025-05-02' })).body.data.csv);
  expect(lines[1]).toBe('2025-05-01,100,11,12,13,14,50,21,22,23,24,31,7,32.5,33,12.34,20.16,41');
  expect(lines[3]).toBe('合计 total: 2/2,1100,121,132,143,154,550,231,242,253,264,341,77,357.5,363,135.74,221.76,451');
});

it('wants days of the calendar in their order, no more than it may read, a second factor, and is seen', async () => {
  const fieldOf = async (query: object, name = 'export-orders') => {
    const { body } = await ask(name, query);
    return `${body.error.fields[0].path} ${body.error.fields[0].rule}`;
  };
  expect(await fieldOf({ ...DAYS, firstDay: '2026-02-30' })).toBe('firstDay format:date');
  expect(await fieldOf({ ...DAYS, lastDay: '2026-02-28' })).toBe('lastDay days:1-92');
  expect(await fieldOf({ ...DAYS, lastDay: '2026-06-01' })).toBe('lastDay days:1-92');
  expect(await fieldOf({ ...DAYS, lastDay: '2027-03-02' }, 'export-days')).toBe('lastDay days:1-366');
  const unshown = await newOperator(stage, 'operator', { steppedUp: false });
  expect(codeOf(await ask('export-orders', DAYS, unshown))).toBe('STEP_UP_REQUIRED');
  const log = await stage.db.query<{ target: string }>("SELECT target FROM audit_log WHERE action = 'export-orders'");
  expect(log[0]?.target).toBe('2026-03-01:2026-03-02');
});
