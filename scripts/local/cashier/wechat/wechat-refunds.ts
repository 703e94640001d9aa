import type { CashierBook, CashierOrder, CashierRefund } from '../cashier-book.ts';
import { randomDigits } from '../cashier-merchant.ts';
import { chinaDay, DAY_MS, rfc3339 } from '../china-time.ts';
import type { RefundScript, RefundScripts } from '../refund-scripts.ts';
import { claimedFen } from '../refunded-fen.ts';
import { type AskedRefund, checkRefund, OUT_REFUND_NO } from './check-refund.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

const PROCESSING_MS = 2000;
const MOST_REFUNDS = 50;
const REFUNDABLE_MS = 365 * DAY_MS;
/** Between two refunds of one order. */
const APART_MS = 60_000;

function invalid(message: string): WechatRefusal {
  return new WechatRefusal(400, 'INVALID_REQUEST', message);
}

function findOrder(book: CashierBook, { transactionId, outTradeNo }: AskedRefund): CashierOrder {
  const order =
    transactionId === null
      ? book.order('wechat', outTradeNo ?? '')
      : book.orders('wechat').find((one) => one.paidAtMs !== undefined && one.transactionId === transactionId);
  if (order === undefined) throw new WechatRefusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
  if (order.state !== 'SUCCESS') throw invalid('订单未支付，无法退款');
  return order;
}

/** What the number, the sum and the time allow. */
function checkRoom(book: CashierBook, order: CashierOrder, asked: AskedRefund, nowMs: number): void {
  if (asked.totalFen !== order.amountFen) throw invalid('订单金额或退款金额与之前请求不一致，请核实后再试');
  const others = book.refundsOf(order);
  const claimed = claimedFen(book, order);
  if (claimed >= order.amountFen) throw invalid('订单已全额退款');
  if (claimed + asked.refundFen > order.amountFen) throw invalid('退款金额大于可退金额');
  if (others.length >= MOST_REFUNDS) throw invalid('部分退款次数超过 50 次');
  if (nowMs > (order.paidAtMs ?? 0) + REFUNDABLE_MS) throw invalid('交易时间超过一年，无法退款');
  if (others.some(({ createdAtMs }) => nowMs - createdAtMs < APART_MS)) {
    throw new WechatRefusal(429, 'FREQUENCY_LIMITED', '同一笔订单多次退款的请求需相隔1分钟');
  }
}

/** The number was seen before: the same refund, whatever became of it. One that was closed starts again. */
function reenter(existing: CashierRefund, order: CashierOrder, asked: AskedRefund): CashierRefund {
  const same =
    existing.outTradeNo === order.outTradeNo &&
    existing.refundFen === asked.refundFen &&
    asked.totalFen === order.amountFen;
  if (!same) throw invalid('订单金额或退款金额与之前请求不一致，请核实后再试');
  return existing;
}

function begin(script: RefundScript, nowMs: number) {
  return {
    state: 'PROCESSING',
    end: script.end ?? 'SUCCESS',
    endsAtMs: nowMs + (script.afterMs ?? PROCESSING_MS),
    fault: script.fault ?? null,
    delayMs: script.delayMs ?? null,
  } as const;
}

/** The answer to an application and to a query alike. */
function describeRefund(order: CashierOrder, refund: CashierRefund): Record<string, unknown> {
  const isOver = refund.state === 'SUCCESS';
  const payerRefund = Math.round((refund.refundFen * (order.payerFen ?? order.amountFen)) / order.amountFen);
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(isOver ? { success_time: rfc3339(refund.endsAtMs) } : {}),
    create_time: rfc3339(refund.createdAtMs),
    status: refund.state,
    funds_account: 'AVAILABLE',
    amount: {
      total: order.amountFen,
      refund: refund.refundFen,
      payer_total: order.payerFen ?? order.amountFen,
      payer_refund: payerRefund,
      settlement_refund: refund.refundFen,
      settlement_total: order.amountFen,
      discount_refund: refund.refundFen - payerRefund,
      currency: 'CNY',
    },
    promotion_detail: [],
  };
}

/** The same number refunds once; the answer only says that the refund was accepted. @throws WechatRefusal */
export function createWechatRefund(book: CashierBook, scripts: RefundScripts, body: unknown, nowMs: number) {
  const asked = checkRefund(body);
  const order = findOrder(book, asked);
  const existing = book.refunds('wechat').find((one) => one.outRefundNo === asked.outRefundNo);
  if (existing !== undefined) {
    const refund = reenter(existing, order, asked);
    if (refund.state === 'CLOSED') Object.assign(refund, begin(scripts.take(), nowMs));
    book.save();
    return describeRefund(order, refund);
  }
  checkRoom(book, order, asked, nowMs);
  const refund: CashierRefund = {
    channel: 'wechat',
    outTradeNo: order.outTradeNo,
    outRefundNo: asked.outRefundNo,
    refundId: `5030${randomDigits(6)}${chinaDay(nowMs).replaceAll('-', '')}${randomDigits(11)}`,
    refundFen: asked.refundFen,
    reason: asked.reason,
    notifyUrl: asked.notifyUrl,
    createdAtMs: nowMs,
    ...begin(scripts.take(), nowMs),
  };
  book.addRefund(refund);
  book.save();
  return describeRefund(order, refund);
}

/** @throws WechatRefusal */
export function queryWechatRefund(book: CashierBook, outRefundNo: string) {
  if (!OUT_REFUND_NO.test(outRefundNo)) throw badParameter('/out_refund_no', '商户退款单号格式不正确');
  const refund = book.refunds('wechat').find((one) => one.outRefundNo === outRefundNo);
  const order = refund === undefined ? undefined : book.order('wechat', refund.outTradeNo);
  if (refund === undefined || order === undefined) {
    throw new WechatRefusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  }
  return describeRefund(order, refund);
}
