import type { Connection } from 'mysql2/promise';
import { MERCHANTS } from './bench-stage.ts';

const CHUNK = 50_000;

/** Finished tasks with all their rows, spread over the merchants; the ledger still adds up. */
export async function seedTasks(connection: Connection, count: number, say: (line: string) => void): Promise<void> {
  await connection.query(`SET SESSION max_recursive_iterations = ${CHUNK + 1}`);
  for (let from = 0; from < count; from += CHUNK) {
    const size = Math.min(CHUNK, count - from);
    await insertTasks(connection, from, size);
    if (count >= 1_000_000 && from % 250_000 === 0)
      say(`  ${from.toLocaleString('en')} of ${count.toLocaleString('en')} tasks seeded`);
  }
  // What the old tasks took, their merchants have more of: the balances stay what they were.
  await connection.query(
    `UPDATE quota_lots l JOIN (SELECT lot_id, COUNT(*) AS n FROM quota_entries WHERE kind = 'deduct' GROUP BY lot_id) e
     ON e.lot_id = l.id SET l.remaining = l.amount - e.n`,
  );
  await connection.query('ANALYZE TABLE tasks, task_inputs, task_units, task_outputs, quota_entries, quota_lots');
}

async function insertTasks(connection: Connection, from: number, size: number): Promise<void> {
  const numbers = `WITH RECURSIVE s (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${from + size - 1})`;
  const insert = (into: string, values: string) =>
    connection.query(`INSERT INTO ${into} ${numbers} SELECT ${values} FROM s`);
  const id = "CONCAT('tsk_00BENCH', LPAD(n, 19, '0'))";
  const suffix = `LPAD(n % ${MERCHANTS}, 19, '0')`;
  const merchant = `CONCAT('mch_01BENCH', ${suffix})`;
  const at = "'2026-01-02'";
  await insert(
    'tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, idempotency_key, request_hash, created_at, ended_at)',
    `${id}, ${merchant}, 'basic_clean', 1, 'succeeded', 1, '[]', CONCAT('old-', n), REPEAT('a', 64), ${at}, ${at}`,
  );
  await insert(
    'task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key, etag)',
    `${id}, 0, ${merchant}, 'image/jpeg', 1, CONCAT('inputs/', ${id}, '/0'), 'e'`,
  );
  await insert(
    'task_units (task_id, step, unit, merchant_id, state, attempts, max_attempts, time_limit_s, next_at)',
    `${id}, 0, 0, ${merchant}, 'done', 1, 3, 240, ${at}`,
  );
  await insert(
    'task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes)',
    `${id}, 0, 0, 'white.jpg', ${merchant}, CONCAT('outputs/', ${id}), 'image/jpeg', 800, 800, 100000`,
  );
  await insert(
    'quota_entries (merchant_id, lot_id, kind, amount, task_id, created_at)',
    `${merchant}, CONCAT('lot_01BENCH', ${suffix}), 'deduct', -1, ${id}, ${at}`,
  );
}
