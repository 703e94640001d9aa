import type { Simulation } from './simulation.ts';
import { newWaits, type WaitSummary } from './waits.ts';

/** The log: one flush at a time, which takes along everybody who has come by then. */
export interface GroupCommit {
  readonly commit: (then: () => void) => void;
  readonly report: () => { flushes: number; commits: number; utilisation: number; wait: WaitSummary };
}

export function newGroupCommit(simulation: Simulation, flushMs: () => number): GroupCommit {
  const waits = newWaits();
  let waiting: { then: () => void; sinceMs: number }[] = [];
  let isFlushing = false;
  let [flushes, busyMs] = [0, 0];

  const flush = (): void => {
    if (isFlushing || waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    isFlushing = true;
    const takesMs = flushMs();
    flushes++;
    busyMs += takesMs;
    simulation.after(takesMs, () => {
      isFlushing = false;
      for (const { then, sinceMs } of group) {
        waits.add(simulation.nowMs() - sinceMs);
        then();
      }
      flush();
    });
  };

  return {
    commit: (then) => {
      waiting.push({ then, sinceMs: simulation.nowMs() });
      flush();
    },
    report: () => {
      const wait = waits.summary();
      return { flushes, commits: wait.count, utilisation: busyMs / Math.max(1, simulation.nowMs()), wait };
    },
  };
}
