import { type Clock, systemClock } from '../../shared/clock.ts';

/** The local cloud's time: the machine's, moved. Everything of the cloud and every instance goes by it. */
export interface ShiftedClock {
  readonly now: Clock;
  readonly offsetMs: () => number;
  readonly shift: (byMs: number) => void;
  readonly onShift: (listener: (offsetMs: number) => void) => void;
}

export function shiftedClock(): ShiftedClock {
  let offsetMs = 0;
  const listeners: ((offsetMs: number) => void)[] = [];
  return {
    now: () => systemClock() + offsetMs,
    offsetMs: () => offsetMs,
    shift: (byMs) => {
      offsetMs += byMs;
      for (const listener of listeners) listener(offsetMs);
    },
    onShift: (listener) => void listeners.push(listener),
  };
}
