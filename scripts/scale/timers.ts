import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseCron } from '../../infra/serverless/parse-cron.ts';
import { ROUNDS, ROWS_AT_ONCE } from '../../shared/auth/purge-expired.ts';
import { PAGE as COMMISSIONS } from '../../shared/growth/settle-commissions.ts';
import { PAGE as ARCHIVES } from '../../shared/library/archive/sweep-archives.ts';
import { TASKS as ERASED } from '../../shared/library/erase-deleted.ts';
import {
  SIDE_BY_SIDE as PURGED_AT_ONCE,
  WORK_MS as PURGED_MOST_MS,
  PAGE as RESULTS,
} from '../../shared/library/sweep-library.ts';
import { PAGE as REFUSALS } from '../../shared/moderation/content-refusals.ts';
import { DAYS as BILLS } from '../../shared/payments/reconcile-bills.ts';
import { PAGE as ORDERS } from '../../shared/payments/reconcile-orders.ts';
import { PAGE as CASES } from '../../shared/payments/tell-cases.ts';
import { MAX_LOTS } from '../../shared/quota/expire-credits.ts';
import { PAGE as JOBS, SIDE_BY_SIDE } from '../../shared/tasks/provider/poll-provider-jobs.ts';
import { PAGE as SWEPT } from '../../shared/tasks/sweep-tasks.ts';
import { AT_ONCE, ROUNDS_MS } from '../../shared/webhooks/deliver-webhooks.ts';
import { type Costs, NORMAL_DAY, PLATFORM } from './day/day-plan.ts';
import { SMS_PER_MERCHANT_MONTH } from './prices.ts';

/** One list that a timer goes through. `rowMs` and `aMerchantADay` are assumptions where nothing was measured. */
export interface Walk {
  readonly timer: string;
  readonly rows: string;
  readonly table: string;
  readonly index: string;
  /** Rows of one tick at most; Infinity: as many as its time allows. */
  readonly page: number;
  readonly sideBySide?: number;
  readonly rowMs: number;
  /** What it gives itself, where that is less than its function has. */
  readonly workMs?: number;
  /** It reads whole days, so many at each tick. */
  readonly wholeDays?: number;
  readonly aMerchantADay?: number;
  readonly step: string;
}

/** A question to a vendor or a payment channel; milliseconds. */
const ASKED_MS = 300;
/** An endpoint that answers; one that hangs takes 15 s. */
const ENDPOINT_MS = 1000;
/** Of a deletion of a thousand rows, one; of a range that is counted, one row. */
const PURGED_MS = 0.02;
const COUNTED_MS = 0.005;
const RESULTS_A_TASK = 5;
const REFRESHES_A_DAY = 8;
const ORDERS_A_DAY = 1 / 30;
const QUESTIONS_AN_ORDER = 6;

