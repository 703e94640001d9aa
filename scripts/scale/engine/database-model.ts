import type { Draw } from './draw.ts';
import { newGroupCommit } from './group-commit.ts';
import { newKeyLocks } from './key-locks.ts';
import type { Simulation } from './simulation.ts';
import { newStation, type Station } from './station.ts';

/** A primary: cores, row locks by merchant, one log that is flushed for everybody who waits. */
export interface DatabaseModel {
  readonly read: (cpuMs: number, then: () => void) => void;
  readonly transaction: (cpuMs: number, then: () => void) => void;
  /** With the merchant's account row locked, until the commit is durable (a binlog is synced under the locks). */
  readonly lockedTransaction: (merchant: number, cpuMs: number, then: () => void) => void;
  readonly cores: Station;
  readonly report: () => {
    cores: ReturnType<Station['report']>;
    log: ReturnType<ReturnType<typeof newGroupCommit>['report']>;
    rows: ReturnType<ReturnType<typeof newKeyLocks>['report']>;
  };
}

export interface DatabaseSize {
  readonly cores: number;
  readonly flushMs: number;
  readonly roundTripMs: number;
}

export function newDatabase(
  simulation: Simulation,
  draw: Draw,
  { cores, flushMs, roundTripMs }: DatabaseSize,
): DatabaseModel {
  const station = newStation(simulation, cores);
  const log = newGroupCommit(simulation, () => draw.service(flushMs));
  const locks = newKeyLocks(simulation);
  const half = roundTripMs / 2;
  const arrive = (run: () => void): void => simulation.after(half, run);
  const answer = (then: () => void): void => simulation.after(half, then);
  return {
    cores: station,
    read: (cpuMs, then) => arrive(() => station.use(draw.service(cpuMs), () => answer(then))),
    transaction: (cpuMs, then) => arrive(() => station.use(draw.service(cpuMs), () => log.commit(() => answer(then)))),
    lockedTransaction: (merchant, cpuMs, then) =>
      arrive(() =>
        locks.acquire(merchant, () =>
          station.use(draw.service(cpuMs), () =>
            log.commit(() => {
              locks.release(merchant);
              answer(then);
            }),
          ),
        ),
      ),
    report: () => ({ cores: station.report(), log: log.report(), rows: locks.report() }),
  };
}
