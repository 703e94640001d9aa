import type { IncomingMessage } from 'node:http';
import type { CashierBook } from '../cashier-book.ts';
import { messagePage, orderPath } from '../cashier-page.ts';
import { html, type PageReply, seeOther } from '../page-reply.ts';
import { PAY_URL_LIFE_MS } from './wechat-orders.ts';

const MS_OF_H5 = PAY_URL_LIFE_MS['h5'] ?? 0;

/**
 * What opening an `h5_url` does: it lives five minutes, only `redirect_url` may be added, the browser must say where it comes from,
 * and WeChat's own browser is not served. https://pay.weixin.qq.com/docs/merchant/products/h5-payment/development.html
 */
export function openH5Page(
  book: CashierBook,
  { headers }: Pick<IncomingMessage, 'headers'>,
  { query, path, nowMs }: { readonly query: string; readonly path: string; readonly nowMs: number },
): PageReply {
  const given = new URLSearchParams(query);
  const prepayId = given.get('prepay_id') ?? '';
  const order = book
    .orders('wechat')
    .find((one) => one.method === 'h5' && new URL(one.payUrl).searchParams.get('prepay_id') === prepayId);
  const strange = [...given.keys()].find((name) => !['prepay_id', 'package', 'redirect_url'].includes(name));
  if (order === undefined) return html(404, messagePage('支付链接无效或已被刷新'));
  if (strange !== undefined) return html(400, messagePage(`支付链接不能追加参数 ${strange}`));
  if (nowMs > order.payUrlAtMs + MS_OF_H5) return html(403, messagePage('支付请求已失效，请重新发起支付'));
  if (!headers.referer) return html(403, messagePage('商家参数格式有误，请联系商家解决：缺少 Referer'));
  if (/MicroMessenger/i.test(headers['user-agent'] ?? ''))
    return html(403, messagePage('请在微信外打开订单，进行支付'));
  const back = given.get('redirect_url');
  if (back !== null) {
    const isFit = URL.canParse(back) && ['http:', 'https:'].includes(new URL(back).protocol);
    if (!isFit) return html(400, messagePage('redirect_url 不是合法的 URL'));
    order.returnUrl = back;
  }
  return seeOther(orderPath(order, path));
}
