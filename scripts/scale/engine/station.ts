import { newQueue } from './queue.ts';
import type { Simulation } from './simulation.ts';
import { newWaits, type WaitSummary } from './waits.ts';

/** Some servers and one queue before them. */
export interface Station {
  /** Waits for a server and keeps it until `release`. */
  readonly acquire: (run: () => void) => void;
  /** Takes a server if one is free. */
  readonly tryAcquire: () => boolean;
  readonly release: () => void;
  /** Waits for a server, keeps it for `serviceMs`, goes on. */
  readonly use: (serviceMs: number, then: () => void) => void;
  readonly busy: () => number;
  readonly waiting: () => number;
  readonly report: () => StationReport;
}

export interface StationReport {
  readonly servers: number;
  readonly served: number;
  /** Share of the servers' time that was used, up to now. */
  readonly utilisation: number;
  readonly mostBusy: number;
  readonly mostWaiting: number;
  readonly wait: WaitSummary;
}

export function newStation(simulation: Simulation, servers: number): Station {
  const queue = newQueue<{ run: () => void; sinceMs: number }>();
  const waits = newWaits();
  let [busy, mostBusy, mostWaiting, busyMs, changedMs] = [0, 0, 0, 0, 0];

  const setBusy = (next: number): void => {
    const now = simulation.nowMs();
    busyMs += busy * (now - changedMs);
    changedMs = now;
    busy = next;
    if (busy > mostBusy) mostBusy = busy;
  };
  const tryAcquire = (): boolean => {
    if (busy >= servers) return false;
    setBusy(busy + 1);
    waits.add(0);
    return true;
  };
  const acquire = (run: () => void): void => {
    if (tryAcquire()) {
      run();
      return;
    }
    queue.push({ run, sinceMs: simulation.nowMs() });
    if (queue.size() > mostWaiting) mostWaiting = queue.size();
  };
  const release = (): void => {
    const next = queue.shift();
    if (next === undefined) {
      setBusy(busy - 1);
      return;
    }
    waits.add(simulation.nowMs() - next.sinceMs);
    next.run();
  };
  const station: Station = {
    acquire,
    tryAcquire,
    release,
    use: (serviceMs, then) =>
      acquire(() =>
        simulation.after(serviceMs, () => {
          release();
          then();
        }),
      ),
    busy: () => busy,
    waiting: queue.size,
    report: () => {
      setBusy(busy);
      const wait = waits.summary();
      const utilisation = simulation.nowMs() === 0 ? 0 : busyMs / (servers * simulation.nowMs());
      return { servers, served: wait.count, utilisation, mostBusy, mostWaiting, wait };
    },
  };
  return station;
}
