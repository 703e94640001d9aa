import type { Objects } from '../../shared/cos/objects.ts';
import type { Database } from '../../shared/db/database.ts';
import { firstIdOf } from '../../shared/id.ts';

interface LongLists {
  readonly phone: string;
  /** Each with one result. */
  readonly tasks: number;
  /** Credits taken and given back in turn. */
  readonly entries: number;
  readonly nowMs: number;
}

const PIPELINE = '[{"processor":"basic-clean","units":1,"timeLimitSeconds":240,"attempts":3}]';
const OBJECT = 'outputs/long-lists/white.png';
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const HOUR_MS = 3_600_000;
/** Of one statement: on a busy machine a hundred thousand take longer than a statement may. */
const PART_ROWS = 10_000;

/** Gives a merchant what years would bring, all results of one pixel. */
export async function seedLongLists(db: Database, objects: Objects, lists: LongLists): Promise<void> {
  const { phone, tasks, entries, nowMs } = lists;
  const [merchant] = await db.query<{ id: string }>('SELECT id FROM merchants WHERE phone = ?', [phone]);
  const owner = [merchant?.id ?? ''];
  await objects.put(OBJECT, PIXEL, 'image/png');
  const task = `CONCAT('${firstIdOf('tsk_', nowMs - HOUR_MS).slice(0, 14)}', LPAD(seq, 16, '0'))`;
  const when = 'UTC_TIMESTAMP(3) - INTERVAL 1 HOUR';
  for (const { from, to } of parts(tasks)) {
    await db.write(
      `INSERT INTO tasks (id, merchant_id, feature_id, feature_version, state, error_code, credits, pipeline_json,
         idempotency_key, request_hash, created_at, ended_at)
       SELECT ${task}, ?, 'basic_clean', 1, IF(seq % 9 = 0, 'failed', 'succeeded'), IF(seq % 9 = 0, 'GARMENT_NOT_FOUND', NULL),
         1, '${PIPELINE}', CONCAT('long-', seq), REPEAT('a', 64), ${when}, ${when} FROM seq_${from}_to_${to}`,
      owner,
    );
    await db.write(
      `INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes)
       SELECT ${task}, 0, 0, 'white.jpg', ?, '${OBJECT}', 'image/jpeg', 800, 800, 100000 FROM seq_${from}_to_${to}`,
      owner,
    );
  }
  const [last] = await db.query<{ top: string }>('SELECT COALESCE(MAX(seq), 0) AS top FROM quota_entries');
  const top = Number(last?.top);
  for (const { from, to } of parts(entries)) {
    await db.write(
      `INSERT INTO quota_entries (seq, merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
       SELECT ${top} + seq, ?, 'lot_long', IF(seq % 2 = 1, 'deduct', 'refund'), IF(seq % 2 = 1, -1, 1), ${task},
         IF(seq % 2 = 1, NULL, ${top} + seq - 1), ${when} FROM seq_${from}_to_${to}`,
      owner,
    );
  }
}

/** They hold what no task and no purchase has made: the ledger would not be in order. */
export async function removeLongLists(db: Database, phone: string): Promise<void> {
  for (const table of ['quota_entries', 'task_outputs', 'tasks']) {
    const own = `merchant_id = (SELECT id FROM merchants WHERE phone = ?)`;
    while ((await db.write(`DELETE FROM ${table} WHERE ${own} LIMIT ${PART_ROWS}`, [phone])).affectedRows > 0);
  }
}

/** From 1 to the count. */
function parts(count: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(count / PART_ROWS) }, (_, n) => {
    return { from: n * PART_ROWS + 1, to: Math.min(count, (n + 1) * PART_ROWS) };
  });
}
