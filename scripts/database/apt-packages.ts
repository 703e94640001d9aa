import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../bootstrap/with-lock.mjs';
import { runProgram, tail } from './run-program.ts';

/** As root on Debian or Ubuntu: installs the first set of packages that there is. False when apt is missing or could not. */
export async function installPackages(
  packages: readonly string[][],
  onProgress: (line: string) => void,
): Promise<boolean> {
  if (!existsSync('/usr/bin/apt-get')) return false;
  return withLock(join(tmpdir(), 'yiying-apt.lock'), async () => {
    onProgress(`installing ${packages[0]?.join(' ')} with apt (once)`);
    if (await aptInstall(packages)) return true;
    await runProgram(['apt-get', 'update', '-qq']); // lists missing, as in fresh containers, or out of date
    return aptInstall(packages);
  });
}

async function aptInstall(packages: readonly string[][]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const names of packages) {
    const install = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '-qq', '--no-install-recommends'];
    if ((await runProgram([...install, ...names], { env })).code === 0) return true;
  }
  return false;
}

/** Packages to unpack into a folder of our own; nothing is installed, the machine's own apt state stays as it is. */
export interface UnpackRequest {
  folder: string;
  /** Tried in turn: names differ between releases. */
  packages: readonly string[][];
  /** Another suite than the machine's (`sid`): then everything down to the C library comes from there. */
  suite?: string;
  onProgress?: (line: string) => void;
}

/**
 * Downloads and unpacks packages with everything that they need and the machine lacks, once; answers the root folder.
 * Throws with apt's own last lines when that cannot be done.
 */
export async function unpackPackages(request: UnpackRequest): Promise<string> {
  const root = join(request.folder, 'root');
  if (existsSync(root)) return root;
  await mkdir(request.folder, { recursive: true });
  return withLock(join(request.folder, 'lock'), async () => {
    if (existsSync(root)) return root;
    request.onProgress?.(`unpacking ${request.packages[0]?.join(' ')} into ${request.folder} (once)`);
    const archives = await download(request);
    if (archives.length === 0) throw new Error(`apt-get downloaded nothing for ${request.packages[0]?.join(' ')}`);
    const unfinished = join(request.folder, 'root.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    for (const archive of archives) {
      const { code, output } = await runProgram(['dpkg-deb', '-x', archive, unfinished]);
      if (code !== 0) throw new Error(`dpkg-deb could not unpack ${archive}:\n${tail(output)}`);
    }
    await rename(unfinished, root);
    await rm(join(request.folder, 'apt'), { recursive: true, force: true });
    return root;
  });
}

async function download(request: UnpackRequest): Promise<string[]> {
  const apt = join(request.folder, 'apt');
  await mkdir(join(apt, 'lists/partial'), { recursive: true });
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true });
  const cache = [`Dir::Cache=${join(apt, 'cache')}`, 'Debug::NoLocking=true', 'APT::Sandbox::User=root'];
  const status = join(apt, 'status');
  await writeFile(status, request.suite === undefined ? await statusWithout(request.packages.flat()) : '');
  cache.push(`Dir::State::status=${status}`);
  const ownLists = [...cache, `Dir::State::Lists=${join(apt, 'lists')}`];
  if (request.suite !== undefined) ownLists.push(...(await suiteSources(apt, request.suite)));
  // The machine's lists first: no network for them. They may be missing (containers) or name files that are gone.
  let lastOutput = request.suite === undefined ? await fetchArchives(cache, request.packages) : undefined;
  if (lastOutput !== null) {
    const update = await runProgram(aptGet(ownLists, ['update', '-qq']));
    lastOutput = await fetchArchives(ownLists, request.packages);
    if (lastOutput !== null) throw new Error(`apt-get: ${tail(`${update.output}\n${lastOutput}`)}`);
  }
  const archives = join(apt, 'cache/archives');
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

/** Null when some set of packages could be fetched, otherwise what apt said about the last. */
async function fetchArchives(options: readonly string[], packages: readonly string[][]): Promise<string | null> {
  let said = '';
  for (const names of packages) {
    const args = ['install', '-y', '-qq', '--no-install-recommends', '--download-only', ...names];
    const { code, output } = await runProgram(aptGet(options, args));
    if (code === 0) return null;
    said = output;
  }
  return said;
}

function aptGet(options: readonly string[], args: readonly string[]): string[] {
  return ['apt-get', ...options.flatMap((option) => ['-o', option]), ...args];
}

/** What the machine has, without the packages themselves: only they and what they lack here are downloaded. */
async function statusWithout(packages: readonly string[]): Promise<string> {
  const status = await readFile('/var/lib/dpkg/status', 'utf8');
  const isWanted = (stanza: string) => packages.includes(/^Package: (\S+)/m.exec(stanza)?.[1] ?? '');
  return status
    .split('\n\n')
    .filter((stanza) => !isWanted(stanza))
    .join('\n\n');
}

/** The machine's own mirror under another suite. */
async function suiteSources(apt: string, suite: string): Promise<string[]> {
  const sources = join(apt, 'sources.list');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(sources, `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`);
  return [`Dir::Etc::SourceList=${sources}`, 'Dir::Etc::SourceParts=/dev/null'];
}

/** The Debian mirror that this machine uses, from its sources in the one-line or the deb822 form. */
async function debianMirror(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list'];
  if (existsSync(folder)) files.push(...(await readdir(folder)).map((name) => join(folder, name)));
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name) && existsSync(name))) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const uri = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+)/.exec(line)?.[1];
      if (uri !== undefined && /\/debian\/?$/.test(uri)) return uri;
    }
  }
  throw new Error('no Debian mirror is named in /etc/apt');
}
