import { existsSync } from 'node:fs';
import { installPackages, unpackPackages } from './apt-packages.ts';
import { type DatabaseServer, unpackedServer } from './database-server.ts';

/**
 * `mariadb-server-core` is the server without a service, a system user or a data folder, so there is nothing that could
 * start by itself; `mariadb-server` would also upgrade Perl. Ubuntu 22.04 and Debian 11 put the version into the name.
 */
const mariadbPackages = [['mariadb-server-core'], ['mariadb-server-core-10.6'], ['mariadb-server-core-10.5']];

/** No server can be had here; the message says what to install. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** MySQL 9 cannot be had here: no network, or not a Debian machine. Whoever only compares engines goes on without it. */
export class MysqlUnavailable extends Error {
  override readonly name = 'MysqlUnavailable';
}

/** As root on Debian or Ubuntu: installs the server's program. False when apt is missing or could not. */
export function installMariadb(onProgress: (line: string) => void): Promise<boolean> {
  return installPackages(mariadbPackages, onProgress);
}

/** Debian or Ubuntu without root: the server and the libraries it lacks, in a folder of our own. */
export async function unpackMariadb(folder: string, onProgress: (line: string) => void): Promise<DatabaseServer> {
  if (!existsSync('/usr/bin/apt-get')) throw new DatabaseUnavailable(installAdvice(process.platform, existsSync));
  try {
    const server = unpackedServer(await unpackPackages({ folder, packages: mariadbPackages, onProgress }));
    if (server !== undefined) return server;
    throw new Error(`no server program in ${folder}`);
  } catch (cause) {
    throw new DatabaseUnavailable(`${installAdvice(process.platform, existsSync)} (${messageOf(cause)})`, { cause });
  }
}

/** Debian 12 ships MariaDB only: MySQL 9 comes from unstable, with its own C library, and runs through its own loader. */
export async function unpackMysql9(folder: string, onProgress: (line: string) => void): Promise<DatabaseServer> {
  try {
    const packages = [['mysql-server-core', 'libc-bin']];
    const server = unpackedServer(await unpackPackages({ folder, packages, suite: 'sid', onProgress }));
    if (server !== undefined) return server;
    throw new Error(`no server program in ${folder}`);
  } catch (cause) {
    throw new MysqlUnavailable(`MySQL 9 cannot be set up here: ${messageOf(cause)}`, { cause });
  }
}

/** The one line for a machine where nothing can be set up by us. */
export function installAdvice(platform: string, exists: (path: string) => boolean): string {
  const command = installCommand(platform, exists);
  return `No database server: run \`${command}\`, or set DATABASE_URL to a MySQL 8 or MariaDB 10.6+ database, and try again.`;
}

function installCommand(platform: string, exists: (path: string) => boolean): string {
  if (platform === 'darwin') return 'brew install mariadb';
  if (exists('/usr/bin/apt-get')) return 'sudo apt-get install mariadb-server';
  if (exists('/usr/bin/dnf')) return 'sudo dnf install mariadb-server';
  if (exists('/usr/bin/yum')) return 'sudo yum install mariadb-server';
  if (exists('/usr/bin/zypper')) return 'sudo zypper install mariadb';
  if (exists('/usr/bin/pacman')) return 'sudo pacman -S mariadb';
  if (exists('/sbin/apk')) return 'sudo apk add mariadb';
  return 'your package manager to install mariadb-server';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
