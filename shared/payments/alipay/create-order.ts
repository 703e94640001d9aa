import * as z from 'zod/mini';
import { shanghaiTime } from '../../shanghai-day.ts';
import { ChannelError, type ChannelOrderRequest } from '../channel.ts';
import { requireNumber } from '../merchant-number.ts';
import { fenToYuan } from '../yuan.ts';
import { refusal, type SendOptions, sendRequest, signedParameters } from './send-request.ts';
import type { AlipayKeys } from './signing-config.ts';

const WHAT = 'alipay createOrder';

/** How a browser pays: the address is the order, and Alipay learns of it when the payer opens it. */
const BROWSER = {
  page: { method: 'alipay.trade.page.pay', product_code: 'FAST_INSTANT_TRADE_PAY' },
  wap: { method: 'alipay.trade.wap.pay', product_code: 'QUICK_WAP_WAY' },
} as const;

const Precreated = z.object({
  out_trade_no: z.string(),
  qr_code: z.string().check(z.regex(/^https?:\/\/[\x21-\x7e]{1,1000}$/)),
});

/** Alipay refuses some signs in a subject, and a comma would split a line of its bill; their wide forms read the same. */
const WIDE: Readonly<Record<string, string>> = { '/': '／', '=': '＝', '&': '＆', ',': '，', '"': '＂' };

function contentOf(request: ChannelOrderRequest): Record<string, string> {
  return {
    out_trade_no: request.outTradeNo,
    total_amount: fenToYuan(request.amountFen),
    subject: request.description.replaceAll(/[/=&,"]/g, (sign) => WIDE[sign] ?? ''),
    time_expire: shanghaiTime(request.expiresAtMs),
  };
}

/**
 * `page` and `wap` are a signed address and no request at all; `qr` asks for a code.
 * @throws ChannelError; TypeError for a method that Alipay has not, or an amount that is none
 */
export async function createOrder(
  keys: AlipayKeys,
  options: SendOptions,
  request: ChannelOrderRequest,
): Promise<{ readonly payUrl: string }> {
  const { method, notifyUrl, returnUrl } = request;
  requireNumber('outTradeNo', request.outTradeNo);
  if (method === 'h5') throw new TypeError('method must be qr, page or wap');
  const content = contentOf(request);
  if (method === 'qr') {
    const answer = await sendRequest(keys, options, { method: 'alipay.trade.precreate', content, notifyUrl });
    if (!answer.isSuccess) throw refusal(WHAT, answer);
    const created = z.safeParse(Precreated, answer.json);
    if (!created.success) throw new ChannelError('unverified', 'malformed', WHAT);
    if (created.data.out_trade_no !== request.outTradeNo) throw new ChannelError('unverified', 'another_order', WHAT);
    return { payUrl: created.data.qr_code };
  }
  const { method: name, product_code } = BROWSER[method];
  const parameters = signedParameters(keys, options.clock, {
    method: name,
    content: { ...content, product_code },
    notifyUrl,
    ...(returnUrl !== undefined && { returnUrl }),
  });
  return { payUrl: `${keys.gatewayUrl}?${new URLSearchParams(parameters).toString()}` };
}
