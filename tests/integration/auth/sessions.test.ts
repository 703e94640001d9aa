import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { getAccount } from '../../../shared/auth/account.ts';
import { listSessions, revokeSession } from '../../../shared/auth/list-sessions.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchant = await newMerchant(product.db);
});

async function open(createdAtMs: number, endsAtMs = NOW_MS + DAY_MS): Promise<string> {
  const id = newId('ses_', createdAtMs);
  const at = sqlTime(createdAtMs);
  await product.db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
     VALUES (?, ?, '203.0.113.7', 'Firefox', ?, ?, ?)`,
    [id, merchant, at, at, sqlTime(endsAtMs)],
  );
  return id;
}
const list = async (sessionId: string) =>
  (await listSessions(product.db, { id: merchant, sessionId }, NOW_MS)).items.map((item) => [
    item.sessionId,
    item.current,
  ]);

it('lists the sessions that live, the newest first, and says which one asks', async () => {
  const old = await open(NOW_MS - 2000);
  const own = await open(NOW_MS - 1000);
  await open(NOW_MS - 3000, NOW_MS);
  expect(await list(own)).toEqual([
    [own, true],
    [old, false],
  ]);
});

it('ends one session, twice with the same answer, and nobody else their sessions', async () => {
  const [third, other, own] = [await open(NOW_MS - 3000), await open(NOW_MS - 2000), await open(NOW_MS - 1000)];
  const left = [
    [own, true],
    [third, false],
  ];
  const who = { id: merchant, sessionId: own };
  for (const _ of [1, 2]) expect(await revokeSession(product.db, who, other, NOW_MS)).toEqual({});
  expect(await list(own)).toEqual(left);
  const stranger = { id: await newMerchant(product.db), sessionId: other };
  await expect(revokeSession(product.db, stranger, own, NOW_MS)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await list(own)).toEqual(left);
});

it('of another merchant are nothing to end, one by one or all others', async () => {
  const own = await open(NOW_MS - 1000);
  const alone = { id: await newMerchant(product.db), sessionId: 'ses_none' };
  expect(await revokeSession(product.db, alone, 'others', NOW_MS)).toEqual({});
  await expect(revokeSession(product.db, alone, own, NOW_MS)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await list(own)).toEqual([[own, true]]);
});

it('ends all others at once', async () => {
  const own = await open(NOW_MS - 1000);
  for (let n = 0; n < 3; n++) await open(NOW_MS - 5000 - n);
  // The second time there are none left.
  for (const _ of [1, 2])
    expect(await revokeSession(product.db, { id: merchant, sessionId: own }, 'others', NOW_MS)).toEqual({});
  expect(await list(own)).toEqual([[own, true]]);
});

it('whose merchant is gone from the database is nobody’s', async () => {
  expect(await getAccount(product.db, merchant)).toMatchObject({ merchantId: merchant, createdAtMs: NOW_MS });
  await expect(getAccount(product.db, 'mch_none')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});
