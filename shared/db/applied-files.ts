import type { Connection, RowDataPacket } from 'mysql2/promise';
import { errnoOf } from './error-treatment.ts';

/** What the database remembers of a schema file. */
export interface AppliedFile {
  readonly checksum: string;
  /** Sent to the server, whatever came of it. */
  readonly statementsBegun: number;
  readonly statementsDone: number;
  readonly isFinished: boolean;
}

const NO_SUCH_TABLE = 1146;

/** By name; none where nothing was ever applied. */
export async function appliedFiles(connection: Connection): Promise<ReadonlyMap<string, AppliedFile>> {
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT * FROM schema_migrations ORDER BY name');
    return new Map(
      rows.map((row) => [
        String(row['name']),
        {
          checksum: String(row['checksum']),
          statementsBegun: Number(row['statements_begun'] ?? 0),
          statementsDone: Number(row['statements_done']),
          isFinished: row['finished_at'] !== null,
        },
      ]),
    );
  } catch (error) {
    if (errnoOf(error) === NO_SUCH_TABLE) return new Map();
    throw error;
  }
}
