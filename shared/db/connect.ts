import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import type { DatabaseSecret } from '../config/secrets.ts';
import { withinTime } from './within-time.ts';

/**
 * A paused TDSQL-C Serverless takes seconds to resume; the first connection waits for it. With the session's set-up it
 * stays below a function's timeout (10 s): one that is killed by the platform answers no 503.
 */
const CONNECT_TIMEOUT_MS = 7000;
/** Two round trips. A connection that went half-open after the handshake would be waited for until the end. */
const SESSION_TIMEOUT_MS = 2000;
const PREPARED_STATEMENTS = 100;

/** Locks are held inside one statement or procedure, so whoever waits five seconds has met something broken. */
const SESSION = `SET SESSION time_zone = '+00:00', SESSION innodb_lock_wait_timeout = 5, SESSION sql_mode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`;

/**
 * One connection, with its session set: READ COMMITTED, UTC, strict. DECIMAL columns read as number, BIGINT as number while
 * it is safe. `affectedRows` counts the rows that a condition matched (FOUND_ROWS).
 */
export async function connect(secret: DatabaseSecret): Promise<Connection> {
  const where = 'socketPath' in secret ? { socketPath: secret.socketPath } : { host: secret.host, port: secret.port };
  const options: ConnectionOptions = {
    ...where,
    user: secret.user,
    password: secret.password,
    database: secret.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    maxPreparedStatements: PREPARED_STATEMENTS,
    // The caller's stack for each statement, on the chance of an error: 10 µs. Errors name the statement without it.
    trace: false,
  };
  const connection = await createConnection(options);
  try {
    await withinTime(setSession(connection), SESSION_TIMEOUT_MS);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function setSession(connection: Connection): Promise<void> {
  // Two statements: the isolation level's variable has another name on MariaDB (tx_isolation).
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await connection.query(SESSION);
}
