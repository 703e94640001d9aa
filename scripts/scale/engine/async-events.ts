import type { Instances } from './instances.ts';
import { newQueue } from './queue.ts';
import type { Simulation } from './simulation.ts';

/** What the platform holds of a function's events: what finds all instances busy comes again after a minute, and again. */
export interface AsyncEvents {
  readonly deliver: (run: Run) => void;
  readonly report: () => { mostHeld: number; dropped: number };
}

type Run = (done: () => void) => void;

const STEP_MS = 100;

export function newAsyncEvents(
  simulation: Simulation,
  instances: Instances,
  { retryMs, mostHeld }: { retryMs: number; mostHeld: number },
): AsyncEvents {
  // A ring of steps: an event that nobody takes stays in its step until the next round, without being touched.
  const ring = Array.from({ length: Math.ceil(retryMs / STEP_MS) }, () => newQueue<Run>());
  let [held, most, dropped, isTicking] = [0, 0, 0, false];
  const stepOf = (atMs: number): number => Math.floor(atMs / STEP_MS) % ring.length;

  const tick = (): void => {
    const step = ring[stepOf(simulation.nowMs())]!;
    for (let left = step.size(); left > 0 && instances.hasFree(); left--) {
      const run = step.shift();
      if (run === undefined) break;
      held--;
      instances.invoke(run);
    }
    isTicking = held > 0;
    if (isTicking) simulation.after(STEP_MS, tick);
  };

  return {
    deliver: (run) => {
      if (instances.invoke(run)) return;
      if (held >= mostHeld) {
        dropped++;
        return;
      }
      held++;
      most = Math.max(most, held);
      ring[stepOf(simulation.nowMs())]!.push(run);
      if (isTicking) return;
      isTicking = true;
      simulation.after(STEP_MS - (simulation.nowMs() % STEP_MS) + STEP_MS / 2, tick);
    },
    report: () => ({ mostHeld: most, dropped }),
  };
}
