/**
 * A timer's schedule: seven fields `second minute hour day month week year` with `*`, `?`, `,`, `-` and `/`, in UTC+8
 * (cloud.tencent.com/document/product/583/9708). The platform's `L`, `W` and `#` are refused: no schedule here needs
 * them, and a local run that read them differently would be worse than none.
 */
export interface Cron {
  readonly text: string;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  /** null: any. With both given, either suffices. */
  readonly days: ReadonlySet<number> | null;
  /** 0 is Sunday; null: any. */
  readonly weekdays: ReadonlySet<number> | null;
  readonly years: ReadonlySet<number> | null;
}

export class CronInvalid extends Error {
  override readonly name = 'CronInvalid';
}

const FIELDS = [
  ['second', 0, 59],
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day', 1, 31],
  ['month', 1, 12],
  ['week', 0, 6],
  ['year', 1970, 2099],
] as const;

const UTC_PLUS_8_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;
/** Longest wait for a day that exists: 29 February across a century that skips it. */
const MAX_DAYS_AHEAD = 8 * 366;

/** @throws CronInvalid which names the field and the rule */
export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 7) throw new CronInvalid(`cron "${text}" has ${parts.length} fields, the platform reads 7`);
  const values = FIELDS.map(([name, min, max], index) => parseField(name, parts[index] ?? '', min, max));
  const [seconds, minutes, hours, days, months, weekdays, years] = values;
  const all = (min: number, max: number) => Array.from({ length: max - min + 1 }, (_, offset) => min + offset);
  const setOf = (list: number[] | null | undefined) => (list ? new Set(list) : null);
  return {
    text,
    seconds: seconds ?? all(0, 59),
    minutes: minutes ?? all(0, 59),
    hours: hours ?? all(0, 23),
    months: months ?? all(1, 12),
    days: setOf(days),
    weekdays: setOf(weekdays),
    years: setOf(years),
  };
}

/** The field's values in order; null stands for any. */
function parseField(name: string, text: string, min: number, max: number): number[] | null {
  if (text === '*' || text === '?') return null;
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) throw new CronInvalid(`cron field ${name} "${text}" is not made of numbers, *, ?, -, / and commas`);
    const [, any, first, last, stepText] = match;
    const step = stepText === undefined ? 1 : Number(stepText);
    const from = any ? min : Number(first);
    const to = last === undefined ? (any || stepText !== undefined ? max : from) : Number(last);
    if (step < 1 || from < min || to > max || from > to) {
      throw new CronInvalid(`cron field ${name} "${text}" must stay within ${min}–${max}, in order`);
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** The first run after `afterMs`, epoch milliseconds; null when there is none within eight years. */
export function nextRun(cron: Cron, afterMs: number): number | null {
  // Shifted by 8 hours, the UTC getters read China's wall clock, which knows no summer time.
  const startMs = Math.floor(afterMs / 1000) * 1000 + 1000 + UTC_PLUS_8_MS;
  const startDayMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  for (let day = 0; day <= MAX_DAYS_AHEAD; day++) {
    const dayMs = startDayMs + day * DAY_MS;
    if (!runsOn(cron, new Date(dayMs))) continue;
    const timeMs = firstTimeOfDay(cron, day === 0 ? startMs - dayMs : 0);
    if (timeMs !== null) return dayMs + timeMs - UTC_PLUS_8_MS;
  }
  return null;
}

function runsOn(cron: Cron, date: Date): boolean {
  if (cron.years && !cron.years.has(date.getUTCFullYear())) return false;
  if (!cron.months.includes(date.getUTCMonth() + 1)) return false;
  const { days, weekdays } = cron;
  const dayFits = days?.has(date.getUTCDate()) ?? false;
  const weekdayFits = weekdays?.has(date.getUTCDay()) ?? false;
  return days === null && weekdays === null ? true : dayFits || weekdayFits;
}

function firstTimeOfDay(cron: Cron, fromMs: number): number | null {
  for (const hour of cron.hours) {
    if ((hour + 1) * 3_600_000 <= fromMs) continue;
    for (const minute of cron.minutes) {
      const minuteMs = hour * 3_600_000 + minute * 60_000;
      if (minuteMs + 60_000 <= fromMs) continue;
      const second = cron.seconds.find((value) => minuteMs + value * 1000 >= fromMs);
      if (second !== undefined) return minuteMs + second * 1000;
    }
  }
  return null;
}
