import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Connection } from 'mysql2/promise';

const infra = fileURLToPath(new URL('../../../infra', import.meta.url));

export const procedureText = (name: string): string => readFileSync(`${infra}/procedures/${name}.sql`, 'utf8').trim();

export const procedureNames = (): string[] =>
  readdirSync(`${infra}/procedures`).map((file) => file.replace(/\.sql$/, ''));

/** The text with `from` replaced everywhere. Throws where it is not found: a planted fault keeps step with the source. @public */
export function changed(text: string, from: string | RegExp, to: string): string {
  const after = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
  if (after === text) throw new Error(`nothing to replace: ${String(from)}`);
  return after;
}

export async function replaceProcedure(connection: Connection, name: string, text: string): Promise<void> {
  await connection.query(`DROP PROCEDURE ${name}`);
  await connection.query(text);
}

/** Takes a unique index away that stands in a migration as `UNIQUE KEY <index> (<columns>)`. @public */
export async function dropUnique(connection: Connection, table: string, declared: string): Promise<void> {
  const migrations = readdirSync(`${infra}/migrations`).map((file) =>
    readFileSync(`${infra}/migrations/${file}`, 'utf8'),
  );
  const definition = migrations.join('\n').split(`CREATE TABLE ${table} (`)[1]?.split('ENGINE')[0] ?? '';
  if (!definition.includes(declared)) throw new Error(`${table} has no ${declared}`);
  const index = /UNIQUE KEY (\w+) /.exec(declared)?.[1];
  await connection.query(`ALTER TABLE ${table} DROP INDEX ${index}`);
}
