/** The program of every instance, thread or process; bundled to one CommonJS text by make-instance-program.ts. */
import { isMainThread, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { InstanceLink, ToInstance } from './instance-messages.ts';
import { runInside } from './run-inside.ts';

if (isMainThread) {
  // The owner is gone, however it ended: so is its instance.
  process.on('disconnect', () => process.exit(0));
  runInside({
    send: (message, sent) => void process.send?.(message, () => sent?.()),
    onMessage: (listener) => void process.on('message', listener as (message: unknown) => void),
    freeze: () => undefined,
  });
} else if (parentPort) {
  runInside(threadLink(parentPort, new Int32Array(workerData as SharedArrayBuffer)));
}

/**
 * The runtime adds 1 to the shared counter with each message. A frozen thread waits for that, so that nothing of it
 * runs: neither timers nor sockets.
 */
function threadLink(port: NonNullable<typeof parentPort>, messagesSent: Int32Array): InstanceLink {
  let messagesRead = 0;
  let listener: (message: ToInstance) => void = () => undefined;
  const read = (message: ToInstance): void => {
    messagesRead += 1;
    listener(message);
  };
  port.on('message', read);
  return {
    send: (message, sent) => {
      port.postMessage(message);
      sent?.();
    },
    onMessage: (given) => {
      listener = given;
    },
    freeze: () => {
      for (;;) {
        Atomics.wait(messagesSent, 0, messagesRead);
        // Read here and now: through the event loop it would come some 50 µs later, after what the last event left.
        const next = receiveMessageOnPort(port);
        if (next === undefined) continue;
        read(next.message);
        if (next.message.kind !== 'clock') return;
      }
    },
  };
}
