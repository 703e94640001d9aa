import { Worker } from 'node:worker_threads';
import type { FromInstance } from './inside/instance-messages.ts';
import type { HostEvents, HostSettings, InstanceHost } from './instance-host.ts';

/**
 * An instance in a thread of this process: 15 ms to start, a heap and an environment of its own. Its heap is limited as
 * its function's memory is; native memory is not, and a crash of native code would take the owner along, so image work
 * runs in process-host.ts.
 */
export function startThreadHost(program: string, settings: HostSettings, events: HostEvents): InstanceHost {
  const messagesSent = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, {
    eval: true,
    env: { ...settings.environment },
    execArgv: [],
    argv: [],
    workerData: messagesSent.buffer,
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb, maxYoungGenerationSizeMb: 16 },
  });
  let ended = false;
  let outOfMemory = false;
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', (message: FromInstance) => events.onMessage(message));
  worker.on('error', (error: NodeJS.ErrnoException) => {
    outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  });
  worker.on('exit', () => {
    if (!ended) events.onEnd(outOfMemory ? 'outOfMemory' : 'exit');
    ended = true;
  });
  return {
    pid: null,
    post: (message) => {
      worker.ref();
      worker.postMessage(message);
      Atomics.add(messagesSent, 0, 1);
      Atomics.notify(messagesSent, 0);
    },
    // It froze itself; an idle instance does not keep its owner alive.
    freeze: () => worker.unref(),
    kill: async () => {
      ended = true;
      await worker.terminate();
      await gone;
    },
  };
}
