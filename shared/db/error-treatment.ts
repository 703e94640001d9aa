/**
 * What is done about a failed statement.
 * `again`: the server undid it and says so; one more try, here.
 * `refused`: the server will not work for us now, and did nothing; 503.
 * `broken`: the connection is gone and so is the answer; 503, never repeated here.
 * `stale`: like `broken`, but sent by a server that had closed an idle connection before it read the statement; one more try.
 * `thrown`: the statement's own fault (a duplicate key, a bad column); the caller's business.
 */
export type Treatment = 'again' | 'refused' | 'broken' | 'stale' | 'thrown';

/** What the server says, by number: the names are a table of 148 KB in mysql2, and it lacks MariaDB's. */
const SERVER_ERRORS: Readonly<Record<number, Treatment>> = {
  1213: 'again', // ER_LOCK_DEADLOCK: the whole transaction was rolled back
  1205: 'again', // ER_LOCK_WAIT_TIMEOUT: procedures roll back in their EXIT HANDLER, single statements as a whole
  1020: 'again', // ER_CHECKREAD: MariaDB's snapshot conflict, rolled back like a deadlock
  1615: 'again', // ER_NEED_REPREPARE: the schema changed under a prepared statement

  1040: 'refused', // ER_CON_COUNT_ERROR
  1203: 'refused', // ER_TOO_MANY_USER_CONNECTIONS
  1226: 'refused', // ER_USER_LIMIT_REACHED
  1045: 'refused', // ER_ACCESS_DENIED_ERROR: the password is being rotated, or the secret is wrong
  1044: 'refused', // ER_DBACCESS_DENIED_ERROR
  1129: 'refused', // ER_HOST_IS_BLOCKED
  1290: 'refused', // ER_OPTION_PREVENTS_STATEMENT: read-only during a failover
  1792: 'refused', // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836: 'refused', // ER_READ_ONLY_MODE
  1041: 'refused', // ER_OUT_OF_RESOURCES
  1021: 'refused', // ER_DISK_FULL
  1114: 'refused', // ER_RECORD_FILE_FULL
  1317: 'refused', // ER_QUERY_INTERRUPTED: KILL QUERY; the statement was rolled back
  3024: 'refused', // ER_QUERY_TIMEOUT, MySQL's
  1969: 'refused', // ER_STATEMENT_TIMEOUT, MariaDB's

  4031: 'stale', // ER_CLIENT_INTERACTION_TIMEOUT: MySQL ≥ 8.0.24 leaves this behind when it closes an idle connection

  1053: 'broken', // ER_SERVER_SHUTDOWN
  1080: 'broken', // ER_FORCING_CLOSE
  1927: 'broken', // ER_CONNECTION_KILLED, MariaDB's
  1158: 'broken', // ER_NET_READ_ERROR
  1159: 'broken', // ER_NET_READ_INTERRUPTED
  1160: 'broken', // ER_NET_ERROR_ON_WRITE
  1161: 'broken', // ER_NET_WRITE_INTERRUPTED
  1024: 'broken', // ER_ERROR_ON_READ: the disk failed it; what came of the statement it does not say
  1026: 'broken', // ER_ERROR_ON_WRITE
  1030: 'broken', // ER_GET_ERRNO: the storage engine's own, such as no space for a temporary table
  1598: 'broken', // ER_BINLOG_LOGGING_IMPOSSIBLE
};

/** Below the server's own numbers are those of its file layer (EE_SYNC: a binary log that could not be synced). */
const FIRST_SERVER_ERROR = 1000;

/** What the driver or the operating system says: the connection could not be made, or is gone. */
const CLIENT_ERRORS: ReadonlySet<string> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT', // our own time limit for a statement; its answer may still come
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the socket's file
]);

/** The server's number of an error; 0: it has none. */
export const errnoOf = (error: unknown): number => Number((error as { errno?: unknown } | null)?.errno ?? 0);

export function treatmentOf(error: unknown): Treatment {
  if (!(error instanceof Error)) return 'thrown';
  // mysql2 gives this one neither code nor number: the connection was closed before the statement came.
  if (error.message.startsWith("Can't add new command")) return 'stale';
  const { code, errno, fatal } = error as { code?: unknown; errno?: unknown; fatal?: unknown };
  const told = typeof errno === 'number' && Object.hasOwn(SERVER_ERRORS, errno) ? SERVER_ERRORS[errno] : undefined;
  if (told !== undefined) return told;
  // The operating system's numbers, which Node hands on, are negative.
  if (typeof errno === 'number' && errno > 0 && errno < FIRST_SERVER_ERROR) return 'broken';
  return fatal === true || (typeof code === 'string' && CLIENT_ERRORS.has(code)) ? 'broken' : 'thrown';
}

/** A row with this unique key exists already. `key` narrows it to one index (MySQL prefixes the table, MariaDB does not). */
export function isDuplicateKey(error: unknown, key?: string): boolean {
  if (!(error instanceof Error) || errnoOf(error) !== 1062) return false;
  if (key === undefined) return true;
  const named = /for key '(?:[^']*\.)?([^'.]+)'/.exec(error.message)?.[1];
  return named === key;
}
