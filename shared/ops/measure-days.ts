import type { Database } from '../db/database.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../shanghai-day.ts';
import { measureDay } from './measure-day.ts';

/** What the overview looks back. */
export const DAYS = 30;
/** Days that are made up for in one run, newest first: a first run on old data goes on in the next. */
export const PAGE = 8;
/** A day is read no more once it is over for so long and its tasks have ended: what was begun in it has been booked by then. */
const MARGIN_MS = 3_600_000;

/** Rolls up today, and each of the last thirty days that may still change. Any number may run at once: the newest measure stands. */
export async function measureDays(db: Database, nowMs: number): Promise<{ readonly measured: number }> {
  const firstDay = await readFirstDay(db);
  if (firstDay === undefined) return { measured: 0 };
  const today = startOfShanghaiDay(shanghaiDay(nowMs));
  const rows = await db.query<{ day: string }>(
    "SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day FROM day_figures WHERE day >= ? AND settled = 1",
    [shanghaiDay(today - (DAYS - 1) * DAY_MS)],
  );
  const settled = new Set(rows.map(({ day }) => day));
  const due = Array.from({ length: DAYS }, (_, n) => shanghaiDay(today - n * DAY_MS)).filter(
    (day) => day >= firstDay && !settled.has(day),
  );
  const page = due.slice(0, PAGE);
  for (const day of page) {
    const endMs = startOfShanghaiDay(day) + DAY_MS;
    await measureDay(db, day, { nowMs, isToday: nowMs < endMs, isOver: endMs + MARGIN_MS <= nowMs });
  }
  return { measured: page.length };
}

/** The day of the first merchant: before it there is nothing to measure, which is not the same as nothing. */
async function readFirstDay(db: Database): Promise<string | undefined> {
  const [first] = await db.query<{ createdAtMs: number }>(
    'SELECT created_at AS createdAtMs FROM merchants ORDER BY id LIMIT 1',
  );
  return first && shanghaiDay(first.createdAtMs);
}
