import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ConnectionOptions } from 'mysql2/promise';

const program = `
  const { workerData: { shared, options, mysql2 }, parentPort } = require('node:worker_threads');
  (async () => {
    const connection = await require(mysql2).createConnection(options);
    await connection.query('SET SESSION innodb_lock_wait_timeout = 2');
    parentPort.once('message', async (statement) => {
      const outcome = await connection.query(statement).then(() => 1, () => 2);
      Atomics.store(shared, 0, outcome);
      Atomics.notify(shared, 0);
      connection.destroy();
    });
    parentPort.postMessage('ready');
  })();
`;
const PATIENCE_MS = 5000;

/** A database connection in a thread of its own, which goes on while this one stands still. It waits 2 s for a lock. */
export class OtherInstance {
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4));

  constructor(options: ConnectionOptions) {
    const mysql2 = createRequire(import.meta.url).resolve('mysql2/promise');
    this.#worker = new Worker(program, { eval: true, workerData: { shared: this.#shared, options, mysql2 } });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.once('message', resolve).once('error', reject);
    });
  }

  runWhileFrozen(statement: string): 'done' | 'failed' | 'no answer' {
    this.#worker.postMessage(statement);
    Atomics.wait(this.#shared, 0, 0, PATIENCE_MS);
    return (['no answer', 'done', 'failed'] as const)[Atomics.load(this.#shared, 0)] ?? 'failed';
  }
}
