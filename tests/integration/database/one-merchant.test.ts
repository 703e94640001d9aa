import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaFiles } from '../../../infra/migrate.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { grantCredits, NOW_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { SCENARIOS } from './one-merchant/all-scenarios.ts';
import { awaitingTask, newOwner, type Owner, type Scenario } from './one-merchant/scenario.ts';
import {
  CARD_SAVERS,
  CATALOGUE,
  emptyTables,
  lockRowsOf,
  OWNERLESS,
  openPlain,
  ownerColumns,
  touchedBy,
} from './one-merchant/touched-rows.ts';

const ROOT = join(import.meta.dirname, '../../..');

let product: ProductDatabase;
/** Calls the procedures; `other` holds the other merchant's rows meanwhile. */
let caller: Connection;
let other: Connection;

beforeAll(async () => {
  product = await productDatabase();
  caller = await openPlain(product.secret);
  other = await openPlain(product.secret);
});
afterAll(async () => {
  await Promise.all([caller, other].map((connection) => connection.end()));
  await product.close();
});

/** A neighbour in every table that the scenario fills: on both sides in each index, for ids are drawn. */
async function withNeighbour(
  prepare: Scenario['prepare'],
): Promise<{ params: Parameters<typeof touchedBy>[2]; b: Owner }> {
  await emptyTables(caller);
  const [a, b] = [await newOwner(product.db), await newOwner(product.db)];
  await prepare(product.db, b);
  const params = await prepare(product.db, a);
  await prepare(product.db, b).catch(() => undefined);
  return { params, b };
}

describe('a transaction touches one merchant', () => {
  it.each(SCENARIOS)('$procedure, $outcome', async ({ procedure, outcome, prepare }) => {
    await emptyTables(caller);
    const alone = await touchedBy(caller, procedure, await prepare(product.db, await newOwner(product.db)));
    expect(alone.outcome, 'where no other merchant is').toBe(outcome);

    const { params, b } = await withNeighbour(prepare);
    const savesCards = CARD_SAVERS.includes(procedure);
    const held = savesCards ? [] : CATALOGUE;
    expect(await lockRowsOf(other, b, held)).toBeGreaterThan(held.length);
    const touched = await touchedBy(caller, procedure, params);
    await other.query('ROLLBACK');
    expect(touched.outcome, 'with all rows of another merchant held').toBe(outcome);
    expect(touched.owners).not.toContain(b.id);
    expect(touched.owners.length).toBeLessThanOrEqual(savesCards ? 0 : 1);
    expect(held.filter((table) => touched.ownerless.includes(table))).toEqual([]);
    expect(touched.owners.length, 'writes as many merchants as alone').toBe(alone.owners.length);
  });
});

describe('the scenarios', () => {
  const procedures = schemaFiles()
    .filter(({ name }) => !/^\d/.test(name))
    .map(({ name }) => ({ name, text: readFileSync(join(ROOT, 'infra/procedures', `${name}.sql`), 'utf8') }));

  it.each(procedures)('reach every outcome of $name', ({ name, text }) => {
    const declared = /^-- outcome: ([\s\S]*?)(?=;|\n--|\nCREATE)/m.exec(text)?.[1]?.replaceAll(/\([^)]*\)/g, '') ?? '';
    const reached = new Set(SCENARIOS.filter(({ procedure }) => procedure === name).map(({ outcome }) => outcome));
    expect([...reached].sort()).toEqual((declared.match(/\w+/g) ?? []).sort());
    // An inner procedure has no outcome: it runs inside those that call it.
    if (reached.size === 0) expect(procedures.some((each) => each.text.includes(`CALL ${name}(`))).toBe(true);
  });

  it('are of every procedure that a migrated database has', async () => {
    // The scenarios' own end in what they are.
    const [rows] = await caller.query<(RowDataPacket & { name: string })[]>(
      `SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES
       WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_NAME NOT LIKE '%\\_of\\_this\\_test'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(procedures.map(({ name }) => name).sort());
  });

  it('know whose each table is: a merchant_id, or a reason', async () => {
    const tables = [...(await ownerColumns(caller))];
    const without = tables.filter(([, column]) => column === undefined).map(([table]) => table);
    expect(without.sort()).toEqual(Object.keys(OWNERLESS).sort());
    expect(tables.length).toBeGreaterThan(without.length + 8);
  });
});

describe('a planted procedure is found', () => {
  const plant = async (name: string, body: string): Promise<void> => {
    await caller.query(`CREATE PROCEDURE ${name}(IN p_a VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
      IN p_b VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin) BEGIN START TRANSACTION; ${body} COMMIT; SELECT 'done' AS outcome; END`);
  };
  const twoMerchants = async (): Promise<[Owner, Owner]> => {
    await emptyTables(caller);
    const owners: [Owner, Owner] = [await newOwner(product.db), await newOwner(product.db)];
    for (const { id } of owners) await grantCredits(product.db, id, 5);
    return owners;
  };

  it('that gives one merchant the credits of another', async () => {
    await plant(
      'give_away_v1',
      `UPDATE quota_lots SET remaining = remaining - 1 WHERE merchant_id = p_b;
       UPDATE quota_lots SET amount = amount + 1, remaining = remaining + 1 WHERE merchant_id = p_a;`,
    );
    const [a, b] = await twoMerchants();
    expect((await touchedBy(caller, 'give_away_v1', [a.id, b.id])).owners.toSorted()).toEqual([a.id, b.id].toSorted());
    await lockRowsOf(other, b);
    expect((await touchedBy(caller, 'give_away_v1', [a.id, b.id])).outcome).toBe('waited');
    await other.query('ROLLBACK');
  });

  it('that only locks what it does not change', async () => {
    await plant('count_all_v1', 'SELECT COUNT(*) INTO @n FROM accounts WHERE created_at > p_a FOR UPDATE;');
    const [, b] = await twoMerchants();
    await lockRowsOf(other, b);
    expect((await touchedBy(caller, 'count_all_v1', ['2026-01-01', b.id])).outcome).toBe('waited');
    await other.query('ROLLBACK');
    expect((await touchedBy(caller, 'count_all_v1', ['2026-01-01', b.id])).outcome).toBe('done');
  });

  it('that writes the catalogue', async () => {
    await plant('count_sales_v1', 'UPDATE plans SET position = position + 1;');
    const [a, b] = await twoMerchants();
    expect((await touchedBy(caller, 'count_sales_v1', [a.id, b.id])).ownerless).toEqual(['plans']);
  });
});

it('a merchant who names the task of another is told that there is none', async () => {
  await emptyTables(caller);
  const [a, b] = [await newOwner(product.db), await newOwner(product.db)];
  const params = cancellation(a.id, await awaitingTask(product.db, b), NOW_MS);
  expect(await touchedBy(caller, 'cancel_task_v2', params)).toEqual({ outcome: 'unknown', owners: [], ownerless: [] });
  await lockRowsOf(other, b);
  expect((await touchedBy(caller, 'cancel_task_v2', params)).outcome).toBe('unknown');
  await other.query('ROLLBACK');
});
