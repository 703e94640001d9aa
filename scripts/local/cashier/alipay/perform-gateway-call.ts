import type { CashierBook } from '../cashier-book.ts';
import type { DownloadDesk } from '../download-desk.ts';
import type { RefundScripts } from '../refund-scripts.ts';
import { offerAlipayBill } from './alipay-bill.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { queryRefund, refundTrade } from './alipay-refunds.ts';
import { AlipayRefusal, businessRefusal } from './alipay-refusal.ts';
import { closeTrade, placeTrade, queryTrade } from './alipay-trades.ts';
import type { Biz } from './check-trade.ts';
import type { GatewayFault, GatewayOperation } from './gateway-faults.ts';
import type { GatewayRequest } from './read-gateway-request.ts';

/** What calls work on. */
export interface CallParts {
  readonly book: CashierBook;
  /** Made at the first use of the gateway. */
  readonly merchant: () => AlipayMerchant;
  readonly scripts: RefundScripts;
  readonly bills: DownloadDesk;
  readonly base: () => string;
}

export type Said = Record<string, unknown>;

export interface GatewayCall {
  readonly operation: GatewayOperation;
  readonly act: (parts: CallParts, request: GatewayRequest, fault: string | undefined, nowMs: number) => Said;
}

/** The methods that answer in JSON. */
export const GATEWAY_CALLS: ReadonlyMap<string, GatewayCall> = new Map(
  Object.entries({
    'alipay.trade.precreate': {
      operation: 'precreate',
      act: ({ book, merchant }, request, _fault, nowMs) => {
        const order = placeTrade(book, merchant(), { method: 'precreate', request }, nowMs);
        return { out_trade_no: order.outTradeNo, qr_code: order.payUrl };
      },
    },
    'alipay.trade.query': { operation: 'query', act: ({ book }, { biz }) => queryTrade(book, biz) },
    'alipay.trade.close': {
      operation: 'close',
      act: ({ book }, { biz }, _fault, nowMs) => closeTrade(book, biz, nowMs),
    },
    'alipay.trade.refund': {
      operation: 'refund',
      act: ({ book, scripts }, { biz }, _fault, nowMs) => refundTrade(book, scripts, biz, nowMs),
    },
    'alipay.trade.fastpay.refund.query': {
      operation: 'refund_query',
      act: ({ book }, { biz }) => queryRefund(book, biz),
    },
    'alipay.data.dataservice.bill.downloadurl.query': {
      operation: 'bill',
      act: ({ book, bills, merchant, base }, { biz }, fault, nowMs) =>
        offerAlipayBill(book, { desk: bills, merchant: merchant(), base: base() }, { biz, fault }, nowMs),
    },
  } satisfies Record<string, GatewayCall>),
);

function closeNewestOther(book: CashierBook, biz: Biz, nowMs: number): void {
  const asked = biz['out_trade_no'];
  const other = book.orders('alipay').findLast((one) => one.state === 'NOTPAY' && one.outTradeNo !== asked);
  if (other === undefined) return;
  other.state = 'CLOSED';
  other.closedAtMs = nowMs;
  book.save();
}

/** Does what was asked, or what the fault says instead. @throws AlipayRefusal */
export function performGatewayCall(
  parts: CallParts,
  call: GatewayCall,
  request: GatewayRequest,
  at: { fault?: GatewayFault; nowMs: number },
): Said {
  const { fault, nowMs } = at;
  if (fault === 'system_error') throw new AlipayRefusal(20000, 'isp.unknow-error', '系统繁忙');
  if (fault === 'rate_limited') throw new AlipayRefusal(40005, 'isv.app-call-limited', '应用调用次数超限');
  if (fault === 'not_enough') throw businessRefusal('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
  if (fault === 'says_done' || fault === 'closes_another') {
    if (fault === 'closes_another') closeNewestOther(parts.book, request.biz, nowMs);
    return { out_trade_no: request.biz['out_trade_no'] };
  }
  const said = fault === 'bad_gateway' ? {} : call.act(parts, request, fault, nowMs);
  if (fault === 'acts_then_system_error') throw businessRefusal('SYSTEM_ERROR', '系统错误，请使用相同的参数再次调用');
  if (fault === 'another_order' && 'out_trade_no' in said) said['out_trade_no'] = 'ord_SOMEBODY_ELSE';
  if (fault === 'wrong_amount' && 'total_amount' in said) said['total_amount'] = '0.01';
  return said;
}
