import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { type DatabaseServer, installedServer, unpackedServer } from './database-server.ts';
import { installMariadb, unpackMariadb, unpackMysql9 } from './install-server.ts';

export type DatabaseEngine = 'mariadb' | 'mysql9';
type Progress = (line: string) => void;

const found = new Map<DatabaseEngine, Promise<DatabaseServer>>();

/** The server for an engine, set up first when this machine lacks it. Progress goes to standard error. */
export function findServer(engine: DatabaseEngine, onProgress: Progress = tellOnStderr): Promise<DatabaseServer> {
  const known = found.get(engine);
  if (known !== undefined) return known;
  const search = engine === 'mysql9' ? unpackMysql9(serverFolder('mysql9'), onProgress) : findMariadb(onProgress);
  found.set(engine, search);
  search.catch(() => found.delete(engine));
  return search;
}

/** `YIYING_IGNORE_SYSTEM_DATABASE=1` goes straight to the private copy, which is how the tests reach it. */
async function findMariadb(onProgress: Progress): Promise<DatabaseServer> {
  const ignoreSystem = process.env['YIYING_IGNORE_SYSTEM_DATABASE'] === '1';
  const installed = ignoreSystem ? undefined : programOnPath(['mariadbd', 'mysqld']);
  if (installed !== undefined) return installedServer(installed);
  const folder = serverFolder('mariadb');
  const unpacked = existsSync(join(folder, 'root')) ? unpackedServer(join(folder, 'root')) : undefined;
  if (unpacked !== undefined) return unpacked;
  if (!ignoreSystem && process.getuid?.() === 0 && (await installMariadb(onProgress))) {
    const program = programOnPath(['mariadbd']);
    if (program !== undefined) return installedServer(program);
  }
  return unpackMariadb(folder, onProgress);
}

/** Server programs often stand where an ordinary user's PATH does not look. */
export function programOnPath(names: readonly string[], path = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), '/usr/sbin', '/usr/local/sbin'];
  for (const name of names) {
    const hit = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function serverFolder(engine: DatabaseEngine): string {
  return join(cacheFolder(), 'servers', engine);
}

function tellOnStderr(line: string): void {
  process.stderr.write(`database: ${line}\n`);
}
