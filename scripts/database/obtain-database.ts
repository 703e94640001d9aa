import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { type PrivateDatabaseRequest, startPrivateDatabase } from './private-database.ts';

/** A database to work on, however it was come by. */
export interface ObtainedDatabase {
  /** mysql2's connection options. */
  connection: { socketPath?: string; host?: string; port?: number; user: string; password: string; database: string };
  origin: 'DATABASE_URL' | 'private';
  /** Ends a private server and removes its data; does nothing to the database of DATABASE_URL. */
  stop(): Promise<void>;
}

/** The database that `DATABASE_URL` names, as it is (no `prepare`), or a private one. */
export async function obtainDatabase(request: PrivateDatabaseRequest): Promise<ObtainedDatabase> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') {
    return { connection: parseDatabaseUrl(url), origin: 'DATABASE_URL', stop: async () => undefined };
  }
  const database = await startPrivateDatabase(request);
  return { connection: database.connection, origin: 'private', stop: () => database.stop() };
}

/** `mysql://user:password@host:port/database`. The message of an error never repeats the URL: it holds a password. */
export function parseDatabaseUrl(text: string): ObtainedDatabase['connection'] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(mysql|mariadb):$/.test(url.protocol) || url.hostname === '') {
    throw new TypeError('DATABASE_URL: must look like mysql://user:password@host:3306/database');
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw new TypeError('DATABASE_URL: names no database after the host');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  };
}

/** The same as what a function reads of the secrets manager. @throws RangeError, TypeError that never repeat the URL */
export function databaseSecretFromUrl(url: string | undefined): DatabaseSecret {
  if (!url) throw new RangeError('--stage, or DATABASE_URL such as mysql://user:password@host:3306/database: required');
  const { host = '', port = 3306, user, password, database } = parseDatabaseUrl(url);
  return { host, port, user, password, database };
}
