import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { ChannelId, ChannelRefundState } from './channel.ts';
import { openCase } from './open-case.ts';
import { REFUND_LATER_MS } from './query-schedule.ts';

/**
 * - `succeeded`: the money is back. `closed`: it will never go; the credits have returned. `noted`: not ended yet.
 * - `ownerless`: closed, but the merchant has deleted the account: the credits stay out of reach, and its case was opened with it.
 * - `ended`: was known. `contradicted`: the money is back after all that had been closed: somebody has to look.
 */
export type RefundSettlement = 'succeeded' | 'closed' | 'ownerless' | 'noted' | 'ended' | 'contradicted' | 'unknown';

export interface RefundNews {
  readonly channel: ChannelId;
  /** Our number of the refund, as the channel has it. */
  readonly refundId: string;
  /** `requested`: the channel could not be asked, or said not now. */
  readonly state: Exclude<ChannelRefundState, 'absent'> | 'requested';
  /** The channel's code, when it said no. */
  readonly errorCode?: string;
  /** When to look again, unless this ends it: hours later, where the news says nothing of it. */
  readonly nextAtMs?: number;
}

/**
 * The one way in which a refund moves on; news may come twice, late and in any order. What only a person can mend is a case.
 * @param onTrace told which request asked for it, or ordered what goes back by itself, for the log
 */
export async function settleRefund(
  db: Database,
  news: RefundNews,
  nowMs: number,
  onTrace?: (trace: string | null) => void,
): Promise<RefundSettlement> {
  const known = OUR_REFUND.test(news.refundId);
  const { outcome, trace } = known ? await settle(db, news, nowMs) : STRANGE;
  onTrace?.(trace);
  if (news.state === 'abnormal' || outcome === 'contradicted' || outcome === 'unknown') {
    const { channel, refundId: subject } = news;
    await openCase(db, { class: 'refund_differs', channel, subject, remedy: 'none' }, nowMs);
  }
  return outcome;
}

/** Others come of the channel's own console. */
const OUR_REFUND = /^rfd_[0-9A-Z]{26}$/;

interface Settled {
  readonly outcome: RefundSettlement;
  readonly trace: string | null;
}

const STRANGE: Settled = { outcome: 'unknown', trace: null };

function settle(db: Database, news: RefundNews, nowMs: number): Promise<Settled> {
  return db.callProcedure<Settled>('settle_refund_v4', [
    ...[news.refundId, news.state, news.errorCode?.slice(0, 64) ?? null],
    ...[sqlTime(news.nextAtMs ?? nowMs + REFUND_LATER_MS), sqlTime(nowMs)],
  ]);
}
