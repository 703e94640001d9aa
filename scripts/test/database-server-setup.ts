import type { TestProject } from 'vitest/node';
import { obtainDatabase } from '../database/obtain-database.ts';

/** Vitest's global set-up: one database server for the run, `YIYING_ENGINE=mysql9` for MySQL. Returns the tear-down. */
export default async function startDatabaseServer(project: TestProject): Promise<() => Promise<void>> {
  const engine = process.env['YIYING_ENGINE'] === 'mysql9' ? 'mysql9' : 'mariadb';
  const database = await obtainDatabase({ engine, maxConnections: 600 });
  project.provide('databaseServer', database.connection);
  return () => database.stop();
}
