import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

/** After so many failures in a row, all of the vendor's own making, the engine is left alone for a while. */
const TRIPS_AT = 5;
const REST_MS = 60_000;

/** Engines that are to be left alone now. */
export async function restingEngines(db: Database, nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ engine: string; openUntilMs: number }>(
    'SELECT engine, open_until AS openUntilMs FROM engine_breakers',
  );
  return new Set(rows.filter(({ openUntilMs }) => openUntilMs > nowMs).map(({ engine }) => engine));
}

/** After the rest one failure is enough to trip it again: the count goes back to 0 with the first success only. */
export async function noteEngineFailure(db: Database, engine: string, nowMs: number): Promise<void> {
  await db.write(
    `INSERT INTO engine_breakers (engine, failures, open_until) VALUES (?, 1, '2000-01-01 00:00:00.000')
     ON DUPLICATE KEY UPDATE open_until = IF(failures + 1 >= ?, ?, open_until), failures = failures + 1`,
    [engine, TRIPS_AT, sqlTime(nowMs + REST_MS)],
  );
}

export async function noteEngineSuccess(db: Database, engine: string): Promise<void> {
  await db.write('UPDATE engine_breakers SET failures = 0 WHERE engine = ? AND failures > 0', [engine]);
}
