import { reportKey } from '../cos/keys.ts';
import type { Objects } from '../cos/objects.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { dueBills, planBillDays, postponeBill } from './bill-days.ts';
import type { ChannelId } from './channel.ts';
import { type BillReport, reconcileBill } from './reconcile-bill.ts';
import type { Channels } from './reconcile-orders.ts';

export interface ReconciledBills {
  readonly reports: readonly BillReport[];
  readonly failures: readonly unknown[];
}

/** Bills of one channel in one run; what is left has its turn an hour later. */
export const DAYS = 5;

/**
 * The daily comparison of every open channel: plans the days that are missing, compares those that are due, and keeps a report of each
 * in COS. A day that fails is tried again later and does not keep the others waiting.
 */
export async function reconcileBills(
  {
    db,
    objects,
    channels,
  }: { readonly db: Database; readonly objects: Pick<Objects, 'put'>; readonly channels: Channels },
  ids: readonly ChannelId[],
  nowMs: number,
): Promise<ReconciledBills> {
  const reports: BillReport[] = [];
  const failures: unknown[] = [];
  for (const id of ids) {
    const channel = await channels(id);
    if (!channel) continue;
    await planBillDays(db, id, nowMs);
    for (const due of await dueBills(db, id, nowMs, DAYS)) {
      await postponeBill(db, due, nowMs);
      try {
        const report = await reconcileBill(db, channel, due.day, nowMs);
        if (report === undefined) continue;
        await keepReport(db, objects, report, nowMs);
        reports.push(report);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  return { reports, failures };
}

/** The object first: a day that is done has its report. */
async function keepReport(
  db: Database,
  objects: Pick<Objects, 'put'>,
  report: BillReport,
  nowMs: number,
): Promise<void> {
  const { channel, day, payments, paidFen, refunds, refundedFen, findings } = report;
  const key = reportKey({ channel, day });
  await objects.put(key, Buffer.from(JSON.stringify(report, undefined, 2)), 'application/json');
  await db.write(
    `UPDATE bill_days SET state = 'done', next_at = NULL, payments = ?, paid_fen = ?, refunds = ?, refunded_fen = ?, findings = ?,
       report_key = ?, done_at = ? WHERE channel = ? AND day = ?`,
    [payments, paidFen, refunds, refundedFen, findings.length, key, sqlTime(nowMs), channel, day],
  );
}
