import { type ChildProcess, fork } from 'node:child_process';

export interface Forked {
  readonly pid: number;
  readonly send: (message: unknown) => void;
  /** @throws when the process ends instead */
  readonly nextMessage: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

const LOADER = new URL('../bootstrap/load-typescript.mjs', import.meta.url).href;
const WITH_PARENT = new URL('../bootstrap/end-with-parent.mjs', import.meta.url).href;

/** A process of its own that runs a TypeScript file. Its standard output goes nowhere, as a log would go elsewhere. */
export const forkTypeScript = (file: string, env: Record<string, string> = {}, args: readonly string[] = []): Forked =>
  start(file, env, ['--import', LOADER, '--import', WITH_PARENT], args);

/** The same for plain JavaScript, without any loader; it ends itself when this process is gone. */
export const forkJavaScript = (file: string, env: Record<string, string> = {}): Forked => start(file, env, []);

function start(file: string, env: Record<string, string>, execArgv: string[], args: readonly string[] = []): Forked {
  return forked(
    fork(file, args, { execArgv, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
}

function forked(child: ChildProcess): Forked {
  const received: unknown[] = [];
  const waiting: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | null = null;
  child.on('message', (message) => {
    const next = waiting.shift();
    if (next) next.resolve(message);
    else received.push(message);
  });
  const end = (error: Error): void => {
    ended = error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.on('error', end);
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      end(new Error(`${child.spawnargs.at(-1)} ended early (${signal ?? code})`));
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    send: (message) => void child.send(message as object),
    nextMessage: () => {
      if (received.length > 0) return Promise.resolve(received.shift());
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await gone;
    },
  };
}
