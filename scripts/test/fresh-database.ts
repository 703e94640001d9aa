import { readFileSync } from 'node:fs';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { inject } from 'vitest';
import type { ObtainedDatabase } from '../database/obtain-database.ts';
import { copySchema, createDatabase, onServer, type SchemaTemplate } from './schema-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: ObtainedDatabase['connection'];
    schemaTemplate: SchemaTemplate;
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
  applySchema: (connection: Connection) => Promise<unknown> = (admin) => copySchema(admin, inject('schemaTemplate')),
): Promise<FreshDatabase> {
  const server = inject('databaseServer');
  const { database: _, ...withoutDatabase } = server;
  const name = await onServer(withoutDatabase, (connection) => createDatabase(connection, 'test'));
  const connection = { ...withoutDatabase, database: name };
  await onServer(connection, async (admin) => {
    await applySchema(admin);
    await plant(admin);
  });
  return {
    connection,
    drop: async () => void (await onServer(withoutDatabase, (admin) => admin.query(`DROP DATABASE ${name}`))),
  };
}

async function plant(admin: Connection): Promise<void> {
  const file = process.env['YIYING_PLANTED'];
  if (file === undefined) return;
  const { name, text } = JSON.parse(readFileSync(file, 'utf8')) as PlantedProcedure; // written by the soak alone
  await admin.query(`DROP PROCEDURE ${name}`);
  await admin.query(text);
}
