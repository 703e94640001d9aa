import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedDays } from '../../../scripts/bench/seed-days.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { measureDays } from '../../../shared/ops/measure-days.ts';
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
  },
);
