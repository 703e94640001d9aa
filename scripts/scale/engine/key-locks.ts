import type { Simulation } from './simulation.ts';
import { newWaits, type WaitSummary } from './waits.ts';

/** Row locks: one holder a key, the others in the order in which they came. */
export interface KeyLocks {
  readonly acquire: (key: number, run: () => void) => void;
  readonly release: (key: number) => void;
  readonly report: () => { wait: WaitSummary; longestQueue: number };
}

export function newKeyLocks(simulation: Simulation): KeyLocks {
  const held = new Map<number, { run: () => void; sinceMs: number }[]>();
  const waits = newWaits();
  let longestQueue = 0;
  return {
    acquire: (key, run) => {
      const queue = held.get(key);
      if (queue === undefined) {
        held.set(key, []);
        waits.add(0);
        run();
        return;
      }
      queue.push({ run, sinceMs: simulation.nowMs() });
      longestQueue = Math.max(longestQueue, queue.length);
    },
    release: (key) => {
      const next = held.get(key)?.shift();
      if (next === undefined) {
        held.delete(key);
        return;
      }
      waits.add(simulation.nowMs() - next.sinceMs);
      next.run();
    },
    report: () => ({ wait: waits.summary(), longestQueue }),
  };
}
