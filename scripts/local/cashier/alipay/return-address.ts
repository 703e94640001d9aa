import type { CashierOrder } from '../cashier-book.ts';
import { chinaDateTime } from '../china-time.ts';
import { yuan } from '../yuan.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { signText, sortedText } from './rsa2.ts';

/**
 * Where the browser goes after paying, with Alipay's signed word on it. It proves nothing that a notice or a query does not, and
 * anybody may come with it again.
 */
export function returnAddress(order: CashierOrder, merchant: AlipayMerchant, nowMs: number): string | undefined {
  if (order.returnUrl === undefined || order.paidAtMs === undefined || order.method === 'precreate')
    return order.returnUrl;
  const said = new Map([
    ['charset', 'utf-8'],
    ['out_trade_no', order.outTradeNo],
    ['method', `alipay.trade.${order.method}.pay.return`],
    ['total_amount', yuan(order.amountFen)],
    ['trade_no', order.transactionId ?? ''],
    ['auth_app_id', order.appId],
    ['version', '1.0'],
    ['app_id', order.appId],
    ['seller_id', order.mchId],
    ['timestamp', chinaDateTime(nowMs)],
  ]);
  const sign = signText(sortedText(said, []), merchant.alipay.privatePem);
  const url = new URL(order.returnUrl);
  for (const [name, value] of [...said, ['sign_type', 'RSA2'] as const, ['sign', sign] as const]) {
    url.searchParams.set(name, value);
  }
  return url.toString();
}
