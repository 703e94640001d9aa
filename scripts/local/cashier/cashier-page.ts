import type { CashierOrder } from './cashier-book.ts';
import { PAY_URL_LIFE_MS } from './wechat/wechat-orders.ts';
import { yuan } from './yuan.ts';

const CHANNEL_TEXT = { wechat: '微信支付 WeChat Pay', alipay: '支付宝 Alipay' } as const;
const STATE_TEXT = { NOTPAY: '等待支付 Waiting', SUCCESS: '支付成功 Paid', CLOSED: '订单已关闭 Closed' } as const;

const STYLE = `
  body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; background: #f3f4f5; color: #1d2129 }
  main { max-width: 400px; margin: 48px auto; padding: 32px; background: #fff; border-radius: 12px }
  h1 { font-size: 18px; margin: 0 0 4px } .amount { font-size: 40px; font-weight: 600; margin: 16px 0 4px }
  p { margin: 4px 0; color: #5c6370; overflow-wrap: anywhere } ul { padding: 0; list-style: none } li { margin: 8px 0 }
  button { width: 100%; min-height: 48px; margin-top: 12px; border: 1px solid #c9cdd4; border-radius: 8px; background: #fff; font: inherit; cursor: pointer }
  button.wechat { background: #07c160; border-color: #07c160; color: #fff } a { color: #07793f }
  button.alipay { background: #1677ff; border-color: #1677ff; color: #fff }
`;

export interface OrderView {
  /** Where this page is, without the order's number. */
  readonly path: string;
  readonly nowMs: number;
  readonly notice?: string | undefined;
  /** Back to the merchant. */
  readonly returnTo?: string | undefined;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

/** WeChat's numbers stand alone, as they always did; Alipay's may be the same and say whose they are. */
export function orderPath({ channel, outTradeNo }: CashierOrder, path: string, action = ''): string {
  return `${path}/${encodeURIComponent(outTradeNo)}${action}${channel === 'alipay' ? '?channel=alipay' : ''}`;
}

function button(order: CashierOrder, path: string, action: string, text: string, fields = '', style = ''): string {
  const at = escapeHtml(orderPath(order, path, action));
  return `<form method="post" action="${at}">${fields}<button${style}>${text}</button></form>`;
}

const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${value}">`;

function buttons(order: CashierOrder, path: string, payable: boolean): string {
  if (order.state === 'SUCCESS') return '';
  if (!payable) {
    return button(order, path, '/pay', '关闭前已输入密码，仍然付款 Pay late', hidden('evenIfClosed', 'true'));
  }
  return [
    button(order, path, '/pay', '确认支付 Pay', '', ` class="${order.channel}"`),
    button(order, path, '/pay', '用立减券支付（优惠 1 元）Pay with a coupon', hidden('fault', 'coupon')),
    button(order, path, '/cancel', '取消 Cancel'),
    button(order, path, '/close', '关闭订单 Close the order'),
  ].join('\n');
}

function remarks(order: CashierOrder, payable: boolean, nowMs: number): string {
  const lifeMs = PAY_URL_LIFE_MS[order.method];
  const isStale = lifeMs !== undefined && nowMs > order.payUrlAtMs + lifeMs;
  return [
    order.state === 'NOTPAY' && !payable ? '<p role="alert">已超过支付截止时间 Too late to pay</p>' : '',
    order.state === 'NOTPAY' && order.cancelledAtMs !== undefined
      ? '<p>已取消，仍可重新支付 Cancelled; it can still be paid</p>'
      : '',
    payable && isStale ? '<p>二维码已过期，请在商家页面刷新 This code has expired</p>' : '',
  ].join('');
}

/** One order with its buttons. */
export function orderPage(order: CashierOrder, { path, nowMs, notice, returnTo }: OrderView): string {
  const payable = order.state === 'NOTPAY' && nowMs <= order.expiresAtMs;
  return page(
    '本地收银台',
    `<h1>本地收银台 · ${CHANNEL_TEXT[order.channel]}</h1><p>这里不会产生真实扣款 No real money moves here</p>
${notice === undefined ? '' : `<p role="alert">${escapeHtml(notice)}</p>`}
<div class="amount">¥${yuan(order.amountFen)}</div><p>${escapeHtml(order.description)}</p>
<p>订单号 Order ${escapeHtml(order.outTradeNo)}</p><p role="status">${STATE_TEXT[order.state]}</p>${remarks(order, payable, nowMs)}
${buttons(order, path, payable)}${returnTo === undefined ? '' : `<p><a href="${escapeHtml(returnTo)}">返回商家 Back to the merchant</a></p>`}`,
  );
}

export function orderListPage(orders: readonly CashierOrder[], path: string): string {
  const items = orders.map(
    (order) =>
      `<li><a href="${escapeHtml(orderPath(order, path))}">¥${yuan(order.amountFen)} ${escapeHtml(order.description)}</a><br>` +
      `${CHANNEL_TEXT[order.channel]} · ${escapeHtml(order.outTradeNo)} · ${STATE_TEXT[order.state]}</li>`,
  );
  return page('本地收银台', `<h1>本地收银台</h1><ul>${items.join('') || '<li>还没有订单 No orders yet</li>'}</ul>`);
}

export function messagePage(message: string): string {
  return page('本地收银台', `<h1>本地收银台</h1><p role="alert">${escapeHtml(message)}</p>`);
}
