import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  type ProductDatabase,
  productDatabase,
  remainingOf,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  merchant = await newMerchant(product.db);
});
afterAll(() => product.close());
afterEach(async () => {
  await product.db.write('DELETE FROM quota_entries');
  await product.db.write('DELETE FROM quota_lots');
});

const lotThatEnds = (expiresAtMs: number) => grantCredits(product.db, merchant, 5, { expiresAtMs });

/** `count` lots of the merchant that end at one moment, without their grants. */
const manyThatEnd = (count: number, remaining: number, at: string, prefix: string) =>
  product.db.write(
    `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
     SELECT CONCAT(?, LPAD(n, 6, '0')), ?, CONCAT(?, n), 'basic', 1, ?, '2026-01-01', ?
     FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?) SELECT n FROM s) s`,
    [prefix, merchant, prefix, remaining, at, count],
  );

it('lots are written off from the moment in which they end, once', async () => {
  const lot = await lotThatEnds(NOW_MS);
  expect(await expireCredits(product.db, NOW_MS - 1)).toEqual({ expiredLots: 0 });
  expect(await remainingOf(product.db, lot)).toBe(5);
  expect(await expireCredits(product.db, NOW_MS)).toEqual({ expiredLots: 1 });
  expect(await remainingOf(product.db, lot)).toBe(0);
  expect(await expireCredits(product.db, NOW_MS + 1)).toEqual({ expiredLots: 0 });
  expect(await product.audit()).toEqual([]);
});

it('runs at once count each lot once', async () => {
  for (let n = 0; n < 5; n++) await lotThatEnds(NOW_MS);
  const runs = await Promise.all(product.connections(8).map((db) => expireCredits(db, NOW_MS)));
  expect(runs.reduce((sum, { expiredLots }) => sum + expiredLots, 0)).toBe(5);
});

it('a run that was missed is made up for 35 days, and an older lot is left to a person', async () => {
  const [old, due] = [await lotThatEnds(NOW_MS - 35 * DAY_MS - 1000), await lotThatEnds(NOW_MS - 34 * DAY_MS)];
  expect(await expireCredits(product.db, NOW_MS)).toEqual({ expiredLots: 1 });
  expect([await remainingOf(product.db, old), await remainingOf(product.db, due)]).toEqual([5, 0]);
});

it('what is frozen stays as it is', async () => {
  const lot = await lotThatEnds(NOW_MS);
  await product.db.write('UPDATE quota_lots SET revoked_at = created_at WHERE id = ?', [lot]);
  expect(await expireCredits(product.db, NOW_MS)).toEqual({ expiredLots: 0 });
  expect(await remainingOf(product.db, lot)).toBe(5);
});

it('pages of lots that end in one moment lead on to each other', async () => {
  await manyThatEnd(500, 0, '2026-02-20', 'lot_a');
  await manyThatEnd(501, 1, '2026-02-20', 'lot_b');
  await manyThatEnd(1, 1, '2026-02-21', 'lot_c');
  expect(await expireCredits(product.db, NOW_MS)).toEqual({ expiredLots: 502 });
  const [left] = await product.db.query<{ remaining: number }>('SELECT SUM(remaining) AS remaining FROM quota_lots');
  expect(left?.remaining).toBe(0);
});

it('a run ends after as many lots as it may, and the next goes on', async () => {
  await manyThatEnd(5, 1, '2026-02-20', 'lot_d');
  expect(await expireCredits(product.db, NOW_MS, 3)).toEqual({ expiredLots: 3 });
  expect(await expireCredits(product.db, NOW_MS, 3)).toEqual({ expiredLots: 2 });
});
