import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

/**
 * Takes one of the engine's places for the attempt, or finds none free. A place whose holder was killed is free again at
 * `untilMs`. One conditional write: two that want the last place get it one after the other, the second not at all.
 */
export async function takeSlot(
  db: Database,
  { engine, places, attemptId }: { engine: string; places: number; attemptId: string },
  nowMs: number,
  untilMs: number,
): Promise<boolean> {
  const { affectedRows } = await db.write(
    'UPDATE engine_slots SET attempt_id = ?, held_until = ? WHERE engine = ? AND slot < ? AND held_until <= ? LIMIT 1',
    [attemptId, sqlTime(untilMs), engine, places, sqlTime(nowMs)],
  );
  return affectedRows === 1;
}

export async function holdSlot(db: Database, engine: string, attemptId: string, untilMs: number): Promise<void> {
  await db.write('UPDATE engine_slots SET held_until = ? WHERE engine = ? AND attempt_id = ?', [
    sqlTime(untilMs),
    engine,
    attemptId,
  ]);
}

/** Harmless when the attempt holds none (any more). */
export async function freeSlot(db: Database, engine: string, attemptId: string, nowMs: number): Promise<void> {
  await db.write("UPDATE engine_slots SET attempt_id = '', held_until = ? WHERE engine = ? AND attempt_id = ?", [
    sqlTime(nowMs),
    engine,
    attemptId,
  ]);
}

/** Whether the attempt's time at its place is not over. */
export async function holdsSlot(db: Database, engine: string, attemptId: string, nowMs: number): Promise<boolean> {
  const sql = 'SELECT slot FROM engine_slots WHERE engine = ? AND attempt_id = ? AND held_until > ?';
  return (await db.query(sql, [engine, attemptId, sqlTime(nowMs)])).length > 0;
}

export async function countFreeSlots(db: Database, engine: string, places: number, nowMs: number): Promise<number> {
  const [row] = await db.query<{ free: number }>(
    'SELECT COUNT(*) AS free FROM engine_slots WHERE engine = ? AND slot < ? AND held_until <= ?',
    [engine, places, sqlTime(nowMs)],
  );
  return Number(row?.free ?? 0);
}
