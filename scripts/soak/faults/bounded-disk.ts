import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { PrivateDatabase } from '../../database/private-database.ts';
import { runProgram, tail } from '../../database/run-program.ts';

/** A database's data folder on a disk of its own that can be filled. */
export interface BoundedDisk {
  /** Takes every byte that is left. */
  readonly fill: () => void;
  readonly giveBack: () => void;
  /** What the load has left of it, 0 to 1: a disk that is full by itself is a fault that nobody planted. */
  readonly free: () => number;
  /** The server must have ended. */
  readonly unmount: () => Promise<void>;
}

/** The schema takes 100 MB of it, a load of several minutes as much again. */
const SIZE = '320m';
const MIB = 1024 * 1024;
const PAGE = 4096;

/** Mounts, and unmounts when its input closes for whatever reason, so that no mount outlives its owner. */
const KEEPER = `mount -t tmpfs -o size=${SIZE},mode=700 tmpfs "$1" || exit 1
echo mounted
read -r _
umount -l "$1"
rmdir "$1" "$2" 2>/dev/null`;

/** Why a disk cannot be bounded here; null: it can. */
export function whyNoBoundedDisk(): string | null {
  if (process.platform !== 'linux') return 'a bounded disk is made with tmpfs, which only Linux has';
  return process.getuid?.() === 0 ? null : 'mounting a bounded disk needs root';
}

/** Moves the data of a database onto a tmpfs of 320 MB. @throws where this machine lets nobody mount */
export async function boundDisk(database: PrivateDatabase): Promise<BoundedDisk> {
  const { dataFolder, runFolder } = database;
  const aside = join(runFolder, 'aside');
  const ballast = join(dataFolder, 'ballast');
  await database.kill9();
  await rename(dataFolder, aside);
  await mkdir(dataFolder, { mode: 0o700 });
  const keeper = await mountAt(dataFolder, runFolder);
  const { code, output } = await runProgram(['cp', '-a', '--sparse=never', `${aside}/.`, dataFolder]);
  if (code !== 0) throw new Error(`could not copy the data onto the bounded disk:\n${tail(output)}`);
  await rm(aside, { recursive: true });
  await database.restart();
  return {
    fill: () => writeUntilFull(ballast),
    giveBack: () => rmSync(ballast, { force: true }),
    free: () => {
      const { bavail, blocks } = statfsSync(dataFolder);
      return bavail / blocks;
    },
    unmount: async () => {
      keeper.ref();
      keeper.stdin.end();
      if (keeper.exitCode === null) await once(keeper, 'exit');
      await mkdir(dataFolder, { recursive: true }); // the run folder's own removal expects it
    },
  };
}

async function mountAt(folder: string, runFolder: string): Promise<ChildProcessByStdio<Writable, Readable, Readable>> {
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', folder, runFolder], { stdio: ['pipe', 'pipe', 'pipe'] });
  keeper.unref();
  let said = '';
  keeper.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [word] = (await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')])) as unknown[];
  if (!String(word).startsWith('mounted')) throw new Error(`mount: ${said.trim()}`);
  return keeper;
}

function writeUntilFull(file: string): void {
  const ballast = openSync(file, 'w');
  try {
    for (const bytes of [MIB, PAGE]) appendUntilFull(ballast, Buffer.alloc(bytes));
  } finally {
    closeSync(ballast);
  }
}

function appendUntilFull(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
