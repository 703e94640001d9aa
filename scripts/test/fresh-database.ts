import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { migrate } from '../../infra/migrate.ts';
import type { ObtainedDatabase } from '../database/obtain-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: ObtainedDatabase['connection'];
  }
}

export interface FreshDatabase {
  /** For mysql2 and for the product's pools; `database` is this file's own. */
  connection: ConnectionOptions & { user: string; password: string; database: string };
  drop(): Promise<void>;
}

/** A procedure with another text in its place: so the soak asks whether these tests notice a fault. */
export interface PlantedProcedure {
  readonly name: string;
  readonly text: string;
}

/**
 * A new, empty database with the schema in it, on the run's shared server. Call it once in a file's `beforeAll`, `drop`
 * in its `afterAll`. A file that calls it also runs on MySQL 9.
 */
export async function freshDatabase(
  applySchema: (connection: Connection) => Promise<unknown> = migrate,
): Promise<FreshDatabase> {
  const server = inject('databaseServer');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { database: _, ...withoutDatabase } = server;
  await onServer(withoutDatabase, (connection) =>
    connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`),
  );
  const connection = { ...withoutDatabase, database: name };
  await onServer(connection, async (admin) => {
    await applySchema(admin);
    await plant(admin);
  });
  return {
    connection,
    drop: () => onServer(withoutDatabase, (admin) => admin.query(`DROP DATABASE ${name}`)),
  };
}

async function plant(admin: Connection): Promise<void> {
  const file = process.env['YIYING_PLANTED'];
  if (file === undefined) return;
  const { name, text } = JSON.parse(readFileSync(file, 'utf8')) as PlantedProcedure; // written by the soak alone
  await admin.query(`DROP PROCEDURE ${name}`);
  await admin.query(text);
}

async function onServer(options: ConnectionOptions, work: (connection: Connection) => Promise<unknown>): Promise<void> {
  const connection = await createConnection(options);
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}
