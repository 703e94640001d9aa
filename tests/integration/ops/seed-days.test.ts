import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedConsole } from '../../../scripts/bench/seed-console.ts';
import { idPrefix, seedDays } from '../../../scripts/bench/seed-days.ts';
import { getMerchant } from '../../../shared/ops/get-merchant.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { listAudit } from '../../../shared/ops/list-audit.ts';
import { listCases } from '../../../shared/ops/list-cases.ts';
import { listInvoices } from '../../../shared/ops/list-invoices.ts';
import { listReferrals } from '../../../shared/ops/list-referrals.ts';
import { measureDays } from '../../../shared/ops/measure-days.ts';
import { searchTasks } from '../../../shared/ops/search-tasks.ts';
import { traceTask } from '../../../shared/ops/trace-task.ts';
import { NOW_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());

/** The benchmark runs on MariaDB alone, whose limit of recursion its statements name. */
it.skipIf(process.env['YIYING_ENGINE'] === 'mysql9')(
  'the days that the console is measured on have orders and payments on each, and tasks that are open now',
  async () => {
    const connection = await createConnection(product.secret);
    await seedDays(connection, { tasks: 900, merchants: 100, days: 30, nowMs: NOW_MS });
    await seedConsole(connection, { merchants: 100, days: 30, nowMs: NOW_MS });
    await connection.end();
    const overview = async () => getOverview(product.db, [], NOW_MS);
    while ((await overview()).periods.at(-1)?.measuredDays !== 30) await measureDays(product.db, NOW_MS);
    const { days, periods, now } = await overview();
    expect(days.filter(({ figures }) => (figures?.money.orders ?? 0) < 3 || figures?.tasks.created !== 30)).toEqual([]);
    expect(periods.at(-1)?.figures).toMatchObject({
      ...{ money: { orders: 100, paidFen: 990_000 }, tasks: { created: 900, succeeded: 812, open: 30 } },
    });
    expect(now.queue).toMatchObject({ awaitingUpload: 10, queued: 10, processing: 10 });
    const [orders] = await product.db.query<{ merchants: number; most: number }>(
      `SELECT COUNT(*) AS merchants, MAX(n) AS most FROM
         (SELECT COUNT(p.id) AS n FROM orders o JOIN payments p ON p.order_id = o.id AND p.merchant_id = o.merchant_id
          JOIN merchants m ON m.id = o.merchant_id GROUP BY o.merchant_id) each_of`,
    );
    expect(orders).toEqual({ merchants: 100, most: 1 });
    const id = (kind: string, day: number) => `${idPrefix(kind, day, NOW_MS)}${String(7).padStart(16, '0')}`;
    const page = { limit: 20 };
    const read = [
      await searchTasks(product.db, { ...page, trace: 'trace-15-7' }),
      await listInvoices(product.db, page),
      await listCases(product.db, page),
      await listReferrals(product.db, page),
      await listReferrals(product.db, { ...page, state: 'released' }),
      await listAudit(product.db, { target: id('mch_', 30) }, page),
    ];
    expect(read.map(({ items }) => items.length)).toEqual([1, 1, 1, 2, 20, 5]);
    expect(await getMerchant(product.db, id('mch_', 30), NOW_MS)).toMatchObject({ state: 'active' });
    expect(await traceTask(product.db, id('tsk_', 15))).toMatchObject({ state: 'succeeded' });
  },
);
