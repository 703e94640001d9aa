import * as z from 'zod/mini';
import { ChannelError, type ChannelOrder, type ChannelOrderRequest, type PaymentChannel } from '../channel.ts';
import { type SendOptions, sendRequest, type WechatAnswer } from './send-request.ts';
import { openSigningKeys, type SigningKeys, type WechatPaySigningConfig } from './signing-config.ts';
import { OUT_TRADE_NO, Transaction, toPaymentNotice } from './transaction.ts';

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

const Created = z.object({ code_url: z.string().check(z.regex(/^weixin:\/\/[\x21-\x7e]{1,500}$/)) });

const Queried = z.object({
  mchid: z.string(),
  appid: z.string(),
  out_trade_no: z.string(),
  trade_state: z.string(),
});

/** RFC 3339 in China's time, to the second, as the vendor writes it. */
export function toRfc3339(atMs: number): string {
  return `${new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function refusal(what: string, answer: WechatAnswer): ChannelError {
  return new ChannelError('refused', answer.errorCode ?? `http_${answer.status}`, what);
}

function orderPath(outTradeNo: string): string {
  if (!OUT_TRADE_NO.test(outTradeNo)) throw new TypeError('outTradeNo must be 6–32 of 0-9 A-Z a-z _ - | *');
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
  const state = STATES[tradeState];
  if (state === undefined) throw new ChannelError('unverified', 'unknown_trade_state', what);
  if (state !== 'paid' && state !== 'refunded') return { state };
  const transaction = z.safeParse(Transaction, json);
  if (!transaction.success) throw new ChannelError('unverified', 'malformed', what);
  return { state, ...toPaymentNotice(transaction.data) };
}

/**
 * WeChat Pay v3, Native (a QR code on the web page). Build once for each instance.
 * @throws TypeError that names the field of `config` that is wrong
 */
export function wechatPayChannel(config: WechatPaySigningConfig, options: SendOptions): PaymentChannel {
  const keys = openSigningKeys(config);
  const { mchId } = keys.signer;

  return {
    id: 'wechat',

    async createOrder(request: ChannelOrderRequest) {
      const what = 'wechat createOrder';
      orderPath(request.outTradeNo);
      const answer = await sendRequest(keys, options, {
        method: 'POST',
        pathAndQuery: '/v3/pay/transactions/native',
        body: {
          appid: keys.appId,
          mchid: mchId,
          description: request.description,
          out_trade_no: request.outTradeNo,
          time_expire: toRfc3339(request.expiresAtMs),
          notify_url: request.notifyUrl,
          amount: { total: request.amountFen, currency: 'CNY' },
          ...(request.clientIp === undefined ? {} : { scene_info: { payer_client_ip: request.clientIp } }),
        },
      });
      if (answer.status !== 200) throw refusal(what, answer);
      const created = z.safeParse(Created, answer.json);
      if (!created.success) throw new ChannelError('unverified', 'malformed', what);
      return { codeUrl: created.data.code_url };
    },

    async queryOrder(outTradeNo: string) {
      const pathAndQuery = `${orderPath(outTradeNo)}?mchid=${mchId}`;
      const answer = await sendRequest(keys, options, { method: 'GET', pathAndQuery });
      if (answer.status === 200) return readQueried(keys, outTradeNo, answer.json);
      if (answer.status === 404 && answer.errorCode === 'ORDER_NOT_EXIST') {
        // An order may be given up on the strength of this, so it must be WeChat's own word.
        if (!answer.verified) throw new ChannelError('unverified', 'ORDER_NOT_EXIST', 'wechat queryOrder');
        return { state: 'absent' };
      }
      throw refusal('wechat queryOrder', answer);
    },

    async closeOrder(outTradeNo: string) {
      const pathAndQuery = `${orderPath(outTradeNo)}/close`;
      const answer = await sendRequest(keys, options, { method: 'POST', pathAndQuery, body: { mchid: mchId } });
      if (answer.status === 204 || answer.errorCode === 'ORDER_CLOSED') return;
      throw refusal('wechat closeOrder', answer);
    },
  };
}
