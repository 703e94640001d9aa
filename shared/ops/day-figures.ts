import * as z from 'zod/mini';
import type { Database } from '../db/database.ts';

const Failures = z.record(z.string(), z.int());

const COUNTS = {
  ...{ tasks: 'tasks', succeeded: 'succeeded', failed: 'failed', canceled: 'canceled', expired: 'expired' },
  ...{ creditsUsed: 'credits_used', creditsReturned: 'credits_returned' },
  ...{ creditsSold: 'credits_sold', creditsGiven: 'credits_given' },
  ...{ orders: 'orders', paidFen: 'paid_fen', refunds: 'refunds', refundedFen: 'refunded_fen', merchants: 'merchants' },
  lateOrders: 'late_orders',
} as const;
type Counts = Record<keyof typeof COUNTS, number>;

export interface DayRow extends Counts {
  readonly day: string;
  readonly failures: Readonly<Record<string, number>>;
  readonly creditsExpiring: number | null;
  readonly measuredAtMs: number;
}

/** The rows of the days that were measured, both ends included. */
export async function readDays(db: Database, firstDay: string, lastDay = '9999-12-31'): Promise<DayRow[]> {
  const columns = Object.entries(COUNTS).map(([name, column]) => `${column} AS ${name}`);
  const rows = await db.query<
    Counts & { day: string; failuresJson: string; creditsExpiring: number | null; measuredAtMs: number }
  >(
    `SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day, ${columns.join(', ')}, failures_json AS failuresJson,
       credits_expiring AS creditsExpiring, measured_at AS measuredAtMs
     FROM day_figures WHERE day >= ? AND day <= ? ORDER BY day`,
    [firstDay, lastDay],
  );
  return rows.map(({ failuresJson, ...row }) => ({ ...row, failures: z.parse(Failures, JSON.parse(failuresJson)) }));
}

/** The days together; null when there is none, for then nobody knows. */
export function figuresOf(days: readonly DayRow[]) {
  if (days.length === 0) return null;
  const sum = (name: keyof Counts) => days.reduce((all, day) => all + Number(day[name]), 0);
  const [created, succeeded, failed] = [sum('tasks'), sum('succeeded'), sum('failed')];
  const [canceled, expired] = [sum('canceled'), sum('expired')];
  const [paidFen, refundedFen] = [sum('paidFen'), sum('refundedFen')];
  return {
    tasks: { created, succeeded, failed, canceled, expired, open: created - succeeded - failed - canceled - expired },
    successRate: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
    failures: failuresOf(days),
    money: {
      ...{ orders: sum('orders'), lateOrders: sum('lateOrders'), paidFen },
      ...{ refunds: sum('refunds'), refundedFen, revenueFen: paidFen - refundedFen },
    },
    credits: {
      ...{ sold: sum('creditsSold'), given: sum('creditsGiven') },
      ...{ used: sum('creditsUsed'), returned: sum('creditsReturned') },
    },
    newMerchants: sum('merchants'),
  };
}

function failuresOf(days: readonly DayRow[]): { errorCode: string; tasks: number }[] {
  const counts = new Map<string, number>();
  for (const { failures } of days)
    for (const [errorCode, tasks] of Object.entries(failures))
      counts.set(errorCode, (counts.get(errorCode) ?? 0) + tasks);
  return [...counts].map(([errorCode, tasks]) => ({ errorCode, tasks })).sort((a, b) => b.tasks - a.tasks);
}
