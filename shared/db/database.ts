import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultSetHeader } from 'mysql2/promise';
import { type Clock, systemClock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { DatabaseSecret, readSecretOf, secretName } from '../config/secrets.ts';
import { connectionSlots, type Slot } from './connection-slots.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { treatmentOf } from './error-treatment.ts';
import { openConnection, type ReadDatabaseSecret } from './open-connection.ts';
import { withinTime } from './within-time.ts';

/** Times go in as `sqlTime(atMs)` and come out as epoch milliseconds. An array or plain object is sent as JSON. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

export interface Written {
  /** Rows that the condition matched, changed or not. Never read it after a procedure. */
  readonly affectedRows: number;
  readonly insertId: number;
}

/**
 * Statements only, no transactions: what must be atomic is a procedure, so that no lock is held across the network.
 * Every function throws DatabaseUnavailable when the database is away, and mysql2's error for a fault of the statement.
 */
export interface Database {
  readonly query: <Row>(sql: string, params?: readonly SqlValue[]) => Promise<Row[]>;
  readonly write: (sql: string, params?: readonly SqlValue[]) => Promise<Written>;
  /** The one row that the procedure's one SELECT answers. */
  readonly callProcedure: <Row>(name: string, params: readonly SqlValue[]) => Promise<Row>;
  /** For tests and shutting down; a frozen instance never closes anything. */
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** Where to connect; asked at each new connection. `refresh`: the last answer was refused, do not use memory. */
  readonly readSecret: ReadDatabaseSecret;
  readonly clock?: Clock;
  /** Connections of this instance: 1 unless a function asks two things at once. */
  readonly connections?: 1 | 2;
  /** For one statement: a half-open connection answers nothing, ever. Above the lock wait (5 s), below the function's timeout. */
  readonly statementTimeoutMs?: number;
}

const STATEMENT_TIMEOUT_MS = 8000;

/** Nothing is opened until the first statement; keep the result in module scope. */
export function openDatabase(options: DatabaseOptions): Database {
  const open = () => openConnection(options.readSecret);
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const slots = connectionSlots(open, options.connections ?? 1, options.clock ?? systemClock);

  const execute = async <Result>(sql: string, params: readonly SqlValue[]): Promise<Result> => {
    for (let lastTry = false; ; lastTry = true) {
      const slot = await slots.take();
      try {
        const sent = slot.connection.execute(sql, params.map(toParameter));
        const [result] = await withinTime(sent, statementTimeoutMs);
        return datesToMs(result) as Result;
      } catch (error) {
        if (!(await mayTryAgain(error, slot, sql.startsWith('CALL '))) || lastTry) throw translated(error);
      } finally {
        slots.giveBack(slot);
      }
    }
  };

  return {
    query: (sql, params = []) => execute(sql, params),
    write: async (sql, params = []) => {
      const { affectedRows, insertId } = await execute<ResultSetHeader>(sql, params);
      return { affectedRows, insertId };
    },
    callProcedure: (name, params) => callProcedure(execute, name, params),
    close: slots.close,
  };

  async function mayTryAgain(error: unknown, slot: Slot, isProcedure: boolean): Promise<boolean> {
    const treatment = treatmentOf(error);
    // Out of space a session was seen idle with its transaction and the account's lock for a minute, as if a procedure had
    // ended without its handler. Whatever came of one that failed, closing rolls it back.
    const leftOpen = isProcedure && treatment !== 'again';
    if (leftOpen || treatment === 'refused' || treatment === 'broken' || treatment === 'stale') slot.broken = true;
    if (treatment === 'again') await sleep(randomInt(10, 50));
    return treatment === 'again' || treatment === 'stale';
  }
}

/** The database of a deployed function: its secret is `yiying-{stage}-database`. */
export function databaseOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource, clock?: Clock): Database {
  return openDatabase({ readSecret: databaseSecretOf(config, secrets), ...(clock && { clock }) });
}

export function databaseSecretOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): ReadDatabaseSecret {
  const name = secretName(config.STAGE, 'database');
  return (how) => readSecretOf(DatabaseSecret, secrets, name, how);
}

type Execute = <Result>(sql: string, params: readonly SqlValue[]) => Promise<Result>;

async function callProcedure<Row>(execute: Execute, name: string, params: readonly SqlValue[]): Promise<Row> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new RangeError(`procedure name: ${name}`);
  // [rows of the SELECT, header]: both engines end a CALL with an OK packet.
  const results = await execute<unknown[][]>(`CALL ${name}(${params.map(() => '?').join(', ')})`, params);
  const row = results[0]?.[0];
  if (row === undefined) throw new Error(`${name} answered no row`);
  return row as Row;
}

/**
 * Every Date in the rows becomes epoch milliseconds, in place. Not by mysql2's `typeCast`: that makes an object with six
 * functions for each value of each row, dates or not.
 */
function datesToMs(result: unknown): unknown {
  if (Array.isArray(result)) {
    for (const part of result) datesToMs(part);
    return result;
  }
  if (typeof result !== 'object' || result === null) return result;
  const row = result as Record<string, unknown>;
  for (const name in row) {
    const value = row[name];
    if (value instanceof Date) row[name] = value.getTime();
  }
  return row;
}

/** mysql2 sends every number as DOUBLE; an integer as text keeps all 64 bits and is allowed in LIMIT on both engines. */
function toParameter(value: SqlValue): string | number | boolean | null | Buffer {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function translated(error: unknown): unknown {
  const treatment = treatmentOf(error);
  if (treatment === 'thrown') return error;
  return new DatabaseUnavailable(treatment === 'broken' ? 'unknown' : 'not_sent', error);
}
