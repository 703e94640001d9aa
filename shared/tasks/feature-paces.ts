import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';

const MEASURE_EVERY_MS = 5 * 60_000;
const LOOK_BACK_MS = 2 * 3600_000;
/** Nothing is promised from what has not run for so long. */
const FRESH_MS = 24 * 3600_000;
const SAMPLE = 1000;

/** What tasks of this card have lately taken from the queue to the end; undefined when nobody knows. */
export async function readPace(db: Database, featureId: string, nowMs: number): Promise<number | undefined> {
  const [row] = await db.query<{ medianMs: number }>(
    'SELECT median_ms AS medianMs FROM feature_paces WHERE feature_id = ? AND measured_at > ?',
    [featureId, sqlTime(nowMs - FRESH_MS)],
  );
  return row?.medianMs;
}

/**
 * For the sweeper, every five minutes: the median of each card over the latest tasks of two hours. Ids sort by time, so
 * it is one range of the primary key, and no index of its own is written with every task.
 */
export async function measurePaces(db: Database, nowMs: number): Promise<void> {
  const [last] = await db.query<{ atMs: number | null }>('SELECT MAX(measured_at) AS atMs FROM feature_paces');
  if (last?.atMs && nowMs - last.atMs < MEASURE_EVERY_MS) return;
  const since = newId('tsk_', nowMs - LOOK_BACK_MS);
  const rows = await db.query<{ featureId: string; ms: number }>(
    `SELECT feature_id AS featureId, TIMESTAMPDIFF(MICROSECOND, queued_at, ended_at) DIV 1000 AS ms
     FROM tasks WHERE id > ? AND state = 'succeeded' ORDER BY id DESC LIMIT ?`,
    [since, SAMPLE],
  );
  for (const featureId of new Set(rows.map((row) => row.featureId))) {
    const ofCard = rows.filter((row) => row.featureId === featureId);
    const sorted = ofCard.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    await db.write(
      `INSERT INTO feature_paces (feature_id, median_ms, tasks, measured_at) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE median_ms = VALUES(median_ms), tasks = VALUES(tasks), measured_at = VALUES(measured_at)`,
      [featureId, median, sorted.length, sqlTime(nowMs)],
    );
  }
}
