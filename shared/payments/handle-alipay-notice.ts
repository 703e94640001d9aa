import type { Database } from '../db/database.ts';
import type { RawReply } from '../http/reply.ts';
import { type AlipayNoticeInput, type AlipayNoticeRefusal, verifyNotice } from './alipay/verify-notice.ts';
import type { HashPayer } from './payer-hash.ts';
import { isRecorded, type Settlement, settleOrder } from './settle-order.ts';
import { type RefundSettlement, settleRefund } from './settle-refund.ts';

/**
 * What Alipay is answered. Only a settled payment, or an authentic notice of anything but a payment, is acknowledged; everything else
 * is delivered again (up to 8 times in 25 hours) while somebody looks into it.
 */
export interface AlipayNoticeReply {
  readonly statusCode: 200 | 401 | 500;
  readonly result: Settlement | AlipayNoticeRefusal | `refund_${RefundSettlement}` | 'not_a_payment';
  /** Names the rule that was broken; never a value. */
  readonly detail?: string;
  readonly orderId?: string;
}

/** @throws DatabaseUnavailable, which must not be acknowledged either */
export async function handleAlipayNotice(
  db: Database,
  input: AlipayNoticeInput,
  nowMs: number,
  onTrace?: (trace: string | null) => void,
  hashPayer: HashPayer = async (notice) => notice,
): Promise<AlipayNoticeReply> {
  const verdict = verifyNotice(input);
  if (!verdict.ok) return { statusCode: 401, result: verdict.reason, detail: verdict.detail };
  switch (verdict.kind) {
    case 'payment': {
      const result = await settleOrder(db, await hashPayer(verdict.notice), 'notify', nowMs, 'grant', onTrace);
      const statusCode = isRecorded(result) ? 200 : 500;
      return { statusCode, result, orderId: verdict.notice.outTradeNo };
    }
    case 'refund': {
      const { channel, outRefundNo: refundId, outTradeNo: orderId, state } = verdict.notice;
      const settled = await settleRefund(db, { channel, refundId, state }, nowMs, onTrace);
      return { statusCode: 200, result: `refund_${settled}`, orderId };
    }
    case 'other':
      return { statusCode: 200, result: 'not_a_payment' };
  }
}

/** Alipay looks at the body: exactly these seven letters, or it comes again. */
export function replyToAlipay(statusCode: AlipayNoticeReply['statusCode']): RawReply {
  return {
    statusCode,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    body: statusCode === 200 ? 'success' : 'fail',
  };
}
