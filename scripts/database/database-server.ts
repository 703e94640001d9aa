import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** A database server program that can be started here. */
export interface DatabaseServer {
  kind: 'mariadb' | 'mysql';
  /** Program and leading arguments (a private server runs through its own loader). */
  command: readonly string[];
  /** Options without which it would look for its files in the wrong place. */
  options: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Folders that may hold the SQL files of the system tables. */
  shareFolders: readonly string[];
  /** Changes whenever the program does: a template made by one server is never given to another. */
  identity: string;
}

/** The server at an absolute path of this machine. */
export async function installedServer(program: string): Promise<DatabaseServer> {
  const real = realpathSync(program);
  const prefix = dirname(dirname(real));
  return {
    kind: await kindOf(real),
    command: [real],
    options: [],
    environment: {},
    shareFolders: [prefix, '/usr', '/usr/local'].flatMap(shareFoldersOf),
    identity: fingerprint(real),
  };
}

/** The server in a folder into which its packages were unpacked; undefined when there is none. */
export function unpackedServer(root: string): DatabaseServer | undefined {
  const program = ['mariadbd', 'mysqld'].map((name) => join(root, 'usr/sbin', name)).find((path) => existsSync(path));
  if (program === undefined) return undefined;
  const kind = program.endsWith('mariadbd') ? 'mariadb' : 'mysql';
  const libraries = libraryFolders(root);
  const shares = shareFoldersOf(join(root, 'usr'));
  const loader = libraries.flatMap((folder) => findLoader(folder))[0];
  return {
    kind,
    command: loader === undefined ? [program] : [loader, '--library-path', libraries.join(':'), program],
    options: [`--basedir=${join(root, 'usr')}`, ...shares.slice(0, 1).map((share) => `--lc-messages-dir=${share}`)],
    environment: loader === undefined ? { LD_LIBRARY_PATH: libraries.join(':') } : {},
    shareFolders: shares,
    identity: fingerprint(program),
  };
}

async function kindOf(program: string): Promise<DatabaseServer['kind']> {
  if (program.endsWith('mariadbd')) return 'mariadb';
  const { stdout } = await runProgram([program, '--no-defaults', '--version']);
  return /mariadb/i.test(stdout) ? 'mariadb' : 'mysql';
}

function shareFoldersOf(prefix: string): string[] {
  return ['share/mariadb', 'share/mysql'].map((folder) => join(prefix, folder)).filter((folder) => existsSync(folder));
}

/** `usr/lib/<triplet>`, `lib/<triplet>` and the server's private libraries below them. */
function libraryFolders(root: string): string[] {
  return ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      ...readdirSync(folder)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(folder, name)),
      ...[join(folder, 'mysql/private')].filter((path) => existsSync(path)),
    ]);
}

function findLoader(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^ld-linux.*\.so\.\d+$/.test(name))
    .map((name) => join(folder, name));
}

function fingerprint(program: string): string {
  const { size, mtimeMs } = statSync(program);
  return `${program}:${size}:${Math.round(mtimeMs)}`;
}
