import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaFiles } from '../../../infra/migrate.ts';
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
