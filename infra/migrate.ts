import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Connection } from 'mysql2/promise';
import { migrate as applyFiles, type Migrated } from '../shared/db/migrate.ts';
import { type SchemaFile, schemaLevel } from '../shared/db/schema-file.ts';

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function readSchemaFiles(path: string, split: (text: string) => string[]): SchemaFile[] {
  return readdirSync(path)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(`${path}/${file}`, 'utf8');
      return {
        name: file.slice(0, -'.sql'.length),
        checksum: createHash('sha256').update(text).digest('hex'),
        statements: split(text),
      };
    });
}

/** A statement ends with a semicolon at the end of a line; a line of comment belongs to the statement below it. */
const splitStatements = (text: string): string[] =>
  text
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/** Everything that makes the schema, in order: migrations by number, then procedures by name. */
export function schemaFiles(): SchemaFile[] {
  return [
    ...readSchemaFiles(folder('./migrations'), splitStatements),
    ...readSchemaFiles(folder('./procedures'), (text) => [text.trim()]),
  ];
}

/** Of the form of `schema_migrations` itself. */
const MARKS = 2;

/** Changes whenever any schema file does: names a database template. */
export const schemaChecksum = (): string => `${schemaLevel(schemaFiles())}-${MARKS}`;

/** Brings the connection's current database up to this checkout. */
export const migrate = (connection: Connection): Promise<Migrated> => applyFiles(connection, schemaFiles());
