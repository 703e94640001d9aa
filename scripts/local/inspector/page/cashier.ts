import { ask, button, element } from './dom.ts';
import { everySecond } from './every-second.ts';

type Notices = Readonly<Record<'wechat' | 'alipay', readonly string[]>>;

interface Order {
  readonly channel: 'wechat' | 'alipay';
  readonly outTradeNo: string;
  readonly description: string;
  readonly amountFen: number;
  readonly state: string;
}

/** Orders at the cashier: its own page for each, paid in order or with a notice that goes wrong. */
export function showCashier(main: HTMLElement): () => void {
  let shown = '';
  const faults = ask<{ notices: Notices }>('faults').then(({ notices }) => notices);
  return everySecond(async () => {
    const [orders, notices] = await Promise.all([ask<Order[]>('orders'), faults]);
    const key = JSON.stringify(orders);
    if (key === shown) return;
    shown = key;
    main.replaceChildren(
      element('h2', {}, '收银台 Cashier'),
      element('p', {}, element('a', { href: '/local/pay/cashier', target: '_blank' }, '打开收银台 Open the cashier')),
      ...[...orders].reverse().map((order) => orderBox(order, notices[order.channel])),
      ...(orders.length === 0 ? [element('p', { class: 'soft' }, '还没有订单 No orders yet')] : []),
    );
  });
}

function orderBox(
  { channel, outTradeNo, description, amountFen, state }: Order,
  notices: readonly string[],
): HTMLElement {
  const path = `/local/pay/cashier/${encodeURIComponent(outTradeNo)}`;
  const select = element('select', { 'aria-label': '通知的故障 Fault of the notice' });
  select.append(...['', ...notices].map((name) => element('option', { value: name }, name || '正常 as it should')));
  const pay = async (): Promise<void> => {
    const fault = select.value === '' ? '' : `&fault=${encodeURIComponent(select.value)}`;
    const answer = await fetch(`${path}/pay?channel=${channel}${fault}`, {
      method: 'POST',
      headers: { Accept: 'application/json' },
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return element(
    'section',
    { class: 'box' },
    element('p', {}, element('strong', {}, `¥${(amountFen / 100).toFixed(2)}`), ` ${description} · ${state}`),
    element(
      'p',
      {},
      element('a', { href: `${path}?channel=${channel}`, target: '_blank' }, `${channel} ${outTradeNo}`),
    ),
    element('div', { class: 'buttons' }, select, button('支付 Pay', pay, true)),
  );
}
