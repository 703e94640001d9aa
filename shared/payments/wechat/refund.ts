import * as z from 'zod/mini';
import type { ChannelRefund, RefundNotice } from '../channel.ts';
import { MERCHANT_NUMBER } from '../merchant-number.ts';

const STATES: Readonly<Record<'SUCCESS' | 'CLOSED' | 'PROCESSING' | 'ABNORMAL', RefundNotice['state']>> = {
  SUCCESS: 'succeeded',
  CLOSED: 'closed',
  PROCESSING: 'processing',
  ABNORMAL: 'abnormal',
};

const state = z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']);
const amount = z.object({ refund: z.int().check(z.gte(1)), total: z.int().check(z.gte(1)) });
/** A refund may have been made by a person in the merchant platform, whose number is not of our form. */
const outRefundNo = z.string().check(z.minLength(1), z.maxLength(64));

/** The answer to a refund, or to the query for one. */
export const AnsweredRefund = z.object({
  out_trade_no: z.string(),
  out_refund_no: outRefundNo,
  status: state,
  amount,
});

export function toChannelRefund(refund: z.infer<typeof AnsweredRefund>): ChannelRefund {
  return { state: STATES[refund.status], refundFen: refund.amount.refund };
}

/** What a refund's notice has inside. It names no app. */
export const NotifiedRefund = z.object({
  mchid: z.string().check(z.minLength(1), z.maxLength(32)),
  out_trade_no: z.string().check(z.regex(MERCHANT_NUMBER)),
  out_refund_no: outRefundNo,
  refund_status: state,
  amount,
});

export function toRefundNotice(refund: z.infer<typeof NotifiedRefund>, noticeId: string): RefundNotice {
  return {
    channel: 'wechat',
    outTradeNo: refund.out_trade_no,
    outRefundNo: refund.out_refund_no,
    state: STATES[refund.refund_status],
    refundFen: refund.amount.refund,
    noticeId,
  };
}
