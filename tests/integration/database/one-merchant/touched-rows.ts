import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { DatabaseSecret } from '../../../../shared/config/secrets.ts';
import { connect } from '../../../../shared/db/connect.ts';
import type { SqlValue } from '../../../../shared/db/database.ts';
import type { Owner } from './scenario.ts';

/** Tables without a merchant, and why a merchant's transaction may meet them all the same. */
export const OWNERLESS = {
  rate_limits: 'buckets of calls, owned by nobody, locked last; a primary of its own counts its own calls',
  login_codes: 'a phone that has no merchant yet; keyed by the phone',
  plans: 'the catalogue: the same on every primary, written by operators, read without a lock',
  features: 'the catalogue: the same on every primary, written by migrations, read without a lock',
  feature_versions: 'the catalogue: every version of every card, written by operators, read by no procedure',
  announcements: 'what operators tell every merchant',
  day_figures: 'sums of all merchants, measured by a timer',
  feature_paces: 'what cards take, for estimates: written by the sweeper in statements of their own',
  engine_breakers: 'how well engines do: plain statements',
  engine_slots: 'places at engines, no merchant owns one: one conditional statement',
  model_photos: 'the operator writes them',
  platform_presets: 'what shops ask: every edition, written by operators, read by plain statements',
  settings: 'what operators change while it runs: every version, read without a lock by whoever makes a merchant',
  audit_log: 'what operators did: rows are added; read by the key of whoever writes, before anything else',
  bill_days: "a channel's day: no merchant's, written by statements of their own",
  reconciliation_cases:
    "an operator's list: no merchant's, written by statements of their own, and added to, last, with the payment that it is about",
  growth_settings: 'what operators decided for everybody; read without a lock',
  redeem_batches: 'operators make them; locked last by whoever redeems, and written by nobody who does',
  redeem_codes: 'a code that whoever holds it may use; locked last',
  schema_migrations: "the deploy's own record",
} as const;

/** What procedures never write, but for those that save a card or a plan and touch nothing else. */
export const CATALOGUE = ['plans', 'features', 'feature_versions', 'schema_migrations'];

export const CARD_SAVERS = ['save_card_v1', 'save_plan_v1'];

export interface Touched {
  /** The procedure's outcome, or `waited`: it asked for a row that somebody else's transaction holds. */
  readonly outcome: string;
  /** Whose rows are others than before. */
  readonly owners: readonly string[];
  /** Ownerless tables that are others than before. */
  readonly ownerless: readonly string[];
}

/** Connections as an instance has them, which wait one second for a lock. */
export async function openPlain(secret: DatabaseSecret): Promise<Connection> {
  const connection = await connect(secret);
  await connection.query('SET SESSION innodb_lock_wait_timeout = 1');
  return connection;
}

type Columns = ReadonlyMap<string, string | undefined>;

const known = new WeakMap<Connection, Promise<Columns>>();

/** Every table, with the column that says whose a row is. Asked once a connection. */
export function ownerColumns(connection: Connection): Promise<Columns> {
  const columns = known.get(connection) ?? readOwnerColumns(connection);
  known.set(connection, columns);
  return columns;
}

async function readOwnerColumns(connection: Connection): Promise<Columns> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT t.table_name AS name, c.column_name AS owner FROM information_schema.tables t
     LEFT JOIN information_schema.columns c
       ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'merchant_id'
     WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'`,
  );
  return new Map(
    rows.map(({ name, owner }) => [String(name), name === 'merchants' ? 'id' : (owner ?? undefined)] as const),
  );
}

/** One call instead of a statement a table: the walks over all procedures do this some thousand times. */
async function callFor(
  connection: Connection,
  name: string,
  statements: readonly string[],
): Promise<RowDataPacket[][]> {
  const body = statements.map((statement) => `${statement};`).join('\n');
  await connection.query(`CREATE PROCEDURE IF NOT EXISTS ${name}() BEGIN ${body} END`);
  const [results] = await connection.query<RowDataPacket[][]>(`CALL ${name}()`);
  return results;
}

export async function emptyTables(connection: Connection): Promise<void> {
  const tables = [...(await ownerColumns(connection)).keys()].filter((table) => !CATALOGUE.includes(table));
  await callFor(
    connection,
    'empty_tables_of_this_test',
    tables.map((table) =>
      table === 'audit_log'
        ? `IF EXISTS (SELECT 1 FROM audit_log) THEN TRUNCATE TABLE audit_log; END IF`
        : `DELETE FROM ${table}`,
    ),
  );
}

/** Takes every row of `owner`, what the ownerless tables know of it, and the whole catalogue. ROLLBACK lets go. */
export async function lockRowsOf(
  connection: Connection,
  { id, phone, address }: Owner,
  catalogue: readonly string[] = CATALOGUE,
): Promise<number> {
  await connection.query('START TRANSACTION');
  let locked = 0;
  const lock = async (table: string, where: string, params: string[]) => {
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT 1 FROM ${table} WHERE ${where} FOR UPDATE`, params);
    locked += rows.length;
  };
  for (const [table, column] of await ownerColumns(connection)) {
    if (column !== undefined) await lock(table, `${column} = ?`, [id]);
  }
  for (const table of catalogue) await lock(table, '1 = 1', []);
  await lock('login_codes', 'phone = ?', [phone]);
  for (const bucket of [`code-phone:${phone}`, `code-address:${address}`, `create-task:${id}`]) {
    await lock('rate_limits', 'bucket = ?', [bucket]);
  }
  return locked;
}

/** Calls a procedure, and compares every row of every table before and after. */
export async function touchedBy(
  connection: Connection,
  procedure: string,
  params: readonly SqlValue[],
): Promise<Touched> {
  const columns = await ownerColumns(connection);
  const before = await readRows(connection, columns);
  const outcome = await call(connection, procedure, params);
  const after = await readRows(connection, columns);
  const owners = new Set<string>();
  const ownerless = new Set<string>();
  for (const { table, owner } of [...missing(before, after), ...missing(after, before)]) {
    if (owner === undefined) ownerless.add(table);
    else owners.add(owner);
  }
  return { outcome, owners: [...owners], ownerless: [...ownerless] };
}

async function call(connection: Connection, procedure: string, params: readonly SqlValue[]): Promise<string> {
  try {
    const [results] = await connection.query<RowDataPacket[][]>(
      `CALL ${procedure}(${params.map(() => '?').join(', ')})`,
      [...params],
    );
    return String(results[0]?.[0]?.['outcome']);
  } catch (error) {
    if ((error as { errno?: unknown }).errno === 1205) return 'waited';
    throw error;
  }
}

interface Row {
  readonly table: string;
  readonly owner: string | undefined;
}

/** Every row of these tables as text, with its table and owner. The same tables at each call on one database. */
export async function readRows(connection: Connection, columns: Columns): Promise<Map<string, Row>> {
  const all = new Map<string, Row>();
  const tables = [...columns];
  const results = await callFor(
    connection,
    'read_tables_of_this_test',
    tables.map(([table]) => `SELECT * FROM ${table}`),
  );
  for (const [at, [table, column]] of tables.entries()) {
    for (const row of results[at] ?? []) {
      const owner = column === undefined ? undefined : String(row[column]);
      all.set(`${table} ${JSON.stringify(row)}`, { table, owner });
    }
  }
  return all;
}

/** The rows of `left` that are not the same in `right`. */
const missing = (left: Map<string, Row>, right: Map<string, Row>): Row[] =>
  [...left].filter(([row]) => !right.has(row)).map(([, row]) => row);
