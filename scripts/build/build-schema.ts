import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { schemaChecksum, schemaFiles } from '../../infra/migrate.ts';
import { writeWhole } from './build-record.ts';

/** Whoever holds this knows the schema, and finds it in the file that SCHEMA_FILE names. */
export const SCHEMA_READER = 'shared/db/schema-file.ts';

export const schemaFileIn = (folder: string): string => join(folder, 'schema.json');

/** Writes `schema.json`: every migration and procedure of this checkout. Answers its level. */
export async function buildSchema(folder: string): Promise<string> {
  await writeWhole(schemaFileIn(folder), JSON.stringify(schemaFiles()));
  return schemaChecksum();
}

export const hasSchema = (folder: string, level: string): boolean =>
  level === schemaChecksum() && existsSync(schemaFileIn(folder));
