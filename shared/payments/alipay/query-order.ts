import * as z from 'zod/mini';
import { ChannelError, type ChannelOrder } from '../channel.ts';
import { fromChinaTime } from '../china-time.ts';
import { requireNumber } from '../merchant-number.ts';
import { yuanToFen } from '../yuan.ts';
import { buyerOf } from './buyer-of.ts';
import { refusal, requireVerified, type SendOptions, sendRequest } from './send-request.ts';
import type { AlipayKeys } from './signing-config.ts';

const WHAT = 'alipay queryOrder';

const Queried = z.object({
  out_trade_no: z.string(),
  trade_no: z.string().check(z.minLength(1), z.maxLength(64)),
  trade_status: z.string(),
  /** Who paid; no payment fails for it. */
  buyer_user_id: z.optional(z.unknown()),
  buyer_open_id: z.optional(z.unknown()),
  total_amount: z.string().check(z.refine((text) => (yuanToFen(text) ?? 0) >= 1)),
  /** When the seller was paid: only a trade that was paid has it. */
  send_pay_date: z.optional(z.string().check(z.refine((text) => fromChinaTime(text) !== undefined))),
});
type Queried = z.infer<typeof Queried>;

/** A trade is closed when its time is over, and also when all of it was refunded. */
function stateOf({ trade_status: status, send_pay_date: paidAt }: Queried): ChannelOrder['state'] {
  if (status === 'TRADE_SUCCESS' || status === 'TRADE_FINISHED') return 'paid';
  if (status === 'TRADE_CLOSED') return paidAt === undefined ? 'closed' : 'refunded';
  if (status === 'WAIT_BUYER_PAY') return 'unpaid';
  throw new ChannelError('unverified', 'unknown_trade_status', WHAT);
}

function readQueried(keys: AlipayKeys, nowMs: number, outTradeNo: string, json: unknown): ChannelOrder {
  const queried = z.safeParse(Queried, json);
  if (!queried.success) throw new ChannelError('unverified', 'malformed', WHAT);
  const trade = queried.data;
  if (trade.out_trade_no !== outTradeNo) throw new ChannelError('unverified', 'another_order', WHAT);
  const state = stateOf(trade);
  if (state !== 'paid' && state !== 'refunded') return { state };
  return {
    state,
    channel: 'alipay',
    outTradeNo,
    transactionId: trade.trade_no,
    amountFen: yuanToFen(trade.total_amount) ?? 0,
    currency: 'CNY',
    // The answer names neither: an app is told only of its own seller's trades.
    merchantId: keys.sellerId,
    appId: keys.appId,
    paidAtMs: (trade.send_pay_date === undefined ? undefined : fromChinaTime(trade.send_pay_date)) ?? nowMs,
    ...buyerOf(trade.buyer_user_id, trade.buyer_open_id),
  };
}

/**
 * `absent` is what a new order is until the payer has opened its address or scanned its code.
 * @throws ChannelError
 */
export async function queryOrder(keys: AlipayKeys, options: SendOptions, outTradeNo: string): Promise<ChannelOrder> {
  requireNumber('outTradeNo', outTradeNo);
  const answer = await sendRequest(keys, options, {
    method: 'alipay.trade.query',
    content: { out_trade_no: outTradeNo },
  });
  if (answer.isSuccess) return readQueried(keys, options.clock(), outTradeNo, answer.json);
  if (answer.errorCode !== 'ACQ.TRADE_NOT_EXIST') throw refusal(WHAT, answer);
  requireVerified(WHAT, answer);
  return { state: 'absent' };
}

/** Nothing that waits to be paid: never opened, closed before, or paid. Which it is, the query that follows tells. */
const NOTHING_TO_CLOSE = new Set([
  ...['ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_HAS_CLOSE', 'ACQ.TRADE_STATUS_ERROR'],
  ...['ACQ.REASON_TRADE_STATUS_INVALID', 'ACQ.REASON_ILLEGAL_STATUS'],
]);

/** @throws ChannelError */
export async function closeOrder(keys: AlipayKeys, options: SendOptions, outTradeNo: string): Promise<void> {
  requireNumber('outTradeNo', outTradeNo);
  const answer = await sendRequest(keys, options, {
    method: 'alipay.trade.close',
    content: { out_trade_no: outTradeNo },
  });
  if (!answer.isSuccess && !NOTHING_TO_CLOSE.has(answer.errorCode)) throw refusal('alipay closeOrder', answer);
}
