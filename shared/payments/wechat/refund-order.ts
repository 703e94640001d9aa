import * as z from 'zod/mini';
import { ChannelError, type ChannelRefund, type ChannelRefundRequest } from '../channel.ts';
import { requireNumber } from '../merchant-number.ts';
import { AnsweredRefund, toChannelRefund } from './refund.ts';
import { refusal, type SendOptions, sendRequest } from './send-request.ts';
import type { SigningKeys } from './signing-config.ts';

const PATH = '/v3/refund/domestic/refunds';

type Numbers = Pick<ChannelRefundRequest, 'outTradeNo' | 'outRefundNo'>;

function readRefund(what: string, numbers: Numbers, json: unknown): ChannelRefund {
  const refund = z.safeParse(AnsweredRefund, json);
  if (!refund.success) throw new ChannelError('unverified', 'malformed', what);
  const { out_trade_no: outTradeNo, out_refund_no: outRefundNo } = refund.data;
  if (outTradeNo !== numbers.outTradeNo || outRefundNo !== numbers.outRefundNo) {
    throw new ChannelError('unverified', 'another_refund', what);
  }
  return toChannelRefund(refund.data);
}

/**
 * The answer says that WeChat accepted the refund; SUCCESS at once is possible. Under the same number it refunds once.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012082053
 * @throws ChannelError
 */
export async function refundOrder(
  keys: SigningKeys,
  options: SendOptions,
  request: ChannelRefundRequest,
): Promise<ChannelRefund> {
  const what = 'wechat refund';
  requireNumber('outTradeNo', request.outTradeNo);
  requireNumber('outRefundNo', request.outRefundNo);
  const answer = await sendRequest(keys, options, {
    method: 'POST',
    pathAndQuery: PATH,
    body: {
      out_trade_no: request.outTradeNo,
      out_refund_no: request.outRefundNo,
      reason: request.reason,
      notify_url: request.notifyUrl,
      amount: { refund: request.refundFen, total: request.totalFen, currency: 'CNY' },
    },
  });
  if (answer.status !== 200) throw refusal(what, answer);
  return readRefund(what, request, answer.json);
}

/** @throws ChannelError */
export async function queryRefund(keys: SigningKeys, options: SendOptions, numbers: Numbers): Promise<ChannelRefund> {
  const what = 'wechat queryRefund';
  requireNumber('outRefundNo', numbers.outRefundNo);
  const pathAndQuery = `${PATH}/${encodeURIComponent(numbers.outRefundNo)}`;
  const answer = await sendRequest(keys, options, { method: 'GET', pathAndQuery });
  if (answer.status === 200) return readRefund(what, numbers, answer.json);
  if (answer.status === 404 && answer.errorCode === 'RESOURCE_NOT_EXISTS') {
    // A refund is sent again on the strength of this, so it must be WeChat's own word.
    if (!answer.verified) throw new ChannelError('unverified', 'RESOURCE_NOT_EXISTS', what);
    return { state: 'absent' };
  }
  throw refusal(what, answer);
}
