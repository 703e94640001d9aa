import { randomBytes } from 'node:crypto';
import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2/promise';
import { migrate } from '../../infra/migrate.ts';

/** A database that was brought up by the migrations once, and what makes another like it on the same server. */
export interface SchemaTemplate {
  /** The caller drops it at the end of its run. */
  readonly database: string;
  /** Tables, the rows that migrations have put into them, triggers (which such rows must not fire), procedures. */
  readonly statements: readonly string[];
}

/** Works on a connection of its own. */
export async function onServer<Done>(
  options: ConnectionOptions,
  work: (connection: Connection) => Promise<Done>,
): Promise<Done> {
  const connection = await createConnection(options);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

export async function createDatabase(connection: Connection, prefix: string): Promise<string> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  return name;
}

/** All migrations, one after the other: four times what a copy takes. */
export async function makeSchemaTemplate(connection: Connection): Promise<SchemaTemplate> {
  const database = await createDatabase(connection, 'template');
  await connection.query(`USE ${database}`);
  await migrate(connection);
  const names = async (kind: 'TABLE' | 'TRIGGER' | 'ROUTINE', order = `${kind}_NAME`): Promise<string[]> => {
    const sql = `SELECT ${kind}_NAME AS name FROM information_schema.${kind}S WHERE ${kind}_SCHEMA = DATABASE() ORDER BY ${order}`;
    return (await rowsOf(connection, sql)).map(({ name }) => String(name));
  };
  const texts = async (kind: string, named: readonly string[], column: string): Promise<string[]> => {
    const all: string[] = [];
    for (const name of named) {
      const [row] = await rowsOf(connection, `SHOW CREATE ${kind} ${name}`);
      all.push(String(row?.[column]).replace(/ AUTO_INCREMENT=\d+/, ''));
    }
    return all;
  };
  const tables = await names('TABLE');
  return {
    database,
    statements: [
      ...(await texts('TABLE', tables, 'Create Table')),
      ...(await insertsFrom(connection, database, tables)),
      ...(await texts('TRIGGER', await names('TRIGGER', 'ACTION_ORDER'), 'SQL Original Statement')),
      ...(await texts('PROCEDURE', await names('ROUTINE'), 'Create Procedure')),
    ],
  };
}

/** On a connection to a new, empty database of the template's server. */
export async function copySchema(connection: Connection, { statements }: SchemaTemplate): Promise<void> {
  for (const statement of statements) await connection.query(statement);
}

async function insertsFrom(connection: Connection, database: string, tables: readonly string[]): Promise<string[]> {
  const inserts: string[] = [];
  for (const table of tables) {
    if ((await rowsOf(connection, `SELECT 1 FROM ${table} LIMIT 1`)).length === 0) continue;
    const columns = await rowsOf(
      connection,
      `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME = '${table}' AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`,
    );
    const list = columns.map(({ name }) => `\`${name}\``).join(', ');
    inserts.push(`INSERT INTO ${table} (${list}) SELECT ${list} FROM ${database}.${table}`);
  }
  return inserts;
}

const rowsOf = async (connection: Connection, sql: string): Promise<RowDataPacket[]> =>
  (await connection.query<RowDataPacket[]>(sql))[0];
