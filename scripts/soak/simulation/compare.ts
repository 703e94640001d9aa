import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getMembership } from '../../../shared/membership/get-membership.ts';
import { readOwnOrder } from '../../../shared/payments/order.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { listTasks } from '../../../shared/tasks/list-tasks.ts';
import { spendable } from './credits-model.ts';
import { compareGrowth } from './growth-compare.ts';
import type { World } from './world.ts';

/** Every fact about these merchants, as lines: once from the tables, once from the model. */
const TABLES = `
  SELECT CONCAT_WS(' ', 'account', merchant_id, COALESCE(plan_id, '-'), COALESCE(membership_from_at, '-'),
    COALESCE(membership_ends_at, '-')) AS line FROM accounts WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'lot', id, merchant_id, access, amount, remaining, expires_at,
    IF(revoked_at IS NULL, '-', 'revoked')) AS line FROM quota_lots WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', merchant_id, lot_id, kind, amount, COALESCE(task_id, '-'), COALESCE(order_id, '-')) AS line, seq,
    reverses_entry_id AS reverses FROM quota_entries WHERE merchant_id IN (?) ORDER BY seq;
  SELECT CONCAT_WS(' ', 'task', id, merchant_id, feature_id, state, credits, refunded_credits, step, idempotency_key, COALESCE(error_code, '-'),
    COALESCE(retry_of, '-'), COALESCE(deadline_at, '-'),
    IF(sweep_at BETWEEN COALESCE(started_at, created_at) AND GREATEST(deadline_at, @now) + INTERVAL 1 MINUTE, 'watched', '-')) AS line
    FROM tasks WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'photo', i.task_id, i.n, COALESCE(i.etag, '-')) AS line
    FROM task_inputs i JOIN tasks t ON t.id = i.task_id WHERE t.merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'unit', u.task_id, u.step, u.unit, u.state, u.attempts, u.max_attempts, u.time_limit_s,
    COALESCE(u.lease_ends_at, '-')) AS line
    FROM task_units u JOIN tasks t ON t.id = u.task_id WHERE t.merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'outputs', t.id, COUNT(o.name)) AS line
    FROM tasks t LEFT JOIN task_outputs o ON o.task_id = t.id WHERE t.merchant_id IN (?) GROUP BY t.id;
  SELECT CONCAT_WS(' ', 'order', id, merchant_id, plan_id, state, amount_fen, credits,
    expires_at) AS line FROM orders WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'number', out_trade_no, order_id, channel, method, state) AS line
    FROM order_attempts WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'refund', id, order_id, kind, state, amount_fen, credits) AS line FROM refunds WHERE merchant_id IN (?);
  SELECT CONCAT_WS(' ', 'payment', channel, transaction_id, out_trade_no, order_id, amount_fen, disposition) AS line
    FROM payments WHERE merchant_id IN (?);
  SELECT NULL AS line, out_trade_no AS closed FROM order_attempts WHERE merchant_id IN (?) AND state = 'closed'`;
const STATEMENTS = TABLES.split('?').length - 1;

const moment = (ms: number | null): string => (ms === null ? '-' : sqlTime(ms));

function modelLines({ model }: World): string[] {
  const { tasks, credits, orders, payments, refunds, memberships } = model;
  const lines: unknown[][] = [];
  for (const [merchant, { plan, fromAtMs, endsAtMs }] of memberships) {
    lines.push(['account', merchant, plan ?? '-', moment(fromAtMs), moment(endsAtMs)]);
  }
  for (const lot of credits.lots) {
    const { id, merchant, access, amount, remaining, expiresAtMs, revoked } = lot;
    lines.push(['lot', id, merchant, access, amount, remaining, moment(expiresAtMs), revoked ? 'revoked' : '-']);
  }
  for (const { seq, merchant, lot, kind, amount, task, order, reverses } of credits.entries) {
    lines.push(['entry', seq, merchant, lot.id, kind, amount, task ?? '-', order ?? '-', reverses ?? '-']);
  }
  for (const task of tasks.values()) {
    const open = task.state === 'awaiting_upload' || task.state === 'queued' || task.state === 'processing';
    const { id, merchant, feature, state, step, key, error, retryOf, deadlineAtMs } = task;
    const ends = moment(open ? deadlineAtMs : null);
    lines.push([
      'task',
      id,
      merchant,
      feature.id,
      state,
      task.credits,
      task.refunded,
      step,
      key,
      error ?? '-',
      retryOf ?? '-',
      ends,
      open ? 'watched' : '-',
    ]);
    task.photos.forEach(({ etag }, n) => void lines.push(['photo', id, n, etag ?? '-']));
    for (const one of task.units) {
      const { state: unitState, attempts, maxAttempts, limitSeconds } = one;
      const lease = moment(unitState === 'leased' ? one.leaseEndsAtMs : null);
      lines.push(['unit', id, one.step, one.unit, unitState, attempts, maxAttempts, limitSeconds, lease]);
    }
    lines.push(['outputs', id, task.outputs]);
  }
  for (const { id, merchant, plan, paid, closed, expiresAtMs, attempts } of orders.values()) {
    const state = paid ? 'paid' : closed ? 'closed' : 'pending';
    lines.push(['order', id, merchant, plan.id, state, plan.amountFen, plan.credits, moment(expiresAtMs)]);
    for (const one of attempts) lines.push(['number', one.number, id, one.channel, one.method, one.state]);
  }
  for (const { id, order, kind, state, amountFen, credits: taken } of refunds)
    lines.push(['refund', id, order.id, kind, state, amountFen, taken]);
  for (const { channel, transaction, number, order, amountFen, disposition } of payments)
    lines.push(['payment', channel, transaction, number, order, amountFen, disposition]);
  return lines.map((line) => line.join(' ')).sort();
}

