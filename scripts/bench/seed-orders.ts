import type { Connection } from 'mysql2/promise';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { newId } from '../../shared/id.ts';
import { MERCHANTS } from './bench-stage.ts';
import { merchantId } from './seed-merchants.ts';

export const PRICE_FEN = 9900;
const CHUNK = 50_000;

/** Open orders of merchants in turn, each payable by WeChat under its own number. @returns their ids */
export async function openOrders(connection: Connection, count: number, nowMs: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('ord_', nowMs));
  const [now, end] = [sqlTime(nowMs), sqlTime(nowMs + 900_000)];
  const owners = ids.map((_, n) => merchantId(Math.floor((n / count) * MERCHANTS)));
  const orders = ids.map((id, n) => [
    ...[id, owners[n], 'monthly_99', 'wechat', 'pending', PRICE_FEN, 100, 30, 'member', id, '0'.repeat(64), now, end],
  ]);
  const attempts = ids.map((id, n) => [id, id, owners[n], 'wechat', 'qr', 'open', end, now]);
  await connection.query(
    `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
       request_hash, created_at, expires_at) VALUES ?`,
    [orders],
  );
  await connection.query(
    `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at) VALUES ?`,
    [attempts],
  );
  return ids;
}

/** Paid orders of long ago with all their rows, spread over the merchants: their credits are spent, and the ledger adds up. */
export async function seedPaidOrders(
  connection: Connection,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  await connection.query(`SET SESSION max_recursive_iterations = ${CHUNK + 1}`);
  for (let from = 0; from < count; from += CHUNK) {
    await insertPaid(connection, from, Math.min(CHUNK, count - from));
    if (count >= 1_000_000 && from % 250_000 === 0)
      say(`  ${from.toLocaleString('en')} of ${count.toLocaleString('en')} orders seeded`);
  }
  await connection.query('ANALYZE TABLE orders, order_attempts, payments, quota_lots, quota_entries, refunds');
}

async function insertPaid(connection: Connection, from: number, size: number): Promise<void> {
  const numbers = `WITH RECURSIVE s (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${from + size - 1})`;
  const insert = (into: string, values: string) =>
    connection.query(`INSERT INTO ${into} ${numbers} SELECT ${values} FROM s`);
  const id = (prefix: string) => `CONCAT('${prefix}_00BENCH', LPAD(n, 19, '0'))`;
  const merchant = `CONCAT('mch_01BENCH', LPAD(n % ${MERCHANTS}, 19, '0'))`;
  const [at, end] = ["'2025-01-02'", "'2025-02-01'"];
  const source = `CONCAT('pay:wechat:', ${id('ord')})`;
  await insert(
    'orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at, paid_at)',
    `${id('ord')}, ${merchant}, 'monthly_99', 'wechat', 'paid', ${PRICE_FEN}, 1, 30, 'member', CONCAT('old-', n), REPEAT('0', 64), ${at}, ${at}, ${at}`,
  );
  await insert(
    'order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, created_at)',
    `${id('ord')}, ${id('ord')}, ${merchant}, 'wechat', 'qr', 'paid', ${at}`,
  );
  await insert(
    'payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at, out_trade_no)',
    `${id('pay')}, ${id('ord')}, ${merchant}, 'wechat', CONCAT('old', n), ${PRICE_FEN}, 'notify', 'granted', ${at}, ${at}, ${id('ord')}`,
  );
  await insert(
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    `${id('lot')}, ${merchant}, ${source}, 'member', 1, 0, ${at}, ${end}`,
  );
  await insert(
    'quota_entries (merchant_id, lot_id, kind, amount, order_id, source_key, created_at)',
    `${merchant}, ${id('lot')}, 'grant', 1, ${id('ord')}, ${source}, ${at}`,
  );
  await insert(
    'quota_entries (merchant_id, lot_id, kind, amount, created_at)',
    `${merchant}, ${id('lot')}, 'expire', -1, ${end}`,
  );
}
