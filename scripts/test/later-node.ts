import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../database/cache-folder.ts';
import { runProgram, tail } from '../database/run-program.ts';

/** The next Node that SCF may offer: its bundles are run under it before it does. */
export const LATER_NODE = '22.23.3';

/** It cannot be had here; the message says why. */
export class LaterNodeUnavailable extends Error {
  override readonly name = 'LaterNodeUnavailable';
}

const TIMEOUT_MS = 120_000;

/**
 * The binary, out of npm's own package of it, kept in the cache folder: 120 MB that nobody but this needs are no
 * dependency. @throws LaterNodeUnavailable
 */
export async function laterNode(): Promise<string> {
  const name = `node-${platform()}-${arch()}`;
  const folder = join(cacheFolder(), `${name}-${LATER_NODE}`);
  const binary = join(folder, 'package', 'bin', 'node');
  if (!existsSync(binary)) await fetchPackage(`${name}@${LATER_NODE}`, folder);
  const { code, stdout } = await runProgram([binary, '--version'], { timeoutMs: TIMEOUT_MS });
  if (code !== 0 || stdout.trim() !== `v${LATER_NODE}`) {
    await rm(folder, { recursive: true, force: true });
    throw new LaterNodeUnavailable(`${name}@${LATER_NODE} does not run here`);
  }
  return binary;
}

/** Whole or not at all: whoever comes at the same time finds either nothing or everything. */
async function fetchPackage(wanted: string, folder: string): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  try {
    await run(['npm', 'pack', wanted, '--silent', '--pack-destination', fresh]);
    const [archive = ''] = (await readdir(fresh)).filter((file) => file.endsWith('.tgz'));
    await run(['tar', '-xzf', join(fresh, archive), '-C', fresh, 'package/bin/node']);
    await rename(fresh, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function run(command: readonly string[]): Promise<void> {
  const { code, output } = await runProgram(command, { timeoutMs: TIMEOUT_MS });
  if (code !== 0) throw new LaterNodeUnavailable(`${command.slice(0, 3).join(' ')}: ${tail(output, 3)}`);
}