/** The tables and the model say the same of these merchants, fact for fact. `plain` takes several statements at once. */
export async function compareTables(world: World, plain: Connection): Promise<void> {
  const params = Array.from({ length: STATEMENTS }, () => world.merchants);
  // Who was looked at in vain after its deadline is looked at again a minute later.
  const sql = TABLES.replace('@now', `'${sqlTime(world.nowMs)}'`);
  const [results] = await plain.query<RowDataPacket[][]>(sql, params);
  const numbers = new Map(
    results
      .flatMap((rows) => rows.flatMap((row) => (row['seq'] ? [Number(row['seq'])] : [])))
      .map((seq, n) => [seq, n + 1]),
  );
  const rank = (seq: unknown) => (seq === null ? '-' : numbers.get(Number(seq)));
  for (const { closed } of results.flat().filter((row) => row['closed'])) {
    // What we call closed, its channel has called so: an open code that nobody asks about could still be paid.
    if (!world.gone.has(String(closed))) world.violate(`${closed} is closed here, and its channel never said so`);
  }
  const stored = new Set(
    results
      .flat()
      .filter((row) => row['line'] !== null)
      .map((row) =>
        row['seq'] ? `entry ${rank(row['seq'])} ${row['line']} ${rank(row['reverses'])}` : String(row['line']),
      ),
  );
  const believed = new Set(modelLines(world));
  for (const line of stored) if (!believed.has(line)) world.violate(`the tables say: ${line}`);
  for (const line of believed) if (!stored.has(line)) world.violate(`the model says: ${line}`);
  await compareGrowth(world, plain);
}

/** What a merchant reads is what the model says. */
export async function compareReads(world: World, db: Database, merchant: string): Promise<void> {
  const { model, nowMs } = world;
  const expect = (what: string, read: unknown, believed: unknown): void => {
    const [a, b] = [JSON.stringify(read), JSON.stringify(believed)];
    if (a !== b) world.violate(`${what} reads ${a}; the model says ${b}`);
  };
  const quota = await queryQuota(db, merchant, nowMs);
  const lots = spendable(model.credits, merchant, 'basic', nowMs).filter(({ remaining }) => remaining > 0);
  expect('the quota', quota, {
    available: lots.reduce((sum, { remaining }) => sum + remaining, 0),
    lots: lots.map(({ id, amount, remaining, expiresAtMs }) => ({ lotId: id, amount, remaining, expiresAtMs })),
  });
  const { plan, endsAtMs } = model.memberships.get(merchant) ?? { plan: null, endsAtMs: null };
  const leftMs = (endsAtMs ?? 0) - nowMs;
  const state = leftMs <= 0 ? 'expired' : leftMs <= 7 * 86_400_000 ? 'expiring' : 'active';
  expect('the membership', (await getMembership(db, merchant, nowMs)).state, plan === null ? 'none' : state);
  const { items } = await listEntries(db, merchant, { limit: 100 });
  const entries = model.credits.entries.filter((entry) => entry.merchant === merchant).reverse();
  expect(
    'the ledger',
    items.map(({ lotId, kind, amount }) => [lotId, kind, amount]),
    entries.map(({ lot, kind, amount }) => [lot.id, kind, amount]),
  );
  const tasks = await listTasks(db, merchant, { limit: 100 }, 'zh');
  const believed = [...model.tasks.values()].filter((task) => task.merchant === merchant);
  expect(
    'the tasks',
    tasks.items.map(({ taskId, state: at }) => `${taskId} ${at}`).sort(),
    believed.map(({ id, state: at }) => `${id} ${at}`).sort(),
  );
  for (const order of model.orders.values()) {
    if (order.merchant !== merchant) continue;
    const closed = order.expiresAtMs <= nowMs ? 'closed' : 'pending';
    expect('an order', (await readOwnOrder(db, merchant, order.id, nowMs))?.state, order.paid ? 'paid' : closed);
  }
}
