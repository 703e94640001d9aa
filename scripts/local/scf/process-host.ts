import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromInstance } from './inside/instance-messages.ts';
import type { HostEvents, HostSettings, InstanceHost } from './instance-host.ts';
import { treeMemoryMb } from './tree-memory.ts';

const MEMORY_CHECK_MS = 200;

/**
 * An instance as a process group of its own, with a temporary folder of its own: what it starts is stopped, counted and
 * killed with it. Memory is checked five times a second while it runs (Linux).
 */
export function startProcessHost(programFile: string, settings: HostSettings, events: HostEvents): InstanceHost {
  const folder = mkdtempSync(join(tmpdir(), 'scf-'));
  const child = fork(programFile, [], {
    detached: true,
    execArgv: [],
    ...(settings.nodePath !== undefined && { execPath: settings.nodePath }),
    env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC', ...settings.environment, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const pid = child.pid as number; // undefined only where spawn failed, which 'error' reports below
  const guard = startGuard(pid, folder);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let ended = false;
  let outOfMemory = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    cleanUp();
    events.onEnd(outOfMemory ? 'outOfMemory' : 'exit');
  };
  const watchMemory = memoryWatch(pid, settings.memoryMb, () => {
    outOfMemory = true;
    signalGroup(pid, 'SIGKILL');
  });
  const cleanUp = (): void => {
    watchMemory.stop();
    signalGroup(pid, 'SIGKILL');
    guard.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  child.on('error', end);
  child.on('exit', end);
  child.on('message', (message) => events.onMessage(message as FromInstance));
  forwardOutput(child, events);
  return {
    pid,
    post: (message) => {
      child.ref();
      child.channel?.ref();
      signalGroup(pid, 'SIGCONT');
      watchMemory.start();
      if (child.connected) child.send(message, () => undefined);
    },
    freeze: () => {
      signalGroup(pid, 'SIGSTOP');
      watchMemory.stop();
      child.channel?.unref();
      child.unref();
    },
    kill: async () => {
      ended = true;
      cleanUp();
      if (child.exitCode === null && child.signalCode === null) await gone;
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/**
 * Outlives an owner that was killed: a stopped instance could not see that its channel has closed. Reads from a pipe
 * that only the owner holds; at its end, kills the group and removes its folder.
 */
function startGuard(pid: number, folder: string): ChildProcess {
  // Not `kill -9 -- -pid`: dash takes the dashes for a number.
  const script = 'read -r _; kill -9 "-$1" 2>/dev/null; rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  (guard.stdin as Socket | null)?.unref();
  guard.unref();
  return guard;
}

/** What is printed past the captured streams: native libraries, a crash, a child of the instance. */
function forwardOutput(child: ChildProcess, events: HostEvents): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const pipe = child[stream] as Socket | null;
    pipe?.setEncoding('utf8').on('data', (text: string) => events.onMessage({ kind: 'output', stream, text }));
    pipe?.unref();
  }
}

function memoryWatch(pid: number, limitMb: number, exceeded: () => void): { start: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      timer ??= setInterval(() => {
        if (treeMemoryMb(pid) > limitMb) exceeded();
      }, MEMORY_CHECK_MS);
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
