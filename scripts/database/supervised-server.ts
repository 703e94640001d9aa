import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseServer } from './database-server.ts';
import { tail } from './run-program.ts';

const supervisor = fileURLToPath(new URL('supervise.sh', import.meta.url));
const readyTimeoutMs = 60_000;
const readyPollMs = 8;
const termTimeoutMs = 30_000;

/** One running server process. It ends with this process, however this process ends. */
export interface SupervisedServer {
  pid: number;
  /** Resolves when the server's process has ended, by itself too. */
  ended: Promise<void>;
  /** Clean shutdown; after 30 s a kill. The run folder stays until `release`. */
  terminate(): Promise<void>;
  kill(): Promise<void>;
  /** Lets the supervisor go; it removes the run folder, or spares it for a restart. */
  release(folder: 'remove' | 'keep'): Promise<void>;
}

/** Starts a server over its run folder and answers once it takes connections on the socket. */
export async function startSupervised(
  server: DatabaseServer,
  runFolder: string,
  socketPath: string,
  serverOptions: readonly string[],
): Promise<SupervisedServer> {
  const child = spawn('/bin/sh', [supervisor, runFolder, ...server.command, ...serverOptions], {
    detached: true, // Ctrl-C on the owner's terminal must not reach the server before the owner's own shutdown
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...server.environment },
    cwd: '/',
  });
  let hasEnded = false;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { pid, ended } = readReports(child, () => {
    hasEnded = true;
  });
  const running: SupervisedServer = {
    pid: await pid,
    ended,
    terminate: () => holdOpen(endWith(child, 'TERM', ended)),
    kill: () => holdOpen(endWith(child, 'KILL', ended)),
    async release(folder) {
      if (folder === 'keep') child.stdin?.write('KEEP\n');
      child.stdin?.end();
      await holdOpen(closed);
    },
  };
  try {
    await waitUntilReady(socketPath, () => hasEnded);
  } catch (error) {
    const log = await readFile(join(runFolder, 'server.log'), 'utf8').catch(() => '');
    await running.release('remove');
    throw new Error(`${(error as Error).message}\n${tail(log)}`, { cause: error });
  }
  letOwnerEnd(child);
  return running;
}

function readReports(child: ChildProcess, onEnd: () => void): { pid: Promise<number>; ended: Promise<void> } {
  const lines = createInterface({ input: child.stdout! });
  child.stdin?.on('error', () => undefined); // the supervisor is gone: `close` tells
  const pid = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    lines.on('line', (line) => line.startsWith('pid ') && resolve(Number(line.slice(4))));
  });
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      onEnd();
      resolve();
    };
    child.once('close', end);
    lines.on('line', (line) => line.startsWith('exit ') && end());
  });
  return { pid, ended };
}

async function endWith(child: ChildProcess, signal: 'TERM' | 'KILL', ended: Promise<void>): Promise<void> {
  child.stdin?.write(`${signal}\n`);
  if (signal === 'KILL') return ended;
  const timeout = new AbortController();
  const late = sleep(termTimeoutMs, 'late', { signal: timeout.signal }).catch(() => 'ended');
  if ((await Promise.race([ended.then(() => 'ended'), late])) === 'late') await endWith(child, 'KILL', ended);
  timeout.abort();
}

/** A server is ready when it greets: the socket's file exists a little earlier. */
async function waitUntilReady(socketPath: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  while (!(await greets(socketPath))) {
    if (hasEnded()) throw new Error('the database server ended while it was starting:');
    if (performance.now() > deadline) throw new Error('the database server did not answer within 60 s:');
    await sleep(readyPollMs);
  }
}

function greets(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const answer = (ready: boolean) => () => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('data', answer(true)).once('error', answer(false)).once('close', answer(false));
  });
}

/** An owner that forgets to stop its database can still end; the supervisor sees the pipe close. */
function letOwnerEnd(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
}

/** Keeps this process up until the promise settles, though the supervisor's handles are let go. */
async function holdOpen<T>(promise: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}