export function walksOf({ createMs, finishMs, readMs }: Costs): readonly Walk[] {
  const { sweptRowMs, roundTripMs } = PLATFORM;
  const { tasksPerMerchant } = NORMAL_DAY;
  const swept = { timer: 'sweep-tasks', page: SWEPT, rowMs: sweptRowMs, step: 'a larger page, more sweepers at once' };
  const orders = { timer: 'reconcile-orders', page: ORDERS, rowMs: 2 * ASKED_MS };
  const library = { timer: 'sweep-library', rowMs: sweptRowMs };
  return [
    { ...swept, rows: 'units that wait too long, dead leases', table: 'task_units', index: 'by_sweep' },
    { ...swept, rows: 'tasks overdue or without their photo', table: 'tasks', index: 'by_sweep' },
    { ...swept, rows: 'archives', table: 'archives', index: 'by_sweep', page: ARCHIVES },
    {
      ...{ timer: 'poll-provider-jobs', rows: 'jobs at engines', table: 'provider_jobs', index: 'by_poll', page: JOBS },
      ...{ sideBySide: SIDE_BY_SIDE, rowMs: ASKED_MS, step: 'a poller for each engine, then a larger page' },
    },
    {
      ...{
        timer: 'deliver-webhooks',
        rows: 'deliveries due',
        table: 'webhook_deliveries',
        index: 'due',
        page: Infinity,
      },
      ...{ sideBySide: AT_ONCE, rowMs: ENDPOINT_MS, workMs: ROUNDS_MS, aMerchantADay: tasksPerMerchant },
      step: 'more at once; endpoints that hang in a list of their own',
    },
    {
      ...{ ...orders, rows: 'numbers to ask a channel about', table: 'order_attempts', index: 'by_query' },
      ...{ aMerchantADay: ORDERS_A_DAY * QUESTIONS_AN_ORDER, step: 'side by side; channels in timers of their own' },
    },
    { ...orders, rows: 'refunds to send', table: 'refunds', index: 'by_next', step: 'side by side' },
    {
      ...{ ...orders, rows: 'orders that commission hangs on', table: 'referral_outbox', index: 'due' },
      ...{ page: COMMISSIONS, rowMs: finishMs + roundTripMs, aMerchantADay: ORDERS_A_DAY, step: 'a timer of its own' },
    },
    {
      ...{ ...orders, rows: 'cases to tell of', table: 'reconciliation_cases', index: 'by_told', page: CASES },
      ...{ rowMs: readMs, step: 'a larger page' },
    },
    {
      ...{ ...library, rows: 'results that were deleted', table: 'task_outputs', index: 'by_purge', page: RESULTS },
      ...{ sideBySide: PURGED_AT_ONCE, workMs: PURGED_MOST_MS, step: 'more often, more side by side' },
    },
    {
      ...{
        ...library,
        rows: 'results at the end of their life',
        table: 'task_outputs',
        index: 'by_age',
        page: RESULTS,
        sideBySide: PURGED_AT_ONCE,
        workMs: PURGED_MOST_MS,
      },
      ...{
        aMerchantADay: tasksPerMerchant * RESULTS_A_TASK,
        step: 'the same; the bucket’s own rule deletes them meanwhile',
      },
    },
    {
      ...{ ...library, rows: 'tasks of deleted accounts', table: 'account_deletions', index: 'by_pass', page: ERASED },
      ...{ rowMs: RESULTS_A_TASK * sweptRowMs, step: 'a timer of its own' },
    },
    {
      ...{ ...library, rows: 'refused pictures', table: 'content_refusals', index: 'by_removal', page: REFUSALS },
      step: 'a larger page',
    },
    {
      ...{ timer: 'purge-expired', rows: 'of each table what is over', table: 'refresh_tokens', index: 'by_expiry' },
      ...{
        page: ROUNDS * ROWS_AT_ONCE,
        rowMs: PURGED_MS,
        aMerchantADay: REFRESHES_A_DAY + SMS_PER_MERCHANT_MONTH / 30,
      },
      step: 'more often: its time is hardly used',
    },
    {
      ...{ timer: 'expire-credits', rows: 'dead lots that hold something', table: 'quota_lots', index: 'by_expiry' },
      ...{ page: MAX_LOTS, rowMs: createMs + roundTripMs, aMerchantADay: ORDERS_A_DAY, step: 'every hour' },
    },
    {
      ...{ timer: 'reconcile-bills', rows: `rows of a channel’s bills, ${BILLS} days a run`, table: 'bill_days' },
      ...{ index: 'by_next', page: Infinity, rowMs: roundTripMs + readMs, aMerchantADay: ORDERS_A_DAY },
      step: 'a channel a function; parts of a day’s bill',
    },
    {
      ...{ timer: 'measure-days', rows: 'all tasks of today and yesterday', table: 'tasks', index: 'PRIMARY' },
      ...{ page: Infinity, rowMs: COUNTED_MS, wholeDays: 2, aMerchantADay: tasksPerMerchant },
      step: 'less often, or by the hour and added up',
    },
  ];
}

export interface TimerSettings {
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  /** Infinity: nothing is reserved for it. */
  readonly instances: number;
}

/** The timers of serverless.yml by their function. */
export function readTimers(): ReadonlyMap<string, TimerSettings> {
  interface Entry {
    readonly timeout: number;
    readonly reservedConcurrency?: number;
    readonly events?: readonly { readonly timer?: { readonly cron: string } }[];
  }
  const file = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
  const { functions } = parse(readFileSync(file, 'utf8'), { merge: true }) as { functions: Record<string, Entry> };
  return new Map(
    Object.entries(functions).flatMap(([name, { timeout, reservedConcurrency = Infinity, events = [] }]) => {
      const cron = events.find(({ timer }) => timer)?.timer?.cron;
      if (cron === undefined) return [];
      const { seconds, minutes, hours } = parseCron(cron);
      const everySeconds = 86_400 / (seconds.length * minutes.length * hours.length);
      return [[name, { everySeconds, timeoutSeconds: timeout, instances: reservedConcurrency }]];
    }),
  );
}

export interface WalkLimit {
  /** Rows a second, above which more become due than are taken: by the page, or by the time that a tick has. */
  readonly perSecond: number;
  readonly by: 'page' | 'time';
  readonly merchants: number | undefined;
}

/** What one walk carries, as if its timer had no other. */
export function limitOf(walk: Walk, { everySeconds, timeoutSeconds, instances }: TimerSettings): WalkLimit {
  const workSeconds = (walk.workMs ?? timeoutSeconds * 1000) / 1000;
  const atWork = Math.min(instances, workSeconds / everySeconds);
  const byTime = walk.wholeDays
    ? (workSeconds * 1000) / walk.rowMs / walk.wholeDays / 86_400
    : (atWork * (walk.sideBySide ?? 1) * 1000) / walk.rowMs;
  const byPage = walk.page / everySeconds;
  const perSecond = Math.min(byPage, byTime);
  const { aMerchantADay } = walk;
  const merchants = aMerchantADay === undefined ? undefined : (perSecond * 86_400) / aMerchantADay;
  return { perSecond, by: byPage <= byTime ? 'page' : 'time', merchants };
}
