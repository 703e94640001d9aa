import type { Connection } from 'mysql2/promise';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { firstIdOf } from '../../shared/id.ts';
import { PRICE_FEN } from './seed-orders.ts';

const CHUNK = 50_000;
const DAY_MS = 86_400_000;
/** As many characters of an id as its time has, after the prefix. */
const TIME_CHARS = 14;

/** Rows of one table whose ids are of the moments that `at` gives: row n of `count`. */
export async function insertRows(
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

/** Row n's id, of the moment `days` before; as SQL. */
export const idOfDay = (kind: string, day: number, nowMs: number): string =>
  `CONCAT('${idPrefix(kind, day, nowMs)}', LPAD(n, 16, '0'))`;
export const idPrefix = (kind: string, day: number, nowMs: number): string =>
  firstIdOf(kind, nowMs - day * DAY_MS).slice(0, TIME_CHARS);

/**
 * What an operator's console reads: `tasks` of the last `days`, those of the newest day still open, and merchants with a lot and a paid
 * order each, the orders spread over the days.
 */
export async function seedDays(
  connection: Connection,
  { tasks, merchants, days, nowMs }: { tasks: number; merchants: number; days: number; nowMs: number },
): Promise<void> {
  const moment = (day: number) => nowMs - day * DAY_MS;
  const prefix = (kind: string, day: number) => idPrefix(kind, day, nowMs);
  const id = (kind: string, day: number) => idOfDay(kind, day, nowMs);
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
    const ended = `IF(n % 20 = 0, 'failed', 'succeeded'), IF(n % 20 = 0, 'PROCESSING_FAILED', NULL), NULL, '${at}', NULL, NULL`;
    const open = `ELT(n % 3 + 1, 'awaiting_upload', 'queued', 'processing'), NULL, IF(n % 3 = 0, NULL, '${at}'), NULL, '${at}' + INTERVAL 1 HOUR, '${at}'`;
    await insertRows(
      connection,
      'tasks (id, merchant_id, feature_id, feature_version, state, error_code, queued_at, ended_at, deadline_at, sweep_at, credits, pipeline_json, idempotency_key, request_hash, created_at, trace)',
      Math.floor(tasks / days),
      () =>
        `${id('tsk_', day)}, ${owner}, 'basic_clean', 1, ${day === 0 ? open : ended}, 1, '${plan}', CONCAT('${day}-', n), REPEAT('a', 64), '${at}', CONCAT('trace-${day}-', n)`,
    );
    // Every so many merchants, so that each has one order in all.
    const buyer = `CONCAT('${prefix('mch_', days)}', LPAD(n * ${days} + ${day}, 16, '0'))`;
    const buyers = Math.ceil((merchants - day) / days);
    await insertRows(
      connection,
      'orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at, paid_at)',
      buyers,
      () =>
        `${id('ord_', day)}, ${buyer}, 'monthly_99', 'wechat', 'paid', ${PRICE_FEN}, 100, 30, 'member', CONCAT('${day}-', n), REPEAT('0', 64), '${at}', '${at}', '${at}'`,
    );
    await insertRows(
      connection,
      'payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at, out_trade_no)',
      buyers,
      () =>
        `${id('pay_', day)}, ${id('ord_', day)}, ${buyer}, 'wechat', CONCAT('${day}-', n), ${PRICE_FEN}, 'notify', 'granted', '${at}', '${at}', ${id('ord_', day)}`,
    );
  }
  await connection.query('ANALYZE TABLE tasks, merchants, quota_lots, orders, payments');
}
