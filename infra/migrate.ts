import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** One file: a numbered migration of one or more statements, or one immutable procedure. */
export interface SchemaFile {
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

const LOCK_SECONDS = 60;

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

/** Changes whenever any schema file does: names a database template, or a release's level. */
export function schemaChecksum(): string {
  return createHash('sha256')
    .update(
      schemaFiles()
        .map((file) => file.checksum)
        .join(),
    )
    .digest('hex')
    .slice(0, 16);
}

/**
 * Brings the connection's current database up to date. Forward only. Safe to run twice or at once (GET_LOCK), and to be
 * killed at any statement: the next run goes on after the last one that is recorded as done. DDL commits by itself, so a
 * statement whose record was lost is met again: "already exists" then counts as done.
 * Throws when a file that was applied has changed since.
 */
export async function migrate(connection: Connection): Promise<{ applied: string[] }> {
  await connection.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    statements_done INT NOT NULL,
    started_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL
  ) ENGINE = InnoDB`);
  const [[lock]] = await connection.query<RowDataPacket[]>(
    "SELECT GET_LOCK(CONCAT(DATABASE(), ':migrate'), ?) AS held",
    [LOCK_SECONDS],
  );
  if (lock?.held !== 1) throw new Error(`another migration has held the lock for ${LOCK_SECONDS} s`);
  try {
    const applied: string[] = [];
    for (const file of schemaFiles()) {
      if (await applyFile(connection, file)) applied.push(file.name);
    }
    return { applied };
  } finally {
    await connection.query("DO RELEASE_LOCK(CONCAT(DATABASE(), ':migrate'))");
  }
}

async function applyFile(connection: Connection, file: SchemaFile): Promise<boolean> {
  const [[known]] = await connection.query<RowDataPacket[]>(
    'SELECT checksum, statements_done, finished_at FROM schema_migrations WHERE name = ?',
    [file.name],
  );
  if (known && known.checksum !== file.checksum) {
    throw new Error(`${file.name} was changed after it had been applied; write a new file instead`);
  }
  if (known?.finished_at) return false;
  if (!known) {
    await connection.query(
      'INSERT INTO schema_migrations (name, checksum, statements_done, started_at) VALUES (?, ?, 0, UTC_TIMESTAMP(3))',
      [file.name, file.checksum],
    );
  }
  for (let done = Number(known?.statements_done ?? 0); done < file.statements.length; done++) {
    await applyStatement(connection, file.statements[done] as string);
    await connection.query('UPDATE schema_migrations SET statements_done = ? WHERE name = ?', [done + 1, file.name]);
  }
  await connection.query('UPDATE schema_migrations SET finished_at = UTC_TIMESTAMP(3) WHERE name = ?', [file.name]);
  return true;
}

const ALREADY_DONE = new Set([
  'ER_TABLE_EXISTS_ERROR',
  'ER_SP_ALREADY_EXISTS',
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_DUP_ENTRY',
  'ER_TRG_ALREADY_EXISTS',
]);

async function applyStatement(connection: Connection, statement: string): Promise<void> {
  try {
    await connection.query(statement);
  } catch (error) {
    if (!ALREADY_DONE.has((error as { code?: string }).code ?? '')) throw error;
  }
}
