import { nextRun, parseCron } from '../../../infra/serverless/parse-cron.ts';
import type { Service } from '../../../infra/serverless/service.ts';
import type { AsyncOutcome } from './async-events.ts';
import type { Scf } from './scf.ts';
import type { Scheduler } from './scheduler.ts';

export interface Timers {
  readonly names: readonly string[];
  /** Fires it now, beside its schedule, and waits until it was handled. */
  readonly fireNow: (name: string) => Promise<AsyncOutcome>;
  readonly close: () => void;
}

/** Timer triggers on the local cloud's clock, by their crons in China's time. */
export function startTimers({ service, scf, scheduler }: { service: Service; scf: Scf; scheduler: Scheduler }): Timers {
  const timers = service.functions.flatMap((entry) => entry.timers.map((timer) => ({ ...timer, entry })));
  const stops = new Map<string, () => void>();

  const fire = (timer: (typeof timers)[number], atMs: number): Promise<AsyncOutcome> =>
    scf.invokeAsync(timer.entry.name, {
      Type: 'Timer',
      TriggerName: timer.name,
      Time: new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      Message: timer.message,
    }).done;

  const arm = (timer: (typeof timers)[number]): void => {
    const atMs = nextRun(parseCron(timer.cron), scheduler.nowMs());
    if (atMs === null) return;
    const run = async (): Promise<void> => {
      arm(timer);
      await fire(timer, atMs);
    };
    stops.set(timer.name, scheduler.at(atMs, run));
  };
  timers.forEach(arm);

  return {
    names: timers.map(({ name }) => name),
    fireNow: (name) => {
      const timer = timers.find((one) => one.name === name);
      if (!timer) throw new Error(`no timer is called ${name}`);
      return fire(timer, scheduler.nowMs());
    },
    close: () => {
      for (const stop of stops.values()) stop();
    },
  };
}
