import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

/** One file: a numbered migration of one or more statements, or one immutable procedure. */
export interface SchemaFile {
  readonly name: string;
  /** SHA-256 of its text. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** A statement without its lines of comment. */
export const withoutComments = (statement: string): string => statement.replaceAll(/^\s*--.*$/gm, '');

/** The key of functions that know this release's schema. */
export const SCHEMA_CONFIG = {
  /** `schema.json`, which the build puts beside the bundle: the zip is unpacked at /var/user. */
  SCHEMA_FILE: z.string().check(z.minLength(1)),
} as const;

/** Every file of the release's schema, in the order in which they are applied. */
export const readSchema = (path: string): readonly SchemaFile[] =>
  JSON.parse(readFileSync(path, 'utf8')) as SchemaFile[]; // the build's own file

/** Changes whenever any file does: two releases of one level have the same schema. */
export const schemaLevel = (files: readonly SchemaFile[]): string =>
  createHash('sha256')
    .update(files.map(({ checksum }) => checksum).join())
    .digest('hex')
    .slice(0, 16);
