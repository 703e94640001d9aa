import { afterAll, beforeAll, expect, it } from 'vitest';
import { procedureText } from '../../../scripts/soak/mutants/planted-fault.ts';
import { seenByOperator } from '../../../shared/auth/operator-view.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { exportDays } from '../../../shared/ops/export-days.ts';
import { exportOrders } from '../../../shared/ops/export-orders.ts';
import { getCard } from '../../../shared/ops/get-card.ts';
import { getMerchant } from '../../../shared/ops/get-merchant.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { listAudit } from '../../../shared/ops/list-audit.ts';
import { listBills } from '../../../shared/ops/list-bills.ts';
import { listCases } from '../../../shared/ops/list-cases.ts';
import { listInvoices } from '../../../shared/ops/list-invoices.ts';
import { listOperators } from '../../../shared/ops/list-operators.ts';
import { measureDay } from '../../../shared/ops/measure-day.ts';
import { isWritten } from '../../../shared/ops/operator-write.ts';
import { searchMerchants } from '../../../shared/ops/search-merchants.ts';
import { searchOrders } from '../../../shared/ops/search-orders.ts';
import { searchTasks } from '../../../shared/ops/search-tasks.ts';
import { traceTask } from '../../../shared/ops/trace-task.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';
import { DAY_MS, NOW_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';
import { SCENARIOS } from '../database/one-merchant/all-scenarios.ts';
import { newOwner } from '../database/one-merchant/scenario.ts';

/** Rows of others in each table, and what a statement may read at most: a scan of any one table is ten times that. */
const OTHERS = 3000;
const MAY_READ = 300;

let product: ProductDatabase;
let db: Database;
beforeAll(async () => {
  product = await productDatabase();
  db = product.db;
  await seedOthers();
});
afterAll(() => product.close());

/** All of them long ago; ids sort before today's. */
async function seedOthers(): Promise<void> {
  const at = sqlTime(NOW_MS - 100 * DAY_MS);
  const each = `FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n FROM s) a
    JOIN (SELECT 0 AS m UNION SELECT 1 UNION SELECT 2) b`;
  const id = (prefix: string) => `CONCAT('${prefix}_00', LPAD(n + 1000 * m, 24, '0'))`;
  const seed = (into: string, values: string) => db.write(`INSERT INTO ${into} SELECT ${values} ${each}`);
  await seed('merchants (id, phone, created_at)', `${id('mch')}, CONCAT('139', n + 1000 * m), '${at}'`);
  await seed('accounts (merchant_id, created_at)', `${id('mch')}, '${at}'`);
  await seed(
    'tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, idempotency_key, request_hash, created_at, ended_at, trace)',
    `${id('tsk')}, ${id('mch')}, 'basic_clean', 1, 'succeeded', 1, '[{"processor":"basic-clean","units":1,"timeLimitSeconds":240,"attempts":3}]', 'k', REPEAT('a', 64), '${at}', '${at}', ${id('req')}`,
  );
  await seed(
    'task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key, received_at)',
    `${id('tsk')}, 0, ${id('mch')}, 'image/jpeg', 1, '', '${at}'`,
  );
  await seed(
    'quota_entries (merchant_id, lot_id, kind, amount, task_id, created_at)',
    `${id('mch')}, ${id('lot')}, 'deduct', -1, ${id('tsk')}, '${at}'`,
  );
  await seed(
    'provider_jobs (attempt_id, merchant_id, task_id, step, unit, attempt, engine, state, created_at)',
    `${id('lse')}, ${id('mch')}, ${id('tsk')}, 0, 0, 1, 'tencent-mps', 'done', '${at}'`,
  );
  await seed(
    'task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at)',
    `${id('tsk')}, 0, 0, ${id('mch')}, 'done', 3, 240, '${at}'`,
  );
  await seed(
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    `${id('lot')}, ${id('mch')}, CONCAT('pay:', n + 1000 * m), 'member', 100, 99, '${at}', '${at}'`,
  );
  await seed(
    'orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at, trace)',
    `${id('ord')}, ${id('mch')}, 'monthly_99', 'wechat', 'paid', 9900, 100, 30, 'member', 'k', REPEAT('a', 64), '${at}', '${at}', ${id('req')}`,
  );
  await seed(
    'payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at, out_trade_no)',
    `${id('pay')}, ${id('ord')}, ${id('mch')}, 'wechat', ${id('ttx')}, 9900, 'notify', 'granted', '${at}', '${at}', ${id('ord')}`,
  );
  await seed(
    'refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key, request_hash, created_at, ended_at)',
    `${id('rfd')}, ${id('mch')}, ${id('ord')}, ${id('pay')}, 'whole', 'succeeded', 1, 0, '', 'k', '', '${at}', '${at}'`,
  );
  await seed(
    'reconciliation_cases (id, class, channel, subject, state, remedy, created_at, ended_at)',
    `${id('cas')}, 'paid_twice', 'wechat', ${id('ttx')}, 'ended', 'none', '${at}', '${at}'`,
  );
  await seed(
    'bill_days (channel, day, state)',
    `IF(m = 0, 'wechat', IF(m = 1, 'alipay', 'other')), '2030-01-01' - INTERVAL n DAY, 'done'`,
  );
  await seed(
    'invoice_requests (order_id, merchant_id, title_kind, title, email, amount_fen, state, created_at)',
    `${id('ord')}, ${id('mch')}, 'personal', '', '', 1, 'issued', '${at}'`,
  );
  await seed(
    'sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)',
    `${id('ses')}, ${id('mch')}, '', '', '${at}', '${at}', '2099-01-01'`,
  );
  await seed('operators (merchant_id, role, name, created_at)', `${id('mch')}, 'support', '', '${at}'`);
  await seed(
    'operator_views (id, merchant_id, operator_id, session_id, role, audit_seq, created_at, expires_at)',
    `${id('vew')}, ${id('mch')}, ${id('mch')}, ${id('ses')}, 'support', n + 1000 * m, '${at}', '2099-01-01'`,
  );
  await seed('feature_merchants (feature_id, merchant_id, added_at)', `CONCAT('card_', n), ${id('mch')}, '${at}'`);
  await seed('referral_accounts (merchant_id, code, created_at)', `${id('mch')}, LPAD(n + 1000 * m, 8, 'z'), '${at}'`);
  await seed(
    'withdrawals (id, merchant_id, state, amount_fen, method, payee_masked, idempotency_key, request_hash, created_at, ended_at)',
    `${id('wdr')}, ${id('mch')}, 'paid', 10000, 'alipay', '', 'k', REPEAT('a', 64), '${at}', '${at}'`,
  );
  await seed(
    'referral_entries (merchant_id, kind, unit, amount, withdrawal_id, source_key, created_at)',
    `${id('mch')}, 'withdraw', 'fen', -10000, ${id('wdr')}, CONCAT('o', n + 1000 * m), '${at}'`,
  );
  await seed(
    'audit_log (actor, action, target, reason, details_json, request_id, created_at)',
    `${id('mch')}, 'search-tasks', ${id('tsk')}, '', '{}', ${id('req')}, '${at}'`,
  );
  await db.query(
    'ANALYZE TABLE merchants, accounts, tasks, task_inputs, task_units, provider_jobs, quota_lots, quota_entries, orders, payments, refunds, reconciliation_cases, invoice_requests, bill_days, audit_log, sessions, operators, operator_views, feature_merchants, referral_accounts, withdrawals, referral_entries',
  );
}

const MERCHANT = `mch_00${'7'.padStart(24, '0')}`;
const TASK = `tsk_00${'2000'.padStart(24, '0')}`;
const CASE = `cas_00${'2000'.padStart(24, '0')}`;
const VIEW = `vew_00${'7'.padStart(24, '0')}`;
const TRACE = `req_00${'2000'.padStart(24, '0')}`;
const ORDER = `ord_00${'2000'.padStart(24, '0')}`;
const page = { limit: 20 };
const BUCKET = { bucket: 'b', region: 'r', credentials: () => ({ secretId: 'i', secretKey: 'k' }) };

const STATEMENTS: Record<string, () => Promise<unknown>> = {
  'the overview': () => getOverview(db, ['tencent-mps'], NOW_MS),
  'measuring a day': () => measureDay(db, '2026-03-01', { nowMs: NOW_MS, isToday: true, isOver: false }),
  'merchants, a later page': () => searchMerchants(db, { ...page, cursor: MERCHANT.replace('7', '9') }),
  'a merchant by phone': () => searchMerchants(db, { ...page, phone: '1397' }),
  'one merchant': () => getMerchant(db, MERCHANT, NOW_MS),
  tasks: () => searchTasks(db, page),
  'tasks, a later page': () => searchTasks(db, { ...page, cursor: TASK }),
  'tasks of a state that nothing has': () => searchTasks(db, { ...page, state: 'failed' }),
  'tasks of a state, a later page': () => searchTasks(db, { ...page, state: 'succeeded', cursor: TASK }),
  'tasks of a merchant and a state': () => searchTasks(db, { ...page, merchantId: MERCHANT, state: 'failed' }),
  'tasks of a cause that nothing has': () => searchTasks(db, { ...page, errorCode: 'NO_SUCH' }),
  'tasks of a cause on a day': () => searchTasks(db, { ...page, errorCode: 'ENGINE_FAILED', day: '2026-03-01' }),
  'tasks of a card that nobody ordered': () => searchTasks(db, { ...page, featureId: 'poster' }),
  'tasks of a card, a later page': () => searchTasks(db, { ...page, featureId: 'basic_clean', cursor: TASK }),
  'tasks of a day': () => searchTasks(db, { ...page, day: '2026-03-01' }),
  'what a request set off': () => searchTasks(db, { ...page, trace: TRACE }),
  'tasks of a request, a later page': () => searchTasks(db, { ...page, trace: TRACE, cursor: TASK }),
  'a card’s whitelist': () => getCard(db, 'basic_clean'),
  'a task': () => searchTasks(db, { ...page, taskId: TASK }),
  orders: () => searchOrders(db, page, NOW_MS),
  'orders of a merchant': () => searchOrders(db, { ...page, merchantId: MERCHANT }, NOW_MS),
  'orders of a state that none has': () => searchOrders(db, { ...page, state: 'pending' }, NOW_MS),
  'orders that are closed': () => searchOrders(db, { ...page, state: 'closed' }, NOW_MS),
  'orders of a state, a later page': () => searchOrders(db, { ...page, state: 'paid', cursor: ORDER }, NOW_MS),
  'orders that are closed, a later page': () => searchOrders(db, { ...page, state: 'closed', cursor: ORDER }, NOW_MS),
  'orders of a day': () => searchOrders(db, { ...page, day: '2026-03-01' }, NOW_MS),
  'an order by a number of its payment': () =>
    searchOrders(db, { ...page, number: TRACE.replace('req', 'ttx') }, NOW_MS),
  'an order with its money': () => searchOrders(db, { ...page, orderId: ORDER }, NOW_MS),
  'a merchant by id': () => searchMerchants(db, { ...page, merchantId: MERCHANT }),
  'the ledger of a merchant': () => listEntries(db, MERCHANT, page),
  'the channels’ days, a later page': () => listBills(db, BUCKET, { ...page, cursor: '2026-03-01_wechat' }, NOW_MS),
  'open cases': () => listCases(db, page),
  'ended cases': () => listCases(db, { ...page, state: 'ended' }),
  'ended cases, a later page': () => listCases(db, { ...page, state: 'ended', cursor: CASE }),
  'orders of two days as CSV': () => exportOrders(db, { firstDay: '2026-03-01', lastDay: '2026-03-02' }, NOW_MS),
  'figures of days as CSV': () => exportDays(db, { firstDay: '2026-03-01', lastDay: '2026-03-02' }),
  'invoices that wait': () => listInvoices(db, page),
  'invoices that were issued': () => listInvoices(db, { ...page, state: 'issued' }),
  'invoices that were issued, a later page': () => listInvoices(db, { ...page, state: 'issued', cursor: ORDER }),
  'whether a view still stands': () =>
    seenByOperator(db, { viewId: VIEW, merchantId: MERCHANT, sessionId: VIEW.replace('vew', 'ses') }, NOW_MS),
  'what stands under a key': () =>
    isWritten(db, {
      ...{ operatorId: MERCHANT, action: 'rerun-task', idempotencyKey: 'k', requestHash: '' },
      ...{ requestId: '', nowMs: NOW_MS },
    }),
  'everything about a task': () => traceTask(db, TASK),
  'who has a role, a later page': () => listOperators(db, { ...page, cursor: MERCHANT }),
  'the log of a target': () => listAudit(db, { target: TASK }, page),
};

it.each(Object.entries(STATEMENTS))('%s finds its rows by an index', async (_name, statement) => {
  expect(await readBy(db, statement)).toBeLessThan(MAY_READ);
});

/** Those that an operator writes by, and what asks for one of their decisions. */
const WRITES = SCENARIOS.filter(
  ({ procedure }) => procedure === 'request_withdrawal_v1' || procedureText(procedure).includes('CALL note_write_v1('),
);

it.each(WRITES)('$procedure, $outcome, finds its rows by an index', async ({ procedure, outcome, prepare }) => {
  const params = await prepare(db, await newOwner(db));
  const call = async () => expect(await db.callProcedure(procedure, params)).toMatchObject({ outcome });
  expect(await readBy(db, call)).toBeLessThan(MAY_READ);
});

it('sees a scan: the same read without an index', async () => {
  expect(await readBy(db, () => db.query("SELECT id FROM tasks WHERE retry_of = 'x'"))).toBeGreaterThan(OTHERS / 2);
});
