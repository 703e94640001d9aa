import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlValue } from '../../../shared/db/database.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { SCENARIOS } from './one-merchant/all-scenarios.ts';
import { newOwner, type Owner } from './one-merchant/scenario.ts';
import { emptyTables, openPlain, readRows } from './one-merchant/touched-rows.ts';

/** Credits are changed by whoever holds the account: what it read of lots is still so when it writes. */
let product: ProductDatabase;
let caller: Connection;
let holder: Connection;

beforeAll(async () => {
  product = await productDatabase();
  caller = await openPlain(product.secret);
  holder = await openPlain(product.secret);
  // MariaDB fails at once; MySQL would wait for a second each time.
  await caller.query('SET SESSION innodb_lock_wait_timeout = 0');
  // A variable stays when its transaction is rolled back.
  for (const event of ['INSERT', 'UPDATE'])
    await caller.query(`CREATE TRIGGER note_${event} BEFORE ${event} ON quota_lots FOR EACH ROW SET @wrote = 1`);
});
afterAll(async () => {
  await Promise.all([caller, holder].map((connection) => connection.end()));
  await product.close();
});

const call = (procedure: string, params: readonly SqlValue[]) =>
  caller.query(`CALL ${procedure}(${params.map(() => '?').join(', ')})`, [...params]);
const lots = async (): Promise<string> =>
  [...(await readRows(caller, new Map([['quota_lots', 'merchant_id']]))).keys()].sort().join();

type Prepare = (owner: Owner) => Promise<readonly SqlValue[]>;

type Seen = 'waited' | 'wrote first' | 'did not wait' | 'changes nothing';

/** What became of a call while somebody else held its merchant's account; `changes nothing`: no lot, and so no matter. */
async function whileHeld(procedure: string, prepare: Prepare): Promise<Seen> {
  await emptyTables(caller);
  const first = await prepare(await newOwner(product.db));
  const before = await lots();
  await call(procedure, first);
  if ((await lots()) === before) return 'changes nothing';

  await emptyTables(caller);
  const owner = await newOwner(product.db);
  const params = await prepare(owner);
  await holder.query('START TRANSACTION');
  await holder.query('SELECT 1 FROM accounts WHERE merchant_id = ? FOR UPDATE', [owner.id]);
  await caller.query('SET @wrote = 0');
  try {
    await call(procedure, params);
    return 'did not wait';
  } catch (error) {
    if ((error as { errno?: unknown }).errno !== 1205) throw error;
    const [[row]] = await caller.query<RowDataPacket[]>('SELECT @wrote AS wrote');
    return row?.['wrote'] === 0 ? 'waited' : 'wrote first';
  } finally {
    await holder.query('ROLLBACK');
  }
}

describe('a call that changes lots waits for the account', () => {
  it.each(SCENARIOS.filter(({ makesAccount }) => !makesAccount))(
    '$procedure, $outcome',
    async ({ procedure, prepare }) => {
      expect(['waited', 'changes nothing']).toContain(
        await whileHeld(procedure, (owner) => prepare(product.db, owner)),
      );
    },
  );

  it('and would be found out if it did not', async () => {
    await caller.query(`CREATE PROCEDURE give_v1(IN p_a VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin)
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (p_a, p_a, CONCAT('gift:', p_a), 'basic', 1, 1, '2026-03-01', '2026-04-01')`);
    expect(await whileHeld('give_v1', async ({ id }) => [id])).toBe('did not wait');
    await caller.query(`CREATE PROCEDURE give_late_v1(IN p_a VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin) BEGIN
      INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
      VALUES (p_a, p_a, CONCAT('gift:', p_a), 'basic', 1, 1, '2026-03-01', '2026-04-01');
      UPDATE accounts SET create_tat_ms = create_tat_ms + 1 WHERE merchant_id = p_a; END`);
    expect(await whileHeld('give_late_v1', async ({ id }) => [id])).toBe('wrote first');
  });
});
