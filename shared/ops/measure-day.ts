import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { DAY_MS, startOfShanghaiDay } from '../shanghai-day.ts';
import { idsOfDay } from './ids-of-day.ts';

const EXPIRING_MS = 7 * DAY_MS;

interface Measure {
  readonly nowMs: number;
  readonly isToday: boolean;
  /** Nothing more can be booked on it. */
  readonly isOver: boolean;
}

/**
 * Counts one day in China anew and writes its row; a measure that is older than the row's changes nothing. Tasks, lots and merchants
 * are ranges of their ids, which sort by time; money is a range of when it was booked, so that a day that is over stays as it is.
 */
export async function measureDay(db: Database, day: string, { nowMs, isToday, isOver }: Measure): Promise<void> {
  const tasks = await countTasks(db, day);
  const figures = {
    ...tasks.figures,
    ...(await countLots(db, day)),
    ...(await countMoney(db, day)),
    merchants: await countMerchants(db, day),
    credits_expiring: isToday ? await countExpiring(db, nowMs) : null,
    settled: isOver && !tasks.hasOpen ? 1 : 0,
  };
  const columns = Object.keys(figures);
  const updates = columns.map(
    (column) => `${column} = IF(measured_at <= VALUES(measured_at), ${newest(column)}, ${column})`,
  );
  // `measured_at` last: the conditions before it read the old one.
  await db.write(
    `INSERT INTO day_figures (day, ${columns.join(', ')}, measured_at) VALUES (?, ${columns.map(() => '?').join(', ')}, ?)
     ON DUPLICATE KEY UPDATE ${updates.join(', ')}, measured_at = GREATEST(measured_at, VALUES(measured_at))`,
    [day, ...Object.values(figures), sqlTime(nowMs)],
  );
}

/** What was about to end is known of the day itself alone. */
const newest = (column: string): string =>
  column === 'credits_expiring' ? `COALESCE(VALUES(${column}), ${column})` : `VALUES(${column})`;

interface TaskGroup {
  readonly state: string;
  readonly errorCode: string | null;
  readonly tasks: string;
  readonly credits: string;
  readonly shares: string;
}

async function countTasks(db: Database, day: string) {
  const groups = await db.query<TaskGroup>(
    `SELECT state, error_code AS errorCode, COUNT(*) AS tasks, SUM(credits) AS credits, SUM(refunded_credits) AS shares
     FROM tasks WHERE id >= ? AND id < ? GROUP BY state, error_code`,
    idsOfDay('tsk_', day),
  );
  const sum = (of: readonly TaskGroup[], what: 'tasks' | 'credits' | 'shares') =>
    of.reduce((all, group) => all + Number(group[what]), 0);
  const inState = (...states: string[]) => groups.filter(({ state }) => states.includes(state));
  const returned = sum(inState('failed', 'canceled', 'expired'), 'credits') + sum(inState('succeeded'), 'shares');
  const failures = Object.fromEntries(
    inState('failed').map(({ errorCode, tasks }) => [errorCode ?? '', Number(tasks)]),
  );
  return {
    hasOpen: inState('awaiting_upload', 'queued', 'processing').length > 0,
    figures: {
      ...{ tasks: sum(groups, 'tasks'), succeeded: sum(inState('succeeded'), 'tasks') },
      ...{ failed: sum(inState('failed'), 'tasks'), canceled: sum(inState('canceled'), 'tasks') },
      ...{ expired: sum(inState('expired'), 'tasks'), failures_json: JSON.stringify(failures) },
      ...{ credits_used: sum(groups, 'credits') - returned, credits_returned: returned },
    },
  };
}

/** Fresh lots of a refund have other ids, and are no new credits. */
async function countLots(db: Database, day: string) {
  const [row] = await db.query<{ sold: string | null; given: string | null }>(
    `SELECT SUM(IF(source_key LIKE 'pay:%', amount, 0)) AS sold, SUM(IF(source_key LIKE 'pay:%', 0, amount)) AS given
     FROM quota_lots WHERE id >= ? AND id < ?`,
    idsOfDay('lot_', day),
  );
  return { credits_sold: Number(row?.sold ?? 0), credits_given: Number(row?.given ?? 0) };
}

async function countMoney(db: Database, day: string) {
  const range = [startOfShanghaiDay(day), startOfShanghaiDay(day) + DAY_MS].map(sqlTime);
  const [paid] = await db.query<{ orders: number; fen: string | null; late: string | null }>(
    `SELECT COUNT(*) AS orders, SUM(p.amount_fen) AS fen, SUM(p.created_at >= o.expires_at) AS late
     FROM payments p LEFT JOIN orders o ON o.id = p.order_id
     WHERE p.disposition = 'granted' AND p.created_at >= ? AND p.created_at < ?`,
    range,
  );
  const [back] = await db.query<{ refunds: number; fen: string | null }>(
    `SELECT COUNT(*) AS refunds, SUM(amount_fen) AS fen FROM refunds
     WHERE ended_at >= ? AND ended_at < ? AND state = 'succeeded' AND kind <> 'second_payment'`,
    range,
  );
  return {
    ...{ orders: Number(paid?.orders ?? 0), paid_fen: Number(paid?.fen ?? 0) },
    late_orders: Number(paid?.late ?? 0),
    ...{ refunds: Number(back?.refunds ?? 0), refunded_fen: Number(back?.fen ?? 0) },
  };
}

async function countMerchants(db: Database, day: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'SELECT COUNT(*) AS n FROM merchants WHERE id >= ? AND id < ?',
    idsOfDay('mch_', day),
  );
  return Number(row?.n ?? 0);
}

/** Credits of live lots that end within seven days. */
async function countExpiring(db: Database, nowMs: number): Promise<number> {
  const [row] = await db.query<{ credits: string | null }>(
    'SELECT SUM(remaining) AS credits FROM quota_lots WHERE expires_at > ? AND expires_at <= ? AND revoked_at IS NULL',
    [sqlTime(nowMs), sqlTime(nowMs + EXPIRING_MS)],
  );
  return Number(row?.credits ?? 0);
}
