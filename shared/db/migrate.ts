import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type AppliedFile, appliedFiles } from './applied-files.ts';
import { errnoOf, treatmentOf } from './error-treatment.ts';
import { MigrationFailed } from './migration-failed.ts';
import { type SchemaFile, withoutComments } from './schema-file.ts';

export interface MigrateOptions {
  /** How long to wait for another migration to end. */
  readonly lockSeconds?: number;
  /** How long a statement waits for a table that another statement is using. */
  readonly tableWaitSeconds?: number;
  /** Asked before each statement: true ends the run there, and the next one goes on. */
  readonly isTimeUp?: () => boolean;
}

export interface Migrated {
  /** Files that this run finished, in order. */
  readonly applied: readonly string[];
  /** Files that are not finished, when time was up. */
  readonly remaining: readonly string[];
}

const LOCK_SECONDS = 60;
/** Whoever comes after a waiting ALTER waits too, merchants included. */
const TABLE_WAIT_SECONDS = 20;

const TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    statements_begun INT NOT NULL DEFAULT 0,
    statements_done INT NOT NULL,
    started_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL
  ) ENGINE = InnoDB`;

/** Of a session; its end frees it. A lock's name has at most 64 characters, as many as a database's. MySQL 9 has no MD5() any more. */
export const MIGRATION_LOCK = "CONCAT('migrate:', LEFT(SHA2(DATABASE(), 256), 32))";

/**
 * Brings the connection's current database up to date. Forward only. Safe to run twice or at once (GET_LOCK), and to be
 * killed at any statement: the next run goes on after the last one that is recorded as done.
 * Rows are written in one transaction with their mark. DDL commits by itself, so it is marked as begun and as done: of one
 * that was begun and never answered, and of no other, "exists already" or "is gone already" counts as done.
 * @throws MigrationFailed: a file that was applied has changed since, another run holds the lock, a statement failed
 */
export async function migrate(
  connection: Connection,
  files: readonly SchemaFile[],
  { lockSeconds = LOCK_SECONDS, tableWaitSeconds = TABLE_WAIT_SECONDS, isTimeUp = () => false }: MigrateOptions = {},
): Promise<Migrated> {
  await connection.query(TABLE);
  await connection.query('SET SESSION lock_wait_timeout = ?', [tableWaitSeconds]);
  const [[lock]] = await connection.query<RowDataPacket[]>(`SELECT GET_LOCK(${MIGRATION_LOCK}, ?) AS held`, [
    lockSeconds,
  ]);
  if (lock?.['held'] !== 1) throw new MigrationFailed(`another migration has held the lock for ${lockSeconds} s`);
  try {
    return await applyFiles(connection, files, isTimeUp);
  } finally {
    // With a connection that is gone, the lock and the transaction are gone too.
    const free = connection.query('ROLLBACK').then(() => connection.query(`DO RELEASE_LOCK(${MIGRATION_LOCK})`));
    await free.catch(() => undefined);
  }
}

async function applyFiles(
  connection: Connection,
  files: readonly SchemaFile[],
  isTimeUp: () => boolean,
): Promise<Migrated> {
  await addBegun(connection);
  const known = await appliedFiles(connection);
  const applied: string[] = [];
  for (const [index, file] of files.entries()) {
    const outcome = await applyFile(connection, file, known.get(file.name), isTimeUp);
    if (outcome === 'stopped') return { applied, remaining: files.slice(index).map(({ name }) => name) };
    if (outcome === 'applied') applied.push(file.name);
  }
  return { applied, remaining: [] };
}

/** The first releases marked only what was done. */
async function addBegun(connection: Connection): Promise<void> {
  const [columns] = await connection.query<RowDataPacket[]>(
    "SHOW COLUMNS FROM schema_migrations LIKE 'statements_begun'",
  );
  if (columns.length > 0) return;
  await connection.query('ALTER TABLE schema_migrations ADD COLUMN statements_begun INT NOT NULL DEFAULT 0');
}

async function applyFile(
  connection: Connection,
  file: SchemaFile,
  known: AppliedFile | undefined,
  isTimeUp: () => boolean,
): Promise<'known' | 'applied' | 'stopped'> {
  const { name, checksum, statements } = file;
  if (known && known.checksum !== checksum) {
    throw new MigrationFailed(`${name} was changed after it had been applied; write a new file instead`);
  }
  if (known?.isFinished) return 'known';
  if (isTimeUp()) return 'stopped';
  if (!known) {
    await connection.query(
      'INSERT INTO schema_migrations (name, checksum, statements_done, started_at) VALUES (?, ?, 0, UTC_TIMESTAMP(3))',
      [name, checksum],
    );
  }
  const first = known?.statementsDone ?? 0;
  for (let done = first; done < statements.length; done++) {
    if (done > first && isTimeUp()) return 'stopped';
    const isInDoubt = done === first && (known?.statementsBegun ?? 0) > done;
    await applyStatement(connection, file, done, isInDoubt);
  }
  await connection.query('UPDATE schema_migrations SET finished_at = UTC_TIMESTAMP(3) WHERE name = ?', [name]);
  return 'applied';
}

/** What a statement of definition that has run already says when it comes again. */
const DONE_ALREADY: ReadonlySet<number> = new Set([
  ...[1050, 1060, 1061, 1304, 1359], // table, column, index, procedure, trigger: exists
  ...[1051, 1091, 1305, 1360], // table, column or index, procedure, trigger: is not there
]);

const WRITES_ROWS = /^(INSERT|UPDATE|DELETE|REPLACE)\b/i;

/**
 * `isInDoubt`: it was sent before, and nobody knows what came of it. A statement that the server answered is not: what it
 * refused once it may not be taken for done the second time.
 */
async function applyStatement(connection: Connection, file: SchemaFile, index: number, isInDoubt: boolean) {
  const statement = file.statements[index] as string; // within its length
  const mark = (column: 'statements_begun' | 'statements_done', count: number) =>
    connection.query(`UPDATE schema_migrations SET ${column} = ? WHERE name = ?`, [count, file.name]);
  const writesRows = WRITES_ROWS.test(withoutComments(statement).trimStart());
  if (writesRows) await connection.beginTransaction();
  else await mark('statements_begun', index + 1);
  try {
    await connection.query(statement);
  } catch (error) {
    if (!isInDoubt || writesRows || !DONE_ALREADY.has(errnoOf(error))) {
      if (!writesRows && !isInDoubt && wasAnswered(error)) await mark('statements_begun', index);
      throw MigrationFailed.at(`${file.name}, statement ${index + 1} of ${file.statements.length}`, error);
    }
  }
  await mark('statements_done', index + 1);
  if (writesRows) await connection.commit();
}

/** A server's own errors are numbered from 1000; a lost connection's are not. */
const wasAnswered = (error: unknown): boolean => errnoOf(error) >= 1000 && treatmentOf(error) !== 'broken';
