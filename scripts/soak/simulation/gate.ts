import type { Fault, Progress } from './step.ts';

/** A call to the outside that waits for its turn. */
interface WaitingCall {
  readonly label: string;
  readonly perform: () => Promise<unknown>;
  readonly unavailable: (sent: boolean) => Error;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** One operation of the product under way: real TypeScript, stopped before each call to the outside. */
export interface Operation {
  readonly name: string;
  readonly startedAtMs: number;
  readonly waiting: WaitingCall[];
  /** A fault has befallen it, so that it may end in an error. */
  faulted: boolean;
  dead: boolean;
  ended: { readonly value: unknown } | { readonly error: unknown } | undefined;
}

/** A call that can be lost: `unavailable` makes the error that its caller then sees. */
export type Call = <T>(label: string, perform: () => Promise<T>, unavailable: (sent: boolean) => Error) => Promise<T>;

export function startOperation(
  name: string,
  startedAtMs: number,
  run: (call: Call, operation: Operation) => Promise<unknown>,
): Operation {
  const operation: Operation = { name, startedAtMs, waiting: [], faulted: false, dead: false, ended: undefined };
  const call: Call = (label, perform, unavailable) =>
    new Promise((resolve, reject) => {
      operation.waiting.push({ label, perform, unavailable, resolve, reject });
    });
  run(call, operation).then(
    (value) => {
      operation.ended = { value };
    },
    (error: unknown) => {
      operation.ended = { error };
    },
  );
  return operation;
}

/** Every promise that can settle has settled: nothing is under way outside, so one turn of the event loop is enough. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the operation's oldest waiting call happen, or something happen to it. One call at a time in the whole world. */
async function letOneCall(operation: Operation, fault: Fault, note: (line: string) => void): Promise<void> {
  const call = operation.waiting.shift();
  if (!call) return;
  if (fault !== 'none') operation.faulted = true;
  note(`  ${operation.name}: ${call.label}${fault === 'none' ? '' : ` [${fault}]`}`);
  if (fault === 'killedBefore' || fault === 'lostBefore') {
    if (fault === 'lostBefore') call.reject(call.unavailable(false));
  } else {
    try {
      const value = await call.perform();
      if (fault === 'none') call.resolve(value as never);
      if (fault === 'lostAfter') call.reject(call.unavailable(true));
    } catch (error) {
      call.reject(error as Error);
    }
  }
  if (fault === 'killedBefore' || fault === 'killedAfter') {
    operation.dead = true;
    operation.waiting.length = 0;
  }
  await quiet();
}

/** Lets an operation go on as far as `progress` says. */
export async function goOn(operation: Operation, progress: Progress, note: (line: string) => void): Promise<void> {
  await quiet();
  for (let calls = 0; calls < progress.calls; calls++) {
    if (operation.waiting.length === 0) return;
    await letOneCall(operation, 'none', note);
  }
  if (progress.fault !== 'none') await letOneCall(operation, progress.fault, note);
}
