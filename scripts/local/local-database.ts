import { type ConnectionOptions, createConnection } from 'mysql2/promise';
import { migrate, schemaChecksum } from '../../infra/migrate.ts';
import { type ObtainedDatabase, obtainDatabase } from '../database/obtain-database.ts';

/** A database with the product's schema: the one of DATABASE_URL, brought up to date, or a private one from its template. */
export async function localDatabase(): Promise<ObtainedDatabase> {
  const database = await obtainDatabase({
    engine: 'mariadb',
    templateKey: schemaChecksum(),
    prepare: ({ socketPath }) => applySchema({ socketPath, user: 'root', database: 'app' }),
  });
  if (database.origin === 'DATABASE_URL') await applySchema(database.connection);
  return database;
}

export async function applySchema(options: ConnectionOptions): Promise<void> {
  const connection = await createConnection(options);
  try {
    await migrate(connection);
  } finally {
    await connection.end();
  }
}
