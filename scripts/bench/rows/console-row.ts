import { systemClock } from '../../../shared/clock.ts';
import { type Database, openDatabase } from '../../../shared/db/database.ts';
import { getMerchant } from '../../../shared/ops/get-merchant.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { listAudit } from '../../../shared/ops/list-audit.ts';
import { listCases } from '../../../shared/ops/list-cases.ts';
import { listInvoices } from '../../../shared/ops/list-invoices.ts';
import { listReferrals } from '../../../shared/ops/list-referrals.ts';
import { measureDay } from '../../../shared/ops/measure-day.ts';
import { measureDays } from '../../../shared/ops/measure-days.ts';
import { searchMerchants } from '../../../shared/ops/search-merchants.ts';
import { searchOrders } from '../../../shared/ops/search-orders.ts';
import { searchTasks } from '../../../shared/ops/search-tasks.ts';
import { traceTask } from '../../../shared/ops/trace-task.ts';
import { shanghaiDay } from '../../../shared/shanghai-day.ts';
import { startBenchStage } from '../bench-stage.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';
import { seedConsole } from '../seed-console.ts';
import { idPrefix, seedDays } from '../seed-days.ts';

const TASKS = 1_000_000;
const MERCHANTS = 100_000;
const DAYS = 30;
const EACH = 100;
const MOST_MS = 50;
/** A day is counted by a timer, which nobody waits for. */
const MOST_OF_A_DAY_MS = 5000;

const page = { limit: 20 };
/** A merchant and a task of the middle of the seed, by the id that `seedDays` gave. */
const ofSeed = (kind: 'mch_' | 'tsk_', nowMs: number): string =>
  `${idPrefix(kind, kind === 'mch_' ? DAYS : DAYS / 2, nowMs)}${String(7777).padStart(16, '0')}`;

const READS: Readonly<Record<string, (db: Database, nowMs: number) => Promise<unknown>>> = {
  overview: (db, nowMs) => getOverview(db, ['tencent-mps'], nowMs),
  'tasks of all merchants': (db) => searchTasks(db, page),
  'tasks that failed': (db) => searchTasks(db, { ...page, state: 'failed' }),
  'tasks of a cause': (db) => searchTasks(db, { ...page, errorCode: 'PROCESSING_FAILED' }),
  'tasks of a card and a day': (db, nowMs) =>
    searchTasks(db, { ...page, featureId: 'basic_clean', day: shanghaiDay(nowMs) }),
  'what a request set off': (db) => searchTasks(db, { ...page, trace: `trace-${DAYS / 2}-7777` }),
  'everything about a task': (db, nowMs) => traceTask(db, ofSeed('tsk_', nowMs)),
  merchants: (db) => searchMerchants(db, page),
  'one merchant': (db, nowMs) => getMerchant(db, ofSeed('mch_', nowMs), nowMs),
  'orders of all merchants': (db, nowMs) => searchOrders(db, page, nowMs),
  'orders that were paid': (db, nowMs) => searchOrders(db, { ...page, state: 'paid' }, nowMs),
  'invoices that wait': (db) => listInvoices(db, page),
  'cases that are open': (db) => listCases(db, page),
  'withdrawals that wait': (db) => listReferrals(db, page),
  commissions: (db) => listReferrals(db, { ...page, state: 'released' }),
  'the audit log': (db) => listAudit(db, {}, page),
  'the audit log of a merchant': (db, nowMs) => listAudit(db, { target: ofSeed('mch_', nowMs) }, page),
  'the audit log by action': (db) => listAudit(db, { action: 'grant-credits' }, page),
};

async function timesOf(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const ms: number[] = [];
  for (let n = 0; n < times; n++) {
    const startMs = performance.now();
    await work();
    ms.push(performance.now() - startMs);
  }
  return ms.sort((a, b) => a - b);
}

async function run({ say }: BenchSettings): Promise<RowResult[]> {
  const stage = await startBenchStage();
  const db = openDatabase({ readSecret: async () => stage.secret, statementTimeoutMs: 60_000 });
  const nowMs = systemClock();
  try {
    say(`  ${TASKS.toLocaleString('en')} tasks of ${MERCHANTS.toLocaleString('en')} merchants in ${DAYS} days`);
    await seedDays(stage.connection, { tasks: TASKS, merchants: MERCHANTS, days: DAYS, nowMs });
    await seedConsole(stage.connection, { merchants: MERCHANTS, days: DAYS, nowMs });
    while (!(await allMeasured(db, nowMs))) await measureDays(db, nowMs);
    const results: RowResult[] = [];
    for (const [what, read] of Object.entries(READS))
      results.push(describe(what, await timesOf(EACH, () => read(db, nowMs)), MOST_MS));
    const today = () => measureDay(db, shanghaiDay(nowMs), { nowMs, isToday: true, isOver: false });
    results.push(describe('measuring a day (the timer)', await timesOf(5, today), MOST_OF_A_DAY_MS));
    return results;
  } finally {
    await db.close();
    await stage.stop();
  }
}

async function allMeasured(db: Database, nowMs: number): Promise<boolean> {
  return (await getOverview(db, [], nowMs)).periods.at(-1)?.measuredDays === DAYS;
}

function describe(what: string, sortedMs: readonly number[], bound: number): RowResult {
  const p50 = median(sortedMs);
  const most = sortedMs.at(-1) ?? 0;
  // Of few, the slowest.
  const p99 = sortedMs[Math.ceil(sortedMs.length * 0.99) - 1] ?? most;
  return {
    ...{ row: 'console', against: `${what} at 10⁶ tasks, 10⁵ merchants`, wall: null, cpu: null },
    checks: [
      { what: 'p50 ms', value: p50, rule: '≤', bound },
      { what: 'p99 ms', value: p99, rule: '≤', bound },
    ],
    figures: [`p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms of ${sortedMs.length}`],
  };
}

export const CONSOLE_ROW: BenchRow = { name: 'console', title: "what an operator's console reads", run };
