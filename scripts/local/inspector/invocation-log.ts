import type { InvocationRecord } from '../scf/scf.ts';

export type LoggedInvocation = InvocationRecord & {
  /** 1, 2, 3, … in the order in which they ended. */
  readonly number: number;
};

export interface InvocationLog {
  readonly add: (record: InvocationRecord) => void;
  /** Newest first. */
  readonly list: () => readonly LoggedInvocation[];
  readonly find: (number: number) => LoggedInvocation | undefined;
  readonly onAdded: (listener: (invocation: LoggedInvocation) => void) => () => void;
}

const KEPT = 500;

/** The last invocations of every kind, with what they were given, answered and printed. */
export function createInvocationLog(): InvocationLog {
  const kept: LoggedInvocation[] = [];
  const listeners = new Set<(invocation: LoggedInvocation) => void>();
  let count = 0;
  return {
    add: (record) => {
      count += 1;
      const logged = { ...record, number: count };
      kept.unshift(logged);
      kept.length = Math.min(kept.length, KEPT);
      for (const listener of listeners) listener(logged);
    },
    list: () => kept,
    find: (number) => kept.find((one) => one.number === number),
    onAdded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
