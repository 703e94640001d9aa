import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer } from './database-server.ts';

/** Options of a private server that callers choose. */
export interface ServerSettings {
  /** `innodb_flush_log_at_trx_commit`. Default 1: every commit is durable, as in production. */
  flush?: 0 | 1 | 2;
  /** Default 200. */
  maxConnections?: number;
  /** More options of the server's own, for instance `--innodb-buffer-pool-size=1G`; they win over ours. */
  options?: readonly string[];
}

/** MySQL 8's default; MariaDB alone would let an unaggregated column pass. */
const sqlMode = [
  'ONLY_FULL_GROUP_BY',
  'STRICT_TRANS_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
].join(',');

/** What both starting and making the data folder need. */
export function baseOptions(server: DatabaseServer, dataFolder: string): string[] {
  // Both servers refuse to run as root unless they are told so by name.
  const user = process.getuid?.() === 0 ? [`--user=${userInfo().username}`] : [];
  return ['--no-defaults', ...server.options, ...user, `--datadir=${dataFolder}`, ...storageOptions(server)];
}

/** Options to serve on a unix socket only: nobody but this user can reach it, and no port is taken. */
export function servingOptions(
  server: DatabaseServer,
  runFolder: string,
  socketPath: string,
  settings: ServerSettings,
): string[] {
  return [
    ...baseOptions(server, join(runFolder, 'data')),
    `--socket=${socketPath}`,
    `--pid-file=${join(runFolder, 'server.pid')}`,
    `--tmpdir=${runFolder}`,
    '--skip-networking',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_general_ci',
    '--default-time-zone=+00:00',
    `--sql-mode=${sqlMode}`,
    '--performance-schema=OFF',
    '--log-bin-trust-function-creators=1',
    `--max-connections=${settings.maxConnections ?? 200}`,
    `--innodb-flush-log-at-trx-commit=${settings.flush ?? 1}`,
    ...(server.kind === 'mysql' ? ['--mysqlx=OFF', '--secure-file-priv=NULL'] : []),
    ...(settings.options ?? []),
  ];
}

/** A small redo log: the template is 21 MB instead of 114 and copies in 20 ms. */
function storageOptions(server: DatabaseServer): string[] {
  if (server.kind === 'mysql') return ['--innodb-redo-log-capacity=8M'];
  return ['--innodb-log-file-size=8M', '--skip-name-resolve'];
}
