import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../bootstrap/with-lock.mjs';
import { cacheFolder } from './cache-folder.ts';
import type { DatabaseServer } from './database-server.ts';
import { runProgram, tail } from './run-program.ts';
import { baseOptions } from './server-options.ts';

const templateFormat = 1;
const keptTemplates = 8;
const keptForMs = 3_600_000;

/**
 * The data folder to copy for a new database: made once per server program and key, then read only. `make` creates the
 * folder that it is given.
 */
export async function dataTemplate(
  server: DatabaseServer,
  key: string,
  make: (dataFolder: string) => Promise<void>,
): Promise<string> {
  const templates = join(cacheFolder(), 'templates');
  await mkdir(templates, { recursive: true });
  const template = join(templates, keyOf(server, key));
  if (!existsSync(template)) {
    await withLock(`${template}.lock`, async () => {
      if (existsSync(template)) return;
      const unfinished = `${template}.unfinished`;
      await rm(unfinished, { recursive: true, force: true });
      await make(unfinished);
      await rename(unfinished, template);
    });
    await dropUnused(templates);
  }
  const now = new Date();
  await utimes(template, now, now);
  return template;
}

/** Root without a password, and an empty database `app`. */
export function bareTemplate(server: DatabaseServer): Promise<string> {
  return dataTemplate(server, 'bare', (dataFolder) => makeDataFolder(server, dataFolder));
}

/** Copies a data folder, leaving holes where there are holes: 20 ms for a template into memory. */
export async function copyDataFolder(from: string, to: string): Promise<void> {
  const copy = process.platform === 'linux' ? ['cp', '-a', '--sparse=always', '--reflink=auto'] : ['cp', '-Rp'];
  const { code, output } = await runProgram([...copy, from, to]);
  if (code !== 0) throw new Error(`could not copy a database template:\n${tail(output)}`);
}

function keyOf(server: DatabaseServer, key: string): string {
  const parts = [templateFormat, server.identity, baseOptions(server, '').join(' '), key];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
}

async function makeDataFolder(server: DatabaseServer, dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { mode: 0o700 });
  const initFile = `${dataFolder}.sql`;
  await writeFile(initFile, createApp);
  const mariadb = server.kind === 'mariadb';
  const mode = mariadb ? mariadbBootstrap : ['--initialize-insecure', `--init-file=${initFile}`];
  const { code, output } = await runProgram([...server.command, ...baseOptions(server, dataFolder), ...mode], {
    cwd: '/',
    env: { ...process.env, ...server.environment },
    ...(mariadb ? { input: await systemTables(server) } : {}),
  });
  await rm(initFile);
  if (code !== 0) throw new Error(`the database server could not make its data folder:\n${tail(output)}`);
}

const createApp = 'CREATE DATABASE app CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;\n';

/** A fast shutdown of 2 would leave a redo log that no other size can be opened with. */
const mariadbBootstrap = [
  '--bootstrap',
  '--innodb-fast-shutdown=1',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--log-warnings=0',
];

/** What mariadb-install-db feeds to the server, without help texts and the sys schema: 0.33 s instead of 0.9. */
async function systemTables(server: DatabaseServer): Promise<string> {
  const share = server.shareFolders.find((folder) => sqlFile(folder, 'system_tables') !== undefined);
  if (share === undefined)
    throw new Error(`the SQL files of MariaDB's system tables are not in ${server.shareFolders}`);
  const files = ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => sqlFile(share, name));
  const texts = await Promise.all(
    [...files, join(share, 'maria_add_gis_sp_bootstrap.sql')]
      .filter((file) => file !== undefined && existsSync(file))
      .map((file) => readFile(file as string, 'utf8')),
  );
  // root@localhost without a password: the socket stands in a folder that only its user can enter.
  const preamble = "SET @auth_root_socket=NULL;\nSET @skip_auth_anonymous='-- ';\nCREATE DATABASE mysql;\nUSE mysql;\n";
  return `${preamble}${texts.join('\n')}\n${createApp}`;
}

/** MariaDB 11 renamed `mysql_*.sql` to `mariadb_*.sql`. */
function sqlFile(share: string, name: string): string | undefined {
  return ['mariadb', 'mysql'].map((prefix) => join(share, `${prefix}_${name}.sql`)).find((file) => existsSync(file));
}

/** Schemas change and templates with them: the newest stay, and whatever was used within the hour. */
async function dropUnused(templates: string): Promise<void> {
  const names = (await readdir(templates)).filter((name) => /^[0-9a-f]{24}$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(templates, name);
      return stat(path).then(
        ({ mtimeMs }) => [{ path, usedAt: mtimeMs }],
        (error: { code?: unknown }) => {
          if (error.code === 'ENOENT') return []; // another process has dropped it
          throw error;
        },
      );
    }),
  );
  const aged = found.flat();
  const oldest = aged.sort((a, b) => b.usedAt - a.usedAt).slice(keptTemplates);
  for (const { path, usedAt } of oldest) {
    if (Date.now() - usedAt > keptForMs) await rm(path, { recursive: true, force: true });
  }
}
