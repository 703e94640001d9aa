import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { packagesMatchLock } from './packages-match-lock.mjs';
import { withLock } from './with-lock.mjs';

/**
 * `npm ci`, once for any number of processes that ask at the same time.
 *
 * @param {string} root
 */
export async function installPackages(root) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const waiting = () => process.stderr.write('waiting for another installation of the packages\n');
  await withLock(
    join(cache, 'npm-ci.lock'),
    async () => {
      if (packagesMatchLock(root)) return;
      process.stderr.write('installing the packages of package-lock.json\n');
      const startedAt = performance.now();
      const code = await npmCi(root, cache);
      if (code !== 0) throw new Error(`npm ci failed (exit code ${code}); its messages are above.`);
      process.stderr.write(`installed in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
    },
    waiting,
  );
}

/**
 * @param {string} root
 * @param {string} cache
 * @returns {Promise<number>}
 */
function npmCi(root, cache) {
  // The npm that started us, where it did: a PATH may hold another one.
  const npm = process.env['npm_execpath'];
  const [program, ...leading] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-update-notifier',
    ...(homeIsWritable() ? [] : [`--cache=${cache}/npm`]),
  ];
  return new Promise((resolve, reject) => {
    // Both streams go to standard error: standard output belongs to the command that runs afterwards.
    const child = spawn(program, [...leading, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** npm keeps its cache at home; accounts of services have none. */
function homeIsWritable() {
  if (process.env['npm_config_cache'] !== undefined) return true;
  try {
    accessSync(homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
