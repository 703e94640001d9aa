import * as z from 'zod/mini';
import { ChannelError, type ChannelRefund, type ChannelRefundRequest } from '../channel.ts';
import { requireNumber } from '../merchant-number.ts';
import { fenToYuan, yuanToFen } from '../yuan.ts';
import { refusal, requireVerified, type SendOptions, sendRequest } from './send-request.ts';
import type { AlipayKeys } from './signing-config.ts';

type Numbers = Pick<ChannelRefundRequest, 'outTradeNo' | 'outRefundNo'>;

/** Its `refund_fee` is the sum of all refunds of the trade, so it is not this one's amount. */
const Accepted = z.object({ out_trade_no: z.string(), fund_change: z.enum(['Y', 'N']) });

/** Without a refund under the number, Alipay answers success and leaves the fields of the refund out. */
const Queried = z.object({
  out_trade_no: z.optional(z.string()),
  out_request_no: z.optional(z.string()),
  refund_amount: z.optional(z.string().check(z.refine((text) => (yuanToFen(text) ?? 0) >= 1))),
  refund_status: z.optional(z.enum(['REFUND_SUCCESS', 'REFUND_PROCESSING', 'REFUND_FAIL'])),
});

const STATES = { REFUND_SUCCESS: 'succeeded', REFUND_PROCESSING: 'processing', REFUND_FAIL: 'closed' } as const;

function requireNumbers({ outTradeNo, outRefundNo }: Numbers): void {
  requireNumber('outTradeNo', outTradeNo);
  requireNumber('outRefundNo', outRefundNo);
}

/**
 * Success means accepted; that money moved is `fund_change=Y`. N is also the answer to a refund that was made before under the
 * same number, so then the refund is asked for. Its notice goes to the payment's address, wherever `notifyUrl` points.
 * At least 3 s must lie between two refunds of one trade.
 * @throws ChannelError
 */
export async function refundOrder(
  keys: AlipayKeys,
  options: SendOptions,
  request: ChannelRefundRequest,
): Promise<ChannelRefund> {
  const what = 'alipay refund';
  requireNumbers(request);
  const answer = await sendRequest(keys, options, {
    method: 'alipay.trade.refund',
    content: {
      out_trade_no: request.outTradeNo,
      out_request_no: request.outRefundNo,
      refund_amount: fenToYuan(request.refundFen),
      refund_reason: request.reason,
    },
  });
  if (!answer.isSuccess) throw refusal(what, answer);
  const accepted = z.safeParse(Accepted, answer.json);
  if (!accepted.success) throw new ChannelError('unverified', 'malformed', what);
  if (accepted.data.out_trade_no !== request.outTradeNo) throw new ChannelError('unverified', 'another_refund', what);
  if (accepted.data.fund_change === 'Y') return { state: 'succeeded', refundFen: request.refundFen };
  const refund = await queryRefund(keys, options, request);
  return refund.state === 'absent' ? { state: 'processing' } : refund;
}

function readQueried(what: string, numbers: Numbers, json: unknown): ChannelRefund {
  const queried = z.safeParse(Queried, json);
  if (!queried.success) throw new ChannelError('unverified', 'malformed', what);
  const { refund_amount: amount, refund_status: status, ...named } = queried.data;
  const { out_trade_no: outTradeNo, out_request_no: outRefundNo } = named;
  if (amount === undefined && status === undefined) return { state: 'absent' };
  if (outTradeNo !== numbers.outTradeNo || outRefundNo !== numbers.outRefundNo) {
    throw new ChannelError('unverified', 'another_refund', what);
  }
  const refundFen = amount === undefined ? undefined : yuanToFen(amount);
  // An older gateway names no status: that the refund is told at all means that it succeeded.
  return { state: STATES[status ?? 'REFUND_SUCCESS'], ...(refundFen !== undefined && { refundFen }) };
}

/**
 * `absent` right after a refund proves nothing: Alipay asks for 10 s between the two.
 * @throws ChannelError
 */
export async function queryRefund(keys: AlipayKeys, options: SendOptions, numbers: Numbers): Promise<ChannelRefund> {
  const what = 'alipay queryRefund';
  requireNumbers(numbers);
  const answer = await sendRequest(keys, options, {
    method: 'alipay.trade.fastpay.refund.query',
    content: { out_trade_no: numbers.outTradeNo, out_request_no: numbers.outRefundNo },
  });
  if (answer.isSuccess) return readQueried(what, numbers, answer.json);
  if (answer.errorCode !== 'ACQ.TRADE_NOT_EXIST') throw refusal(what, answer);
  requireVerified(what, answer);
  return { state: 'absent' };
}
