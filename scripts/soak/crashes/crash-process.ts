import { Socket } from 'node:net';
import { loadInstance, type Main } from '../instances/load-instance.ts';
import type { CrashAnswer, CrashOrder, Reached } from './crash-messages.ts';

// One instance of one function, `crash-process.js <bundle>`: waits with the bundle loaded, makes the one call that it is
// sent, and kills itself by signal 9 where the order says so: nothing after that runs, no handler, no flush.

let order: CrashOrder | undefined;
let effects = 0;
let writes = 0;
const reached: Reached[] = [];
const times = new Map<string, number>();
const environment: Record<string, string> = {};

const crash = (point: string, value?: unknown): unknown => {
  const nth = (times.get(point) ?? 0) + 1;
  times.set(point, nth);
  reached.push({ point, nth, effects, writes });
  const { at } = order ?? {};
  if (at && at.point === point && at.nth === nth) process.kill(process.pid, 'SIGKILL');
  return value;
};

type Write = (this: Socket, ...given: unknown[]) => boolean;
const write = Reflect.get(Socket.prototype, 'write') as Write; // one of its overloads, handed on as it was called
Reflect.set(Socket.prototype, 'write', function countedWrite(this: Socket, ...given: unknown[]): boolean {
  effects += 1;
  if (mayWrite(given[0])) writes += 1;
  return Reflect.apply(write, this, given);
});

/** MySQL's packets have four bytes of header and one of the command: a query, or the preparing of one. */
const STATEMENT = /^[\s\S]{5}\s*(?:CALL|INSERT|UPDATE|DELETE|REPLACE)\b/i;
const REQUEST = /^(?:PUT|POST|DELETE) /;
/** By POST, and only read. */
const READS = /^x-tc-action: *(?:GetSecretValue|Describe)/im;

/** What is sent to the database, to COS, to a channel or an engine, and is more than a question. */
function mayWrite(chunk: unknown): boolean {
  const text = typeof chunk === 'string' ? chunk : Buffer.isBuffer(chunk) ? chunk.toString('latin1', 0, 4096) : '';
  return STATEMENT.test(text) || (REQUEST.test(text) && !READS.test(text));
}

const main: Main = loadInstance(process.argv[2] ?? '', {
  clock: () => order?.nowMs ?? 0,
  environment,
  write: () => undefined,
  crash,
});

process.on('disconnect', () => process.exit());
process.once('message', (message) => {
  order = message as CrashOrder; // from crash-child.ts alone
  Object.assign(environment, order.environment);
  void answer(order.event).then((said) => process.send?.(said));
});
process.send?.('ready');

async function answer(event: object): Promise<CrashAnswer> {
  try {
    return { value: await main(event, { request_id: 'req-crash' }), reached };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { threw: { name, message }, reached };
  }
}
