import { advanceBook } from '../advance-book.ts';
import type { CashierBook, CashierOrder, CashierRefund } from '../cashier-book.ts';
import { randomDigits } from '../cashier-merchant.ts';
import { chinaDateTime } from '../china-time.ts';
import type { RefundScripts } from '../refund-scripts.ts';
import { claimedFen, refundedFen } from '../refunded-fen.ts';
import { yuan } from '../yuan.ts';
import { businessRefusal } from './alipay-refusal.ts';
import { buyerOf, findTrade } from './alipay-trades.ts';
import { amount, type Biz, required, text } from './check-trade.ts';

function checkRefundable(book: CashierBook, order: CashierOrder, asked: { fen: number; isWhole: boolean }): void {
  if (order.finishedAtMs !== undefined) throw businessRefusal('TRADE_HAS_FINISHED', '交易已完结');
  if (order.state !== 'SUCCESS') throw businessRefusal('TRADE_STATUS_ERROR', '交易状态不合法');
  if (asked.isWhole && asked.fen !== order.amountFen) {
    throw businessRefusal('REFUND_AMT_NOT_EQUAL_TOTAL', '撤销或退款金额与订单金额不一致');
  }
  if (claimedFen(book, order) + asked.fen > order.amountFen) {
    throw businessRefusal('REASON_TRADE_REFUND_FEE_ERR', '退款金额无效');
  }
}

/** `refund_fee` is what the trade has had back in all, not what this request gave. */
function answerRefund(book: CashierBook, order: CashierOrder, refund: CashierRefund, moved: boolean) {
  return {
    ...buyerOf(order),
    fund_change: moved ? 'Y' : 'N',
    gmt_refund_pay: chinaDateTime(refund.endsAtMs),
    out_trade_no: order.outTradeNo,
    refund_fee: yuan(refundedFen(book, order)),
    send_back_fee: yuan(refund.state === 'SUCCESS' ? refund.refundFen : 0),
    trade_no: order.transactionId,
  };
}

/**
 * The same `out_request_no` refunds once; without one the order's number stands for it, and the refund is whole.
 * @throws AlipayRefusal
 */
export function refundTrade(book: CashierBook, scripts: RefundScripts, biz: Biz, nowMs: number) {
  const order = findTrade(book, biz);
  const fen = amount(biz, 'refund_amount');
  const asked = text(biz, 'out_request_no', 64);
  const outRefundNo = asked ?? order.outTradeNo;
  const reason = text(biz, 'refund_reason', 256);
  const existing = book.refundsOf(order).find((one) => one.outRefundNo === outRefundNo && one.state !== 'CLOSED');
  if (existing !== undefined) {
    if (existing.refundFen !== fen) throw businessRefusal('DISCORDANT_REPEAT_REQUEST', '不一致的请求');
    return answerRefund(book, order, existing, false);
  }
  checkRefundable(book, order, { fen, isWhole: asked === null });
  const script = scripts.take();
  const refund: CashierRefund = {
    channel: 'alipay',
    outTradeNo: order.outTradeNo,
    outRefundNo,
    refundId: randomDigits(28),
    refundFen: fen,
    reason,
    notifyUrl: order.notifyUrl,
    createdAtMs: nowMs,
    state: 'PROCESSING',
    end: script.end ?? 'SUCCESS',
    endsAtMs: nowMs + (script.afterMs ?? 0),
    fault: script.fault ?? null,
    delayMs: script.delayMs ?? null,
  };
  book.addRefund(refund);
  advanceBook(book, nowMs);
  book.save();
  return answerRefund(book, order, refund, (refund.state as string) === 'SUCCESS');
}

/** Nothing but the code stands in the answer about a refund that did not succeed, or that nobody asked for. @throws AlipayRefusal */
export function queryRefund(book: CashierBook, biz: Biz): Record<string, unknown> {
  const order = findTrade(book, biz);
  const outRequestNo = required(biz, 'out_request_no', 64);
  const refund = book.refundsOf(order).find((one) => one.outRefundNo === outRequestNo && one.state === 'SUCCESS');
  if (refund === undefined) return {};
  return {
    gmt_refund_pay: chinaDateTime(refund.endsAtMs),
    out_request_no: refund.outRefundNo,
    out_trade_no: order.outTradeNo,
    refund_amount: yuan(refund.refundFen),
    refund_status: 'REFUND_SUCCESS',
    total_amount: yuan(order.amountFen),
    trade_no: order.transactionId,
  };
}
