import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlValue } from '../../../shared/db/database.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { SCENARIOS } from './one-merchant/all-scenarios.ts';
import { newOwner, type Owner } from './one-merchant/scenario.ts';
import { emptyTables, openPlain, ownerColumns, readRows } from './one-merchant/touched-rows.ts';

/**
 * Each write of a procedure is made to fail once, in any table: by triggers that refuse what this connection's variable names.
 * Whatever was written before it must be gone then.
 */
let product: ProductDatabase;
let caller: Connection;
let columns: ReadonlyMap<string, string | undefined>;

beforeAll(async () => {
  product = await productDatabase();
  caller = await openPlain(product.secret);
  columns = await ownerColumns(caller);
  for (const table of columns.keys()) {
    for (const event of ['INSERT', 'UPDATE']) {
      await caller.query(
        `CREATE TRIGGER refuse_${event}_${table} BEFORE ${event} ON ${table} FOR EACH ROW
         BEGIN
           SET @written = CONCAT(@written, ',${event} ${table}');
           IF @refused = '${event} ${table}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused by this test'; END IF;
         END`,
      );
    }
  }
});
afterAll(async () => {
  await caller.end();
  await product.close();
});

const call = (procedure: string, params: readonly SqlValue[]) =>
  caller.query(`CALL ${procedure}(${params.map(() => '?').join(', ')})`, [...params]);
const rows = async (): Promise<string[]> => [...(await readRows(caller, columns)).keys()].sort();

interface Prepared {
  readonly procedure: string;
  /** Makes what the call needs, in empty tables, and answers its parameters. */
  readonly prepare: () => Promise<readonly SqlValue[]>;
}

/** What a call writes when nothing is refused: `UPDATE accounts`, each once. */
async function writesOf({ procedure, prepare }: Prepared): Promise<string[]> {
  const params = await prepare();
  await caller.query("SET @refused = '', @written = ''");
  await call(procedure, params);
  const [[row]] = await caller.query<({ written: string } & RowDataPacket)[]>('SELECT @written AS written');
  return [...new Set(row?.written.split(',').slice(1))];
}

/** The rows that a call left, by the write that was refused it. */
async function leftBehind({ procedure, prepare }: Prepared): Promise<Record<string, string[]>> {
  const writes = await writesOf({ procedure, prepare });
  const params = await prepare();
  const before = await rows();
  const left: Record<string, string[]> = {};
  for (const write of writes) {
    await caller.query('SET @refused = ?', [write]);
    await expect(call(procedure, params)).rejects.toThrow('refused by this test');
    await caller.query("SET @refused = ''");
    const after = await rows();
    if (after.join() !== before.join()) left[write] = after.filter((row) => !before.includes(row));
  }
  return left;
}

const empty = async (): Promise<Owner> => {
  await emptyTables(caller);
  return newOwner(product.db);
};

describe('a call of which one write fails leaves nothing of itself', () => {
  it.each(SCENARIOS)('$procedure, $outcome', async ({ procedure, prepare }) => {
    const left = await leftBehind({ procedure, prepare: async () => prepare(product.db, await empty()) });
    expect(left).toEqual({});
  });

  it('and would be found out if it left something: the same without a transaction', async () => {
    await caller.query(`CREATE PROCEDURE half_v1(IN p_a VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin) BEGIN
      UPDATE accounts SET create_tat_ms = create_tat_ms + 1 WHERE merchant_id = p_a;
      UPDATE merchants SET phone = REVERSE(phone) WHERE id = p_a; END`);
    const left = await leftBehind({ procedure: 'half_v1', prepare: async () => [(await empty()).id] });
    expect(left).toEqual({ 'UPDATE merchants': [expect.stringContaining('accounts')] });
  });
});
