import type { Connection, RowDataPacket } from 'mysql2/promise';
import { appliedFiles } from './applied-files.ts';
import { MIGRATION_LOCK } from './migrate.ts';
import { type SchemaFile, schemaLevel, withoutComments } from './schema-file.ts';

export interface SchemaStatus {
  /** Of the files that were asked about: whoever asks compares it with his own. */
  readonly level: string;
  readonly files: number;
  readonly finished: number;
  readonly pending: readonly PendingFile[];
  /** Applied with another text than this release has. */
  readonly changed: readonly string[];
  /** Applied by another release: a later one, or one before, whose procedure stays until nothing can call it any more. */
  readonly others: readonly string[];
  /** A migration is under way at this moment. */
  readonly running: boolean;
  readonly server: DatabaseServer;
}

export interface PendingFile {
  readonly name: string;
  /** The first words of each statement that is still to come. */
  readonly statements: readonly string[];
}

export interface DatabaseServer {
  readonly version: string;
  /** Procedures and triggers may be made by a user without SUPER while the binary log is on. */
  readonly allowsTriggers: boolean;
  readonly maxConnections: number;
  /** The server's clock, epoch milliseconds. */
  readonly nowMs: number;
}

const SHOWN_CHARS = 72;

/** Reads only. */
export async function schemaStatus(connection: Connection, files: readonly SchemaFile[]): Promise<SchemaStatus> {
  const applied = await appliedFiles(connection);
  const isPending = ({ name }: SchemaFile) => applied.get(name)?.isFinished !== true;
  const names = new Set(files.map(({ name }) => name));
  const [[lock]] = await connection.query<RowDataPacket[]>(`SELECT IS_USED_LOCK(${MIGRATION_LOCK}) AS holder`);
  return {
    level: schemaLevel(files),
    files: files.length,
    finished: files.filter((file) => !isPending(file)).length,
    pending: files.filter(isPending).map(({ name, statements }) => ({
      name,
      statements: statements.slice(applied.get(name)?.statementsDone ?? 0).map(firstWords),
    })),
    changed: files
      .filter(({ name, checksum }) => applied.has(name) && applied.get(name)?.checksum !== checksum)
      .map(({ name }) => name),
    others: [...applied.keys()].filter((name) => !names.has(name)),
    running: lock?.['holder'] !== null,
    server: await readServer(connection),
  };
}

async function readServer(connection: Connection): Promise<DatabaseServer> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SHOW VARIABLES WHERE Variable_name IN ('version', 'log_bin', 'log_bin_trust_function_creators', 'max_connections')",
  );
  const variables = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
  const [[now]] = await connection.query<RowDataPacket[]>(
    'SELECT ROUND(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000) AS nowMs',
  );
  return {
    version: variables.get('version') ?? '',
    allowsTriggers: variables.get('log_bin') !== 'ON' || variables.get('log_bin_trust_function_creators') === 'ON',
    maxConnections: Number(variables.get('max_connections')),
    nowMs: Number(now?.['nowMs']),
  };
}

/** Without comments, on one line. */
function firstWords(statement: string): string {
  const line = withoutComments(statement).replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS - 1)}…` : line;
}
