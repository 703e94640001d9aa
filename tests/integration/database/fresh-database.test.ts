import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, schemaFiles } from '../../../infra/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';

describe('freshDatabase', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('is a database of its own with every schema file applied', async () => {
    const connection = await createConnection(database.connection);
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT name FROM schema_migrations WHERE finished_at IS NOT NULL',
    );
    await connection.end();
    expect(rows.map((row) => row['name'] as string).sort()).toEqual(
      schemaFiles()
        .map((file) => file.name)
        .sort(),
    );
  });

  it('is to the letter what the migrations make, rows and all', async () => {
    const migrated = await freshDatabase(migrate);
    const [copied, made] = await Promise.all([described(database), described(migrated)]);
    await migrated.drop();
    expect(copied).toEqual(made);
    expect(made['CHECKSUM']).toContainEqual(expect.objectContaining({ table: 'features' }));
  });

  it('stands on the engine that the run asked for', async () => {
    const connection = await createConnection(database.connection);
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    await connection.end();
    const engine = process.env['YIYING_ENGINE'] === 'mysql9' ? /^9\./ : /MariaDB/;
    if (!process.env['DATABASE_URL']) expect(row?.['version']).toMatch(engine);
  });

  it('is gone after drop', async () => {
    const second = await freshDatabase(() => Promise.resolve());
    await second.drop();
    await expect(createConnection(second.connection)).rejects.toMatchObject({ code: 'ER_BAD_DB_ERROR' });
  });
});

/** Of each table of the information schema, what of a database does not change with its name or its age. */
const PARTS: Readonly<Record<string, string>> = {
  TABLES: 'TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT',
  COLUMNS:
    'TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, COLLATION_NAME, EXTRA, GENERATION_EXPRESSION',
  STATISTICS: 'TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COLLATION, SUB_PART',
  TRIGGERS:
    'TRIGGER_NAME, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER, ACTION_STATEMENT, SQL_MODE, COLLATION_CONNECTION',
  ROUTINES:
    'ROUTINE_NAME, ROUTINE_DEFINITION, IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE, SQL_MODE, COLLATION_CONNECTION, DATABASE_COLLATION',
  PARAMETERS: 'SPECIFIC_NAME, ORDINAL_POSITION, PARAMETER_NAME, PARAMETER_MODE, DTD_IDENTIFIER, COLLATION_NAME',
};
const OF_A_DATABASE: Readonly<Record<string, string>> = {
  TRIGGERS: 'TRIGGER_SCHEMA',
  ROUTINES: 'ROUTINE_SCHEMA',
  PARAMETERS: 'SPECIFIC_SCHEMA',
};

async function described(database: FreshDatabase): Promise<Record<string, unknown[]>> {
  const connection = await createConnection(database.connection);
  const all: Record<string, unknown[]> = {};
  for (const [part, columns] of Object.entries(PARTS)) {
    const of = OF_A_DATABASE[part] ?? 'TABLE_SCHEMA';
    all[part] = await rows(
      connection,
      `SELECT ${columns} FROM information_schema.${part} WHERE ${of} = DATABASE() ORDER BY 1, 2, 3, 4`,
    );
  }
  const tables = (all['TABLES'] as RowDataPacket[]).map((row) => String(row['TABLE_NAME']));
  const sums = await rows(connection, `CHECKSUM TABLE ${tables.join(', ')}`);
  // Each mark of a migration says when it was made; their names are compared above.
  const timeless = sums.filter((row) => !String(row['Table']).endsWith('.schema_migrations'));
  all['CHECKSUM'] = timeless.map((row) => ({ table: String(row['Table']).split('.')[1], sum: row['Checksum'] }));
  all['checks'] = [];
  for (const table of tables) {
    const [row] = await rows(connection, `SHOW CREATE TABLE ${table}`);
    all['checks'].push(String(row?.['Create Table']).match(/CONSTRAINT .*/g));
  }
  await connection.end();
  return all;
}

const rows = async (connection: Connection, sql: string): Promise<RowDataPacket[]> =>
  (await connection.query<RowDataPacket[]>(sql))[0];
