import * as z from 'zod/mini';
import { ChannelError, type ChannelOrder } from '../channel.ts';
import { requireNumber } from '../merchant-number.ts';
import { refusal, type SendOptions, sendRequest } from './send-request.ts';
import type { SigningKeys } from './signing-config.ts';
import { Transaction, toPaymentNotice } from './transaction.ts';

/** How WeChat's `trade_state` reads here. PAYERROR and USERPAYING: the payer may still succeed with the same order. */
const STATES: Readonly<Record<string, ChannelOrder['state']>> = {
  SUCCESS: 'paid',
  REFUND: 'refunded',
  NOTPAY: 'unpaid',
  USERPAYING: 'unpaid',
  PAYERROR: 'unpaid',
  ACCEPT: 'unpaid',
  CLOSED: 'closed',
  REVOKED: 'closed',
};

const Queried = z.object({
  mchid: z.string(),
  appid: z.string(),
  out_trade_no: z.string(),
  trade_state: z.string(),
});

function orderPath(outTradeNo: string): string {
  requireNumber('outTradeNo', outTradeNo);
  return `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}`;
}

function readQueried(keys: SigningKeys, outTradeNo: string, json: unknown): ChannelOrder {
  const what = 'wechat queryOrder';
  const order = z.safeParse(Queried, json);
  if (!order.success) throw new ChannelError('unverified', 'malformed', what);
  const { mchid, appid, out_trade_no: number, trade_state: tradeState } = order.data;
  if (number !== outTradeNo || mchid !== keys.signer.mchId || appid !== keys.appId) {
    throw new ChannelError('unverified', 'another_order', what);
  }
  const state = Object.hasOwn(STATES, tradeState) ? STATES[tradeState] : undefined;
  if (state === undefined) throw new ChannelError('unverified', 'unknown_trade_state', what);
  if (state !== 'paid' && state !== 'refunded') return { state };
  const transaction = z.safeParse(Transaction, json);
  if (!transaction.success) throw new ChannelError('unverified', 'malformed', what);
  return { state, ...toPaymentNotice(transaction.data) };
}

/** @throws ChannelError */
export async function queryOrder(keys: SigningKeys, options: SendOptions, outTradeNo: string): Promise<ChannelOrder> {
  const pathAndQuery = `${orderPath(outTradeNo)}?mchid=${keys.signer.mchId}`;
  const answer = await sendRequest(keys, options, { method: 'GET', pathAndQuery });
  if (answer.status === 200) return readQueried(keys, outTradeNo, answer.json);
  if (answer.status === 404 && answer.errorCode === 'ORDER_NOT_EXIST') {
    // An order may be given up on the strength of this, so it must be WeChat's own word.
    if (!answer.verified) throw new ChannelError('unverified', 'ORDER_NOT_EXIST', 'wechat queryOrder');
    return { state: 'absent' };
  }
  throw refusal('wechat queryOrder', answer);
}

/** @throws ChannelError */
export async function closeOrder(keys: SigningKeys, options: SendOptions, outTradeNo: string): Promise<void> {
  const body = { mchid: keys.signer.mchId };
  const answer = await sendRequest(keys, options, {
    method: 'POST',
    pathAndQuery: `${orderPath(outTradeNo)}/close`,
    body,
  });
  if (answer.status === 204 || answer.errorCode === 'ORDER_CLOSED') return;
  throw refusal('wechat closeOrder', answer);
}
