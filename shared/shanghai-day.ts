/** Asia/Shanghai is UTC+8, without summer time since 1991. */
export const SHANGHAI_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** The day there, such as `2026-11-24`. */
export const shanghaiDay = (nowMs: number): string => new Date(nowMs + SHANGHAI_MS).toISOString().slice(0, 10);

/** The time there to the second, such as `2026-11-24 08:30:00`; parts of a second are dropped. */
export const shanghaiTime = (atMs: number): string =>
  new Date(atMs + SHANGHAI_MS).toISOString().slice(0, 19).replace('T', ' ');

/** Until the next midnight there, rounded up. */
export const secondsOfShanghaiDayLeft = (nowMs: number): number =>
  Math.ceil((DAY_MS - ((nowMs + SHANGHAI_MS) % DAY_MS)) / 1000);

/** The first instant of a day there, `YYYY-MM-DD`. */
export const startOfShanghaiDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - SHANGHAI_MS;
