import type { FromInstance, InstanceInit, UserError } from './inside/instance-messages.ts';
import type { EndReason, HostEvents, InstanceHost } from './instance-host.ts';
import { type ScfError, scfError } from './scf-error.ts';

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface InstanceRun {
  readonly requestId: string;
  readonly eventText: string;
  readonly clockOffsetMs: number;
  readonly timeoutSeconds: number;
  readonly onOutput: (chunk: OutputChunk) => void;
}

export type InstanceOutcome =
  | { readonly ok: true; readonly text: string; readonly memoryMb: number }
  | { readonly ok: false; readonly error: ScfError };

/** One warm copy of a function: one event at a time, frozen in between, gone after a crash, a timeout or `end`. */
export interface Instance {
  readonly id: number;
  readonly pid: number | null;
  readonly isAlive: () => boolean;
  /** Loads the function. Resolves to the error when that fails: the instance is gone then. */
  readonly start: (
    init: InstanceInit,
    timeoutSeconds: number,
    onOutput: InstanceRun['onOutput'],
  ) => Promise<ScfError | null>;
  readonly run: (run: InstanceRun) => Promise<InstanceOutcome>;
  readonly moveClock: (offsetMs: number) => void;
  readonly end: () => Promise<void>;
}

export interface InstanceSettings {
  readonly id: number;
  readonly memoryMb: number;
  readonly startHost: (events: HostEvents) => InstanceHost;
}

export function createInstance({ id, memoryMb, startHost }: InstanceSettings): Instance {
  let alive = true;
  let waiting: ((outcome: InstanceOutcome) => void) | null = null;
  // What a crash prints comes after its outcome: it still belongs to the last event.
  let onOutput: InstanceRun['onOutput'] = () => undefined;
  const settle = (outcome: InstanceOutcome): void => {
    const current = waiting;
    waiting = null;
    current?.(outcome);
  };
  const fail = (error: ScfError): void => settle({ ok: false, error });
  const host = startHost({
    onMessage: (message) => receive(message),
    onEnd: (reason) => {
      alive = false;
      fail(endError(reason, memoryMb));
    },
  });
  const end = async (): Promise<void> => {
    alive = false;
    await host.kill();
  };
  const receive = (message: FromInstance): void => {
    if (message.kind === 'output') {
      onOutput(message);
      return;
    }
    if (message.kind === 'crashed') {
      alive = false;
      fail(userError(message.error));
      void host.kill();
      return;
    }
    host.freeze();
    if (message.kind === 'reply') settle(replyOutcome(message, memoryMb));
    else if (message.kind === 'ready') settle({ ok: true, text: message.codeCache, memoryMb: 0 });
    else fail(userError(message.error));
  };
  /** Whatever happens, the outcome comes: in time, or with the instance's end. */
  const wait = (seconds: number, listener: InstanceRun['onOutput'], send: () => void): Promise<InstanceOutcome> =>
    new Promise((resolve) => {
      onOutput = listener;
      const timer = setTimeout(() => {
        fail(scfError('timeout', `Invoking task timed out after ${seconds} seconds`));
        void end();
      }, seconds * 1000);
      waiting = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      send();
    });

  return {
    id,
    pid: host.pid,
    isAlive: () => alive,
    start: async (init, timeoutSeconds, listener) => {
      const outcome = await wait(timeoutSeconds, listener, () => host.post(init));
      if (outcome.ok) return null;
      await end();
      return outcome.error;
    },
    run: async ({ requestId, eventText, clockOffsetMs, timeoutSeconds, onOutput: listener }) => {
      const outcome = await wait(timeoutSeconds, listener, () =>
        host.post({ kind: 'event', requestId, eventText, clockOffsetMs }),
      );
      if (!outcome.ok && outcome.error.kind === 'memory' && alive) await end();
      return outcome;
    },
    moveClock: (clockOffsetMs) => {
      if (alive && waiting) host.post({ kind: 'clock', clockOffsetMs });
    },
    end,
  };
}

const userError = ({ stack }: UserError): ScfError => scfError('userCode', 'user code exception caught', stack);

function endError(reason: EndReason, memoryMb: number): ScfError {
  if (reason === 'outOfMemory') return memoryError(memoryMb);
  return scfError('processExit', 'Process exited before completing request');
}

const memoryError = (memoryMb: number): ScfError => scfError('memory', `Memory limit of ${memoryMb} MB reached`);

function replyOutcome(reply: { text: string; memoryMb: number }, limitMb: number): InstanceOutcome {
  if (reply.memoryMb > limitMb) return { ok: false, error: memoryError(limitMb) };
  return { ok: true, text: reply.text, memoryMb: Math.round(reply.memoryMb * 10) / 10 };
}
