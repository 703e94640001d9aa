/** A clock that jumps from one event to the next. Times are milliseconds; events of one moment run in the order in which they were planned. */
export interface Simulation {
  readonly nowMs: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
  /** Runs every event up to `untilMs`. @returns how many there were */
  readonly runUntil: (untilMs: number) => number;
}

/** A binary heap over three arrays: an object for each event would be most of a day's time. */
export function newSimulation(): Simulation {
  const times: number[] = [];
  const orders: number[] = [];
  const runs: (() => void)[] = [];
  let now = 0;
  let planned = 0;

  const isBefore = (timeA: number, orderA: number, at: number): boolean =>
    timeA < times[at]! || (timeA === times[at]! && orderA < orders[at]!);

  const put = (at: number, time: number, order: number, run: () => void): void => {
    times[at] = time;
    orders[at] = order;
    runs[at] = run;
  };

  const push = (time: number, run: () => void): void => {
    const order = planned++;
    let at = times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(time, order, parent)) break;
      put(at, times[parent]!, orders[parent]!, runs[parent]!);
      at = parent;
    }
    put(at, time, order, run);
  };

  const pop = (): (() => void) => {
    const first = runs[0]!;
    now = times[0]!;
    const [time, order, run] = [times.pop()!, orders.pop()!, runs.pop()!];
    const size = times.length;
    if (size === 0) return first;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(times[child + 1]!, orders[child + 1]!, child)) child++;
      if (isBefore(time, order, child)) break;
      put(at, times[child]!, orders[child]!, runs[child]!);
      at = child;
    }
    put(at, time, order, run);
    return first;
  };

  return {
    nowMs: () => now,
    after: (delayMs, run) => push(now + delayMs, run),
    runUntil: (untilMs) => {
      let events = 0;
      while (times.length > 0 && times[0]! <= untilMs) {
        pop()();
        events++;
      }
      now = untilMs;
      return events;
    },
  };
}
