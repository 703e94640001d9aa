import { type ChildProcess, fork } from 'node:child_process';
import type { CrashAnswer, CrashOrder } from './crash-messages.ts';

/** Processes with a function loaded, each good for one call: the next ones start while this one is judged. */
export interface CrashChildren {
  /** @returns what it answered, or the signal that it died of */
  readonly call: (order: CrashOrder) => Promise<CrashAnswer | { readonly signal: string }>;
  readonly close: () => void;
}

const WAITING = 2;

/** `program` is the bundle of crash-process.ts. */
export function startCrashChildren(program: string, bundle: string): CrashChildren {
  const waiting: { child: ChildProcess; ready: Promise<void> }[] = [];
  const start = () => {
    const child = fork(program, [bundle], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ready = new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error(`${bundle} does not load`)));
    });
    ready.catch(() => undefined);
    waiting.push({ child, ready });
  };
  while (waiting.length < WAITING) start();
  return {
    call: async (order) => {
      const taken = waiting.shift();
      start();
      if (!taken) throw new Error('no process waits');
      await taken.ready;
      return sendTo(taken.child, order);
    },
    close: () => {
      for (const { child } of waiting) child.kill('SIGKILL');
    },
  };
}

function sendTo(child: ChildProcess, order: CrashOrder): Promise<CrashAnswer | { signal: string }> {
  return new Promise((resolve) => {
    child.once('message', (answer) => {
      child.kill('SIGKILL');
      resolve(answer as CrashAnswer); // from crash-process.ts alone
    });
    child.once('exit', (code, signal) => resolve({ signal: signal ?? `exit ${code}` }));
    child.send(order);
  });
}
