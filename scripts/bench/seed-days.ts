import type { Connection } from 'mysql2/promise';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { firstIdOf } from '../../shared/id.ts';

const CHUNK = 50_000;
const DAY_MS = 86_400_000;
/** As many characters of an id as its time has, after the prefix. */
const TIME_CHARS = 14;

/** Rows of one table whose ids are of the moments that `at` gives: row n of `count`. */
async function insertRows(
  connection: Connection,
  into: string,
  count: number,
  values: (n: string) => string,
): Promise<void> {
  await connection.query(`SET SESSION max_recursive_iterations = ${CHUNK + 1}`);
  for (let from = 0; from < count; from += CHUNK) {
    const last = Math.min(count, from + CHUNK) - 1;
    const numbers = `WITH RECURSIVE s (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${last})`;
    await connection.query(`INSERT INTO ${into} ${numbers} SELECT ${values('n')} FROM s`);
  }
}

/** What an operator's console reads: `tasks` of the last `days`, the newest still open, and merchants with a lot and a paid order each. */
export async function seedDays(
  connection: Connection,
  { tasks, merchants, days, nowMs }: { tasks: number; merchants: number; days: number; nowMs: number },
): Promise<void> {
  const moment = (day: number) => nowMs - day * DAY_MS;
  const prefix = (kind: string, day: number) => firstIdOf(kind, moment(day)).slice(0, TIME_CHARS);
  const id = (kind: string, day: number) => `CONCAT('${prefix(kind, day)}', LPAD(n, 16, '0'))`;
  const owner = `CONCAT('${prefix('mch_', days)}', LPAD(n % ${merchants}, 16, '0'))`;
  const plan = '[{"processor":"basic-clean","units":1,"timeLimitSeconds":240,"attempts":3}]';
  const old = sqlTime(moment(days));
  await insertRows(
    connection,
    'merchants (id, phone, created_at)',
    merchants,
    () => `${id('mch_', days)}, CONCAT('6', n), '${old}'`,
  );
  await insertRows(
    connection,
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    merchants,
    () =>
      `${id('lot_', days)}, ${owner}, CONCAT('pay:', n), 'member', 100, 50, '${old}', '${old}' + INTERVAL (n % 40) DAY`,
  );
  for (let day = 0; day < days; day++) {
    const at = sqlTime(moment(day));
    await insertRows(
      connection,
      'tasks (id, merchant_id, feature_id, feature_version, state, error_code, credits, pipeline_json, idempotency_key, request_hash, created_at, ended_at)',
      Math.floor(tasks / days),
      () =>
        `${id('tsk_', day)}, ${owner}, 'basic_clean', 1, IF(n % 20 = 0, 'failed', 'succeeded'), IF(n % 20 = 0, 'PROCESSING_FAILED', NULL), 1, '${plan}', CONCAT('${day}-', n), REPEAT('a', 64), '${at}', '${at}'`,
    );
  }
  await connection.query('ANALYZE TABLE tasks, merchants, quota_lots');
}
