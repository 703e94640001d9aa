import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import type { ChannelId } from '../payments/channel.ts';
import { readLink } from '../tasks/read-link.ts';

interface Row {
  readonly channel: ChannelId;
  readonly day: string;
  readonly state: 'waiting' | 'done';
  readonly attempts: number;
  readonly nextAtMs: number | null;
  readonly payments: number;
  readonly paidFen: number | string;
  readonly refunds: number;
  readonly refundedFen: number | string;
  readonly findings: number;
  readonly reportKey: string | null;
  readonly doneAtMs: number | null;
}

/** The channels' days, newest first. `cursor`: the last day of the page before and its channel. */
export async function listBills(
  db: Database,
  bucket: Bucket,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  nowMs: number,
) {
  const [day = '', channel = ''] = (cursor ?? '2100-01-01_').split('_');
  const rows = await db.query<Row>(
    `SELECT channel, DATE_FORMAT(b.day, '%Y-%m-%d') AS day, state, attempts, next_at AS nextAtMs, payments, paid_fen AS paidFen, refunds,
       refunded_fen AS refundedFen, findings, report_key AS reportKey, done_at AS doneAtMs
     FROM bill_days b WHERE b.day <= ? AND (b.day < ? OR b.channel < ?) ORDER BY b.day DESC, b.channel DESC LIMIT ?`,
    [day, day, channel, limit + 1],
  );
  const shown = rows.map((row) => billOf(row, bucket, nowMs));
  return pageOf(shown, limit, (bill) => `${bill.day}_${bill.channel}`);
}

function billOf(row: Row, bucket: Bucket, nowMs: number) {
  const { channel, day, state, attempts, nextAtMs, doneAtMs, payments, refunds, findings, reportKey } = row;
  const saveAs = `对账-${channel}-${day}.json`;
  const sums = { payments, paidFen: Number(row.paidFen), refunds, refundedFen: Number(row.refundedFen), findings };
  const link = reportKey !== null && { reportUrl: readLink(bucket, reportKey, nowMs, saveAs) };
  return {
    ...{ channel, day, state, attempts },
    ...(nextAtMs !== null && { nextAtMs }),
    ...(doneAtMs !== null && { doneAtMs, compared: { ...sums, ...link } }),
  };
}
