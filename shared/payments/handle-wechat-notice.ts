import type { Database } from '../db/database.ts';
import type { RawReply } from '../http/reply.ts';
import type { HashPayer } from './payer-hash.ts';
import { isRecorded, type Settlement, settleOrder } from './settle-order.ts';
import { type RefundSettlement, settleRefund } from './settle-refund.ts';
import { type NoticeInput, type NoticeRefusal, verifyNotice } from './wechat/verify-notice.ts';

/**
 * What WeChat is answered. Only a settled payment, or an authentic event that is no payment, is acknowledged; everything
 * else is delivered again (up to 15 times in a day) while somebody looks into it.
 */
export interface NoticeReply {
  readonly statusCode: 204 | 401 | 500;
  readonly result: Settlement | NoticeRefusal | `refund_${RefundSettlement}` | 'not_a_payment';
  /** Names the rule that was broken; never a value. */
  readonly detail?: string;
  readonly orderId?: string;
}

/** @throws DatabaseUnavailable, which must not be acknowledged either */
export async function handleWechatNotice(
  db: Database,
  input: NoticeInput,
  onTrace?: (trace: string | null) => void,
  hashPayer: HashPayer = async (notice) => notice,
): Promise<NoticeReply> {
  const verdict = verifyNotice(input);
  if (!verdict.ok) {
    const { reason, detail, authentic } = verdict;
    if (authentic && reason === 'not_success') return { statusCode: 204, result: 'not_a_payment', detail };
    return { statusCode: 401, result: reason, detail };
  }
  switch (verdict.kind) {
    case 'payment': {
      const result = await settleOrder(db, await hashPayer(verdict.notice), 'notify', input.nowMs, 'grant', onTrace);
      const statusCode = isRecorded(result) ? 204 : 500;
      return { statusCode, result, orderId: verdict.notice.outTradeNo };
    }
    case 'refund': {
      const { channel, outRefundNo: refundId, outTradeNo: orderId, state } = verdict.notice;
      const settled = await settleRefund(db, { channel, refundId, state }, input.nowMs, onTrace);
      return { statusCode: 204, result: `refund_${settled}`, orderId };
    }
    case 'other':
      return { statusCode: 204, result: 'not_a_payment' };
  }
}

/** Within WeChat's protocol the status decides; a failure carries its customary document. */
export function replyToWechat(statusCode: NoticeReply['statusCode']): RawReply {
  if (statusCode === 204) return { statusCode, headers: {}, body: '' };
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: 'FAIL', message: '失败' }),
  };
}
