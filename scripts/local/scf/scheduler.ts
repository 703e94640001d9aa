import type { ShiftedClock } from '../shifted-clock.ts';

/** Work to be done at a time of the local cloud's clock. */
export interface Scheduler {
  readonly nowMs: () => number;
  /** Runs once the clock has reached `timeMs`; answers how to call it off. */
  readonly at: (timeMs: number, run: () => unknown) => () => void;
  /** Moves the clock on, stopping at each job on the way and waiting for its end. */
  readonly advance: (byMs: number) => Promise<void>;
  readonly close: () => void;
}

interface Job {
  readonly timeMs: number;
  readonly run: () => unknown;
}

/** `setTimeout` takes 31 bits. */
const MAX_WAIT_MS = 2 ** 31 - 1;

export function createScheduler(clock: ShiftedClock): Scheduler {
  const jobs = new Set<Job>();
  let timer: NodeJS.Timeout | undefined;
  let advancing = false;
  let closed = false;

  const earliest = (): Job | undefined => {
    let first: Job | undefined;
    for (const job of jobs) if (first === undefined || job.timeMs < first.timeMs) first = job;
    return first;
  };
  const arm = (): void => {
    clearTimeout(timer);
    const next = earliest();
    if (next === undefined || advancing || closed) return;
    const waitMs = Math.min(Math.max(0, next.timeMs - clock.now()), MAX_WAIT_MS);
    timer = setTimeout(runDue, waitMs);
    timer.unref();
  };
  const runDue = (): void => {
    for (let job = earliest(); job && job.timeMs <= clock.now(); job = earliest()) {
      jobs.delete(job);
      void job.run();
    }
    arm();
  };
  clock.onShift(arm);

  return {
    nowMs: clock.now,
    at: (timeMs, run) => {
      const job = { timeMs, run };
      jobs.add(job);
      arm();
      return () => {
        jobs.delete(job);
        arm();
      };
    },
    advance: async (byMs) => {
      const untilMs = clock.now() + byMs;
      advancing = true;
      try {
        for (let job = earliest(); job && job.timeMs <= untilMs; job = earliest()) {
          jobs.delete(job);
          if (job.timeMs > clock.now()) clock.shift(job.timeMs - clock.now());
          await job.run();
        }
        if (untilMs > clock.now()) clock.shift(untilMs - clock.now());
      } finally {
        advancing = false;
        arm();
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      jobs.clear();
    },
  };
}
