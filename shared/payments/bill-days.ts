import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { shanghaiDay, startOfShanghaiDay } from '../shanghai-day.ts';
import type { ChannelId } from './channel.ts';

const DAY_MS = 86_400_000;
/** Both channels have yesterday's bill after 10:00; a little later, so that the first try is not in vain. */
const READY_AFTER_MS = 10 * 3_600_000 + 15 * 60_000;
/** WeChat keeps three months; older days that nobody compared cannot be any more. */
const KEPT_DAYS = 85;

export interface DueBill {
  readonly channel: ChannelId;
  /** `YYYY-MM-DD` in China. */
  readonly day: string;
  readonly attempts: number;
}

/** Makes a row for each day since the last one, up to yesterday: days on which nothing ran are caught up. */
export async function planBillDays(db: Database, channel: ChannelId, nowMs: number): Promise<void> {
  const lastMs = startOfShanghaiDay(shanghaiDay(nowMs - READY_AFTER_MS)) - DAY_MS;
  const [known] = await db.query<{ day: string | null }>(
    "SELECT DATE_FORMAT(MAX(day), '%Y-%m-%d') AS day FROM bill_days WHERE channel = ?",
    [channel],
  );
  const firstMs = known?.day ? startOfShanghaiDay(known.day) + DAY_MS : await firstDay(db, channel);
  if (firstMs === undefined) return;
  for (let atMs = Math.max(firstMs, lastMs - KEPT_DAYS * DAY_MS); atMs <= lastMs; atMs += DAY_MS) {
    await db.write("INSERT IGNORE INTO bill_days (channel, day, state, next_at) VALUES (?, ?, 'waiting', ?)", [
      channel,
      shanghaiDay(atMs),
      sqlTime(nowMs),
    ]);
  }
}

/** The day of the channel's first order; before it there is nothing to compare. */
async function firstDay(db: Database, channel: ChannelId): Promise<number | undefined> {
  const [first] = await db.query<{ createdAtMs: number }>(
    'SELECT created_at AS createdAtMs FROM order_attempts WHERE channel = ? ORDER BY created_at LIMIT 1',
    [channel],
  );
  return first && startOfShanghaiDay(shanghaiDay(first.createdAtMs));
}

export function dueBills(db: Database, channel: ChannelId, nowMs: number, limit: number): Promise<DueBill[]> {
  return db.query<DueBill>(
    `SELECT channel, DATE_FORMAT(day, '%Y-%m-%d') AS day, attempts FROM bill_days
     WHERE channel = ? AND next_at <= ? ORDER BY next_at, day LIMIT ?`,
    [channel, sqlTime(nowMs), limit],
  );
}

/** Half an hour, and longer with each failure: a bill that cannot be had is a person's matter by then, and is still tried. */
export async function postponeBill(db: Database, { channel, day, attempts }: DueBill, nowMs: number): Promise<void> {
  const waitMs = Math.min(12, 2 ** Math.min(attempts, 10) / 2) * 3_600_000;
  await db.write('UPDATE bill_days SET attempts = attempts + 1, next_at = ? WHERE channel = ? AND day = ?', [
    sqlTime(nowMs + waitMs),
    channel,
    day,
  ]);
}
