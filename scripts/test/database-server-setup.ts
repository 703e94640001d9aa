import type { TestProject } from 'vitest/node';
import { obtainDatabase } from '../database/obtain-database.ts';
import { makeSchemaTemplate, onServer } from './schema-template.ts';

/**
 * Vitest's global set-up: one database server for the run, `YIYING_ENGINE=mysql9` for MySQL, with the schema once. Returns
 * the tear-down. Commits are not made durable: what a lost one does is shown on servers that are killed for it.
 */
export default async function startDatabaseServer(project: TestProject): Promise<() => Promise<void>> {
  const engine = process.env['YIYING_ENGINE'] === 'mysql9' ? 'mysql9' : 'mariadb';
  const database = await obtainDatabase({ engine, maxConnections: 600, flush: 0 });
  project.provide('databaseServer', database.connection);
  const { database: _, ...withoutDatabase } = database.connection;
  const template = await onServer(withoutDatabase, makeSchemaTemplate);
  project.provide('schemaTemplate', template);
  return async () => {
    await onServer(withoutDatabase, (connection) => connection.query(`DROP DATABASE ${template.database}`));
    await database.stop();
  };
}
