import type { Database } from '../db/database.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../shanghai-day.ts';
import { type DayRow, figuresOf, readDays } from './day-figures.ts';
import { DAYS } from './measure-days.ts';
import { readWaiting } from './read-waiting.ts';

const PERIODS = [
  { period: 'today', days: 1 },
  { period: '7days', days: 7 },
  { period: '30days', days: DAYS },
] as const;

/** How it goes. `configured`: the engines of this deployment. */
export async function getOverview(db: Database, configured: readonly string[], nowMs: number) {
  const today = startOfShanghaiDay(shanghaiDay(nowMs));
  const last = (days: number) => Array.from({ length: days }, (_, n) => shanghaiDay(today - (days - 1 - n) * DAY_MS));
  const rows = new Map((await readDays(db, shanghaiDay(today - (DAYS - 1) * DAY_MS))).map((row) => [row.day, row]));
  const measured = (days: readonly string[]): DayRow[] =>
    days.flatMap((day) => {
      const row = rows.get(day);
      return row ? [row] : [];
    });
  const todays = rows.get(shanghaiDay(nowMs));
  return {
    measuredAtMs: todays?.measuredAtMs ?? null,
    periods: PERIODS.map(({ period, days }) => {
      const [names, found] = [last(days), measured(last(days))];
      return {
        ...{ period, firstDay: names[0] ?? '', lastDay: names.at(-1) ?? '', measuredDays: found.length },
        figures: figuresOf(found),
      };
    }),
    days: last(DAYS).map((day) => ({ day, figures: figuresOf(measured([day])) })),
    now: { ...(await readWaiting(db, configured, nowMs)), creditsExpiring: todays?.creditsExpiring ?? null },
  };
}
