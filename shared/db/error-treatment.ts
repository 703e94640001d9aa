/**
 * What is done about a failed statement.
 * `again`: the server undid it and says so; one more try, here.
 * `refused`: the server will not work for us now, and did nothing; 503.
 * `broken`: the connection is gone and so is the answer; 503, never repeated here.
 * `stale`: like `broken`, but sent by a server that had closed an idle connection before it read the statement; one more try.
 * `thrown`: the statement's own fault (a duplicate key, a bad column); the caller's business.
 */
export type Treatment = 'again' | 'refused' | 'broken' | 'stale' | 'thrown';

const TREATMENTS: Readonly<Record<string, Treatment>> = {
  ER_LOCK_DEADLOCK: 'again', // 1213: the whole transaction was rolled back
  ER_LOCK_WAIT_TIMEOUT: 'again', // 1205: procedures roll back in their EXIT HANDLER, single statements as a whole
  ER_CHECKREAD: 'again', // 1020: MariaDB's snapshot conflict, rolled back like a deadlock
  ER_NEED_REPREPARE: 'again', // 1615: the schema changed under a prepared statement

  ER_CON_COUNT_ERROR: 'refused', // 1040
  ER_TOO_MANY_USER_CONNECTIONS: 'refused', // 1203
  ER_USER_LIMIT_REACHED: 'refused', // 1226
  ER_ACCESS_DENIED_ERROR: 'refused', // 1045: the password is being rotated, or the secret is wrong
  ER_DBACCESS_DENIED_ERROR: 'refused', // 1044
  ER_HOST_IS_BLOCKED: 'refused', // 1129
  ER_OPTION_PREVENTS_STATEMENT: 'refused', // 1290: read-only during a failover
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'refused', // 1792
  ER_READ_ONLY_MODE: 'refused', // 1836
  ER_OUT_OF_RESOURCES: 'refused', // 1041
  ER_DISK_FULL: 'refused', // 1021
  ER_RECORD_FILE_FULL: 'refused', // 1114
  ER_QUERY_INTERRUPTED: 'refused', // 1317: KILL QUERY; the statement was rolled back
  ER_QUERY_TIMEOUT: 'refused', // 3024
  ER_STATEMENT_TIMEOUT: 'refused', // 1969, MariaDB's

  ER_CLIENT_INTERACTION_TIMEOUT: 'stale', // 4031: MySQL ≥ 8.0.24 leaves this behind when it closes an idle connection

  ER_SERVER_SHUTDOWN: 'broken', // 1053
  ER_CONNECTION_KILLED: 'broken', // 1927, MariaDB's
  ER_NET_READ_ERROR: 'broken', // 1158 and its kin
  ER_NET_READ_INTERRUPTED: 'broken',
  ER_NET_ERROR_ON_WRITE: 'broken',
  ER_NET_WRITE_INTERRUPTED: 'broken',
  ER_FORCING_CLOSE: 'broken', // 1080
  ER_UNKNOWN_COM_ERROR: 'broken',
  PROTOCOL_CONNECTION_LOST: 'broken',
  PROTOCOL_SEQUENCE_TIMEOUT: 'broken', // our own time limit for a statement; its answer may still come
  PROTOCOL_PACKETS_OUT_OF_ORDER: 'broken',
  ECONNREFUSED: 'broken',
  ECONNRESET: 'broken',
  ECONNABORTED: 'broken',
  EPIPE: 'broken',
  ETIMEDOUT: 'broken',
  EHOSTUNREACH: 'broken',
  ENETUNREACH: 'broken',
  ENOTFOUND: 'broken',
  EAI_AGAIN: 'broken',
  ENOENT: 'broken', // the socket's file
};

/** By number, for what mysql2's table of names lacks. */
const NUMBERS: Readonly<Record<number, Treatment>> = {
  1020: 'again',
  1927: 'broken',
  1969: 'refused',
  3024: 'refused',
  4031: 'stale',
};

export function treatmentOf(error: unknown): Treatment {
  if (!(error instanceof Error)) return 'thrown';
  // mysql2 gives this one neither code nor number: the connection was closed before the statement came.
  if (error.message.startsWith("Can't add new command")) return 'stale';
  const { code, errno, fatal } = error as { code?: unknown; errno?: unknown; fatal?: unknown };
  const byCode = typeof code === 'string' && Object.hasOwn(TREATMENTS, code) ? TREATMENTS[code] : undefined;
  const byNumber = typeof errno === 'number' ? NUMBERS[errno] : undefined;
  return byCode ?? byNumber ?? (fatal === true ? 'broken' : 'thrown');
}

/** A row with this unique key exists already. `key` narrows it to one index (MySQL prefixes the table, MariaDB does not). */
export function isDuplicateKey(error: unknown, key?: string): boolean {
  if (!(error instanceof Error) || (error as { errno?: unknown }).errno !== 1062) return false;
  if (key === undefined) return true;
  const named = /for key '(?:[^']*\.)?([^'.]+)'/.exec(error.message)?.[1];
  return named === key;
}
