import * as z from 'zod/mini';
import { shanghaiTime } from '../../shanghai-day.ts';
import { ChannelError, type ChannelOrderRequest } from '../channel.ts';
import { requireNumber } from '../merchant-number.ts';
import { refusal, type SendOptions, sendRequest } from './send-request.ts';
import type { SigningKeys } from './signing-config.ts';

/** `code_url` is what the code holds; `h5_url` is opened by the phone's browser, from a page of the registered domain. */
const CreatedNative = z.object({ code_url: z.string().check(z.regex(/^weixin:\/\/[\x21-\x7e]{1,500}$/)) });
const CreatedH5 = z.object({
  h5_url: z.string().check(z.regex(/^(?:https|http:\/\/(?:127\.0\.0\.1|localhost):\d+)[\x21-\x7e]{1,1000}$/)),
});

/** RFC 3339 in China's time, to the second, as the vendor writes it. */
export function toRfc3339(atMs: number): string {
  return `${shanghaiTime(atMs).replace(' ', 'T')}+08:00`;
}

function sceneOf({ method, clientIp }: ChannelOrderRequest): object {
  if (method === 'h5') return { scene_info: { payer_client_ip: clientIp, h5_info: { type: 'Wap' } } };
  return clientIp === undefined ? {} : { scene_info: { payer_client_ip: clientIp } };
}

/**
 * Native (a code on the web page) or H5 (a phone's browser outside WeChat). Nothing may be appended to `h5_url` but `redirect_url`.
 * https://pay.weixin.qq.com/docs/merchant/products/h5-payment/development.html
 * @throws ChannelError; TypeError for a method that WeChat has not, or an `h5` without the payer's address
 */
export async function createOrder(
  keys: SigningKeys,
  options: SendOptions,
  request: ChannelOrderRequest,
): Promise<{ readonly payUrl: string }> {
  const what = 'wechat createOrder';
  const { method } = request;
  requireNumber('outTradeNo', request.outTradeNo);
  if (method !== 'qr' && method !== 'h5') throw new TypeError('method must be qr or h5');
  if (method === 'h5' && request.clientIp === undefined) throw new TypeError('clientIp must be given for h5');
  const answer = await sendRequest(keys, options, {
    method: 'POST',
    pathAndQuery: `/v3/pay/transactions/${method === 'qr' ? 'native' : 'h5'}`,
    body: {
      appid: keys.appId,
      mchid: keys.signer.mchId,
      description: request.description,
      out_trade_no: request.outTradeNo,
      time_expire: toRfc3339(request.expiresAtMs),
      notify_url: request.notifyUrl,
      amount: { total: request.amountFen, currency: 'CNY' },
      ...sceneOf(request),
    },
  });
  if (answer.status !== 200) throw refusal(what, answer);
  const payUrl = method === 'qr' ? readNative(answer.json) : readH5(answer.json, request.returnUrl);
  if (payUrl === undefined) throw new ChannelError('unverified', 'malformed', what);
  return { payUrl };
}

function readNative(json: unknown): string | undefined {
  const created = z.safeParse(CreatedNative, json);
  return created.success ? created.data.code_url : undefined;
}

function readH5(json: unknown, returnUrl: string | undefined): string | undefined {
  const created = z.safeParse(CreatedH5, json);
  if (!created.success || !URL.canParse(created.data.h5_url)) return undefined;
  const suffix = returnUrl === undefined ? '' : `&redirect_url=${encodeURIComponent(returnUrl)}`;
  return created.data.h5_url + suffix;
}
