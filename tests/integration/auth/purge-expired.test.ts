import { afterAll, beforeAll, expect, it } from 'vitest';
import { purgeExpired, ROUNDS, ROWS_AT_ONCE } from '../../../shared/auth/purge-expired.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { DAY_MS, NOW_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());

it('deletes what is over and keeps what still counts', async () => {
  const { db } = product;
  const limit = (bucket: string, expiresAtMs: number) =>
    db.write('INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (?, 0, ?)', [bucket, sqlTime(expiresAtMs)]);
  const code = (id: string, expiresAtMs: number) =>
    db.write(
      "INSERT INTO login_codes (id, phone, address, code_hash, created_at, expires_at) VALUES (?, '13800000000', '10.0.0.1', REPEAT('a', 64), ?, ?)",
      [id, sqlTime(expiresAtMs - 300_000), sqlTime(expiresAtMs)],
    );
  for (const [id, atMs] of [
    ['ses_old', NOW_MS - 1],
    ['ses_live', NOW_MS],
  ] as const) {
    const sql = "INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES ('mch_1', ?, ?)";
    await db.write(sql, [id, sqlTime(atMs)]);
  }
  for (const [id, atMs] of [
    ['vew_old', NOW_MS - DAY_MS - 1],
    ['vew_known', NOW_MS - DAY_MS],
  ] as const) {
    await db.write(
      `INSERT INTO operator_views (id, merchant_id, operator_id, session_id, role, audit_seq, created_at, expires_at)
       VALUES (?, 'mch_1', 'mch_2', 'ses_1', 'support', ?, ?, ?)`,
      [id, atMs, sqlTime(atMs), sqlTime(atMs)],
    );
  }
  for (let i = 0; i < 1200; i++) await limit(`old-${i}`, NOW_MS - 1);
  await limit('live', NOW_MS);
  await code('cod_old', NOW_MS - DAY_MS - 1);
  await code('cod_counts', NOW_MS - 1000);
  expect(await purgeExpired(db, NOW_MS)).toEqual({
    login_codes: 1,
    refresh_tokens: 0,
    rate_limits: 1200,
    operator_step_ups: 1,
    operator_views: 1,
  });
  expect(await db.query('SELECT id FROM operator_views')).toEqual([{ id: 'vew_known' }]);
  expect(await db.query('SELECT session_id FROM operator_step_ups')).toEqual([{ session_id: 'ses_live' }]);
  expect(await db.query('SELECT bucket FROM rate_limits')).toEqual([{ bucket: 'live' }]);
  expect(await db.query('SELECT id FROM login_codes')).toEqual([{ id: 'cod_counts' }]);
});

it('asks once more only where a statement deleted all that it may, and fifty times at most', async () => {
  let asked: string[] = [];
  const tableOf = (sql: string) => /FROM (\w+)/.exec(sql)?.[1] ?? '';
  const write = (sql: string, params: Parameters<typeof product.db.write>[1]) => {
    asked.push(tableOf(sql));
    return product.db.write(sql, params);
  };
  await purgeExpired({ ...product.db, write }, NOW_MS);
  const tables = ['login_codes', 'refresh_tokens', 'rate_limits', 'operator_step_ups', 'operator_views'];
  expect(asked).toEqual(tables);
  asked = [];
  const full = async (sql: string) => {
    if (asked.push(tableOf(sql)) > 1000) throw new Error('it never ends');
    return { affectedRows: ROWS_AT_ONCE, insertId: 0 };
  };
  expect(await purgeExpired({ ...product.db, write: full }, NOW_MS)).toEqual(
    Object.fromEntries(tables.map((table) => [table, ROUNDS * ROWS_AT_ONCE])),
  );
  expect(asked).toEqual(tables.flatMap((table) => Array(ROUNDS).fill(table)));
});
