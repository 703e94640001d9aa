import type { Simulation } from './simulation.ts';
import { newStation, type StationReport } from './station.ts';

export interface InstancesReport extends StationReport {
  readonly coldStarts: number;
  /** Calls that found every instance busy: 432 of the platform. */
  readonly refused: number;
}

/** A function's instances, one event at a time each, up to its reserved concurrency; the one used last comes first. */
export interface Instances {
  /** False: all are busy. `run` is told what the start cost. */
  readonly invoke: (run: (done: () => void) => void) => boolean;
  readonly hasFree: () => boolean;
  readonly report: () => InstancesReport;
}

export function newInstances(
  simulation: Simulation,
  { most, coldMs, keptMs }: { most: number; coldMs: number; keptMs: number },
): Instances {
  const station = newStation(simulation, most);
  /** Since when each idle instance is idle; the last is the youngest. */
  let idle: number[] = [];
  let [coldStarts, refused] = [0, 0];
  return {
    invoke: (run) => {
      if (!station.tryAcquire()) {
        refused++;
        return false;
      }
      const since = idle.pop();
      const isWarm = since !== undefined && simulation.nowMs() - since < keptMs;
      if (!isWarm) {
        idle = [];
        coldStarts++;
      }
      const start = (): void =>
        run(() => {
          idle.push(simulation.nowMs());
          station.release();
        });
      if (isWarm) start();
      else simulation.after(coldMs, start);
      return true;
    },
    hasFree: () => station.busy() < most,
    report: () => ({ ...station.report(), coldStarts, refused }),
  };
}
