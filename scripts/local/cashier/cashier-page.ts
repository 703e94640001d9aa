import type { CashierOrder } from './cashier-book.ts';
import { CODE_URL_LIFE_MS } from './wechat/native-orders.ts';

const STATE_TEXT = { NOTPAY: '等待支付', SUCCESS: '支付成功', CLOSED: '订单已关闭' } as const;

const STYLE = `
  body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; background: #f3f4f5; color: #1d2129 }
  main { max-width: 400px; margin: 48px auto; padding: 32px; background: #fff; border-radius: 12px }
  h1 { font-size: 18px; margin: 0 0 4px } .amount { font-size: 40px; font-weight: 600; margin: 16px 0 4px }
  p { margin: 4px 0; color: #5c6370; overflow-wrap: anywhere } ul { padding: 0; list-style: none } li { margin: 8px 0 }
  button { width: 100%; min-height: 48px; margin-top: 12px; border: 1px solid #c9cdd4; border-radius: 8px; background: #fff; font: inherit; cursor: pointer }
  button.pay { background: #07c160; border-color: #07c160; color: #fff } a { color: #07793f }
`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export function yuan(fen: number): string {
  return `¥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

/** One order with its buttons. `path` is where this page is, without the order's number. */
export function orderPage(order: CashierOrder, path: string, nowMs: number, notice?: string): string {
  const at = escapeHtml(`${path}/${encodeURIComponent(order.outTradeNo)}`);
  const payable = order.state === 'NOTPAY' && nowMs <= order.expiresAtMs;
  const buttons = `<form method="post" action="${at}/pay"><button class="pay">确认支付</button></form>
<form method="post" action="${at}/close"><button>关闭订单</button></form>`;
  const late = order.state === 'NOTPAY' && !payable ? '<p role="alert">已超过支付截止时间</p>' : '';
  const stale = payable && nowMs > order.codeUrlAtMs + CODE_URL_LIFE_MS ? '<p>二维码已过期，请在商家页面刷新</p>' : '';
  return page(
    '本地收银台',
    `<h1>本地收银台 · 微信支付</h1><p>这里不会产生真实扣款</p>
${notice === undefined ? '' : `<p role="alert">${escapeHtml(notice)}</p>`}
<div class="amount">${yuan(order.amountFen)}</div><p>${escapeHtml(order.description)}</p>
<p>订单号 ${escapeHtml(order.outTradeNo)}</p><p role="status">${STATE_TEXT[order.state]}</p>${late}${stale}${payable ? buttons : ''}`,
  );
}

export function orderListPage(orders: readonly CashierOrder[], path: string): string {
  const items = orders.map(
    (order) =>
      `<li><a href="${escapeHtml(`${path}/${encodeURIComponent(order.outTradeNo)}`)}">${yuan(order.amountFen)} ` +
      `${escapeHtml(order.description)}</a><br>${escapeHtml(order.outTradeNo)} · ${STATE_TEXT[order.state]}</li>`,
  );
  return page('本地收银台', `<h1>本地收银台</h1><ul>${items.join('') || '<li>还没有订单</li>'}</ul>`);
}

export function messagePage(message: string): string {
  return page('本地收银台', `<h1>本地收银台</h1><p role="alert">${escapeHtml(message)}</p>`);
}
