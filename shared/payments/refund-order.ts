import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import type { ChannelId } from './channel.ts';
import type { Channels } from './reconcile-orders.ts';
import { DUE_REFUND, type DueRefund, sendRefund } from './send-refund.ts';

export interface RefundRequest {
  readonly orderId: string;
  /** `whole`: all that has not gone back yet. `unused`: the share of the order's credits that nobody has spent. */
  readonly mode: 'whole' | 'unused';
  readonly reason: string;
  readonly operatorId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  /** Of the operator's request. */
  readonly trace?: string;
  readonly nowMs: number;
}

export interface Refund {
  readonly refundId: string;
  readonly orderId: string;
  readonly kind: 'whole' | 'unused' | 'second_payment';
  readonly state: 'requested' | 'processing' | 'succeeded' | 'abnormal' | 'closed';
  readonly amountFen: number;
  /** Taken from the merchant with it. */
  readonly credits: number;
  readonly errorCode?: string;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
}

type Outcome = 'created' | 'replayed' | 'conflict' | 'unknown' | 'not_paid' | 'nothing_left' | 'nothing_unused';

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  unknown: 'NOT_FOUND',
  not_paid: 'ORDER_NOT_PAID',
  nothing_left: 'NOTHING_TO_REFUND',
  nothing_unused: 'NOTHING_TO_REFUND',
} as const;

/**
 * An operator gives money back. The credits are taken and the audit row written first, in one transaction; then the channel is
 * asked, here once and by the timer until it has answered. What the channel refuses for good gives the credits back.
 * @throws ApiError NOT_FOUND, ORDER_NOT_PAID, NOTHING_TO_REFUND, IDEMPOTENCY_CONFLICT
 */
export async function refundOrder(
  db: Database,
  channels: Channels,
  notifyUrl: (channel: ChannelId) => string,
  request: RefundRequest,
): Promise<Refund> {
  const { nowMs } = request;
  const row = await db.callProcedure<{ outcome: Outcome; refund_id: string | null }>('create_refund_v4', [
    ...[request.orderId, newId('rfd_', nowMs), request.mode, request.operatorId, request.reason],
    ...[request.idempotencyKey, request.requestHash, request.requestId, sqlTime(nowMs), request.trace ?? null],
  ]);
  if (row.outcome !== 'created' && row.outcome !== 'replayed') throw new ApiError(REFUSALS[row.outcome]);
  const refundId = row.refund_id ?? '';
  const [due] = await db.query<DueRefund>(`SELECT ${DUE_REFUND} WHERE r.id = ? AND r.next_at <= ?`, [
    refundId,
    sqlTime(nowMs),
  ]);
  if (due) await sendRefund(db, await channels(due.channel), due, notifyUrl(due.channel), nowMs);
  const refund = await readRefund(db, refundId);
  if (!refund) throw new TypeError('a refund that was just written is gone');
  return refund;
}

async function readRefund(db: Database, refundId: string): Promise<Refund | undefined> {
  const [row] = await db.query<
    Omit<Refund, 'errorCode' | 'endedAtMs'> & { errorCode: string | null; endedAtMs: number | null }
  >(
    `SELECT id AS refundId, order_id AS orderId, kind, state, amount_fen AS amountFen, credits, error_code AS errorCode,
       created_at AS createdAtMs, ended_at AS endedAtMs
     FROM refunds WHERE id = ?`,
    [refundId],
  );
  if (!row) return undefined;
  const { errorCode, endedAtMs, ...refund } = row;
  return { ...refund, ...(errorCode !== null && { errorCode }), ...(endedAtMs !== null && { endedAtMs }) };
}
