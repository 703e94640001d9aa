#!/usr/bin/env node
// Everything a fresh clone needs before TypeScript can run: the right Node, the packages of package-lock.json, then
// `scripts/<command>/main.ts`. Plain JavaScript without packages. Progress goes to standard error, so that a command's
// standard output stays its own. A database server is set up by the command that first asks for one (scripts/database/).
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './bootstrap/install-packages.mjs';
import { packagesMatchLock } from './bootstrap/packages-match-lock.mjs';
import { parseCommand, unsupportedReason } from './bootstrap/parse-command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} line @returns {never} */
function refuse(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

const unsupported = unsupportedReason(process.versions.node, process.platform);
if (unsupported !== undefined) refuse(unsupported);

const scripts = join(root, 'scripts');
const known = readdirSync(scripts).filter((name) => existsSync(join(scripts, name, 'main.ts')));
const command = parseCommand(process.argv.slice(2), known);
if ('refusal' in command) refuse(command.refusal);

if (!packagesMatchLock(root)) await installPackages(root).catch((error) => refuse(error.message));

const child = spawn(
  process.execPath,
  [
    ...['load-typescript', 'end-with-parent'].map(
      (name) => `--import=${new URL(`bootstrap/${name}.mjs`, import.meta.url)}`,
    ),
    command.script,
    ...command.args,
  ],
  {
    cwd: root,
    // npm tells where the user stood; without npm it is here. Paths in arguments are read from there.
    env: { ...process.env, INIT_CWD: process.env['INIT_CWD'] ?? process.cwd() },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    // A terminal's Ctrl-C reaches the child by itself; a second one would cut its own shutdown short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => refuse(`could not start Node: ${error.message}`));
child.on('close', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
