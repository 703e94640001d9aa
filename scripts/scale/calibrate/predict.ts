import { newDraw } from '../engine/draw.ts';
import { newGroupCommit } from '../engine/group-commit.ts';
import { newSimulation } from '../engine/simulation.ts';
import { newStation } from '../engine/station.ts';
import { newWaits } from '../engine/waits.ts';
import type { MeasuredCosts, OperationCost } from './measure-costs.ts';
import type { LoadResult } from './open-loop.ts';

export interface Machine {
  readonly cores: number;
  /** Cores that other programs took meanwhile. */
  readonly othersBusy: number;
}

/**
 * What the day's engine says about this machine: one thread for our side, all cores shared by both sides, one log. It knows the
 * measured cost of each operation, the disk's flush and what others took of the machine, nothing of the run itself.
 */
export function predictLoad(
  costs: MeasuredCosts,
  machine: Machine,
  lanes: number,
  arrivals: readonly number[],
  seed: number,
): LoadResult {
  const simulation = newSimulation();
  const draw = newDraw(seed);
  const [create, whole] = [newWaits(), newWaits()];
  const lane = newStation(simulation, lanes);
  const thread = newStation(simulation, 1);
  const cores = newStation(simulation, machine.cores);
  const log = newGroupCommit(simulation, () => draw.service(costs.flushMs));
  // Others' share slows everybody down alike.
  const slower = machine.cores / Math.max(0.2, machine.cores - machine.othersBusy);
  let endMs = 0;

  const work = (cpuMs: number, then: () => void): void => cores.use(draw.service(cpuMs * slower), then);
  const ownWork = (cpuMs: number, then: () => void): void =>
    thread.acquire(() =>
      work(cpuMs, () => {
        thread.release();
        then();
      }),
    );
  const operation = (cost: OperationCost, then: () => void): void => {
    const call = (left: number): void => {
      if (left === 0) {
        then();
        return;
      }
      const next = (): void => call(left - 1);
      ownWork(cost.clientMs / cost.calls, () =>
        work(cost.databaseMs / cost.calls, () => (left <= cost.commits ? log.commit(next) : next())),
      );
    };
    call(cost.calls);
  };
  for (const atMs of arrivals) {
    simulation.after(atMs, () =>
      lane.acquire(() =>
        operation(costs.create, () => {
          create.add(simulation.nowMs() - atMs);
          operation(costs.accept, () =>
            operation(costs.finish, () => {
              endMs = simulation.nowMs();
              whole.add(endMs - atMs);
              lane.release();
            }),
          );
        }),
      ),
    );
  }
  simulation.runUntil(Number.MAX_SAFE_INTEGER);
  const lastMs = Math.max(arrivals.at(-1) ?? 0, 1);
  return {
    offeredPerSecond: (arrivals.length * 1000) / lastMs,
    perSecond: (arrivals.length * 1000) / Math.max(endMs, 1),
    create: create.summary(),
    cycle: whole.summary(),
  };
}
