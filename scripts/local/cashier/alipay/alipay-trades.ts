import { addNotices } from '../add-notices.ts';
import type { CashierBook, CashierOrder } from '../cashier-book.ts';
import { randomDigits, randomLetters } from '../cashier-merchant.ts';
import { chinaDateTime, chinaDay } from '../china-time.ts';
import { payerDigits } from '../payer-digits.ts';
import { refundedFen } from '../refunded-fen.ts';
import { yuan } from '../yuan.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { businessRefusal, invalidParameter } from './alipay-refusal.ts';
import { type AlipayMethod, type AskedTrade, type Biz, checkTrade, text } from './check-trade.ts';
import type { GatewayRequest } from './read-gateway-request.ts';

export const BUYER_LOGON_ID = 'loc***@example.com';
export const buyerOf = ({ outTradeNo }: Pick<CashierOrder, 'outTradeNo'>) => ({
  buyer_logon_id: BUYER_LOGON_ID,
  buyer_user_id: `2088${payerDigits(outTradeNo)}`,
});

export type TradeStatus = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED';

/** `TRADE_CLOSED` is said of what was never paid and of what was refunded whole. */
export function tradeStatus(book: CashierBook, order: CashierOrder): TradeStatus {
  if (order.state === 'NOTPAY') return 'WAIT_BUYER_PAY';
  if (order.state === 'CLOSED' || refundedFen(book, order) >= order.amountFen) return 'TRADE_CLOSED';
  return order.finishedAtMs === undefined ? 'TRADE_SUCCESS' : 'TRADE_FINISHED';
}

function checkReentry(existing: CashierOrder, asked: AskedTrade, method: AlipayMethod): void {
  if (existing.state === 'SUCCESS') throw businessRefusal('TRADE_HAS_SUCCESS', '交易已被支付');
  if (existing.state === 'CLOSED') throw businessRefusal('TRADE_HAS_CLOSE', '交易已经关闭');
  const same =
    existing.method === method && existing.amountFen === asked.amountFen && existing.description === asked.description;
  if (!same) throw businessRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
}

/** The trade comes into being: Alipay's number from now on. */
export function openTrade(order: CashierOrder, nowMs: number): void {
  if (order.opened) return;
  order.opened = true;
  order.transactionId = `${chinaDay(nowMs).replaceAll('-', '')}2200${randomDigits(16)}`;
}

/**
 * `page` and `wap`: the payer's browser came with the signed address, and only now does Alipay hear of the order. `precreate`:
 * there is a code, and no trade until somebody scans it.
 * @throws AlipayRefusal
 */
export function placeTrade(
  book: CashierBook,
  merchant: AlipayMerchant,
  { method, request }: { readonly method: AlipayMethod; readonly request: GatewayRequest },
  nowMs: number,
): CashierOrder {
  const asked = checkTrade(request.biz, method, nowMs);
  const existing = book.order('alipay', asked.outTradeNo);
  if (existing !== undefined) {
    checkReentry(existing, asked, method);
    return existing;
  }
  const returnUrl = request.returnUrl ?? text(request.biz, 'quit_url', 400);
  const order: CashierOrder = {
    ...asked,
    channel: 'alipay',
    method,
    appId: merchant.appId,
    mchId: merchant.sellerId,
    notifyUrl: request.notifyUrl,
    createdAtMs: nowMs,
    state: 'NOTPAY',
    opened: false,
    payUrl: method === 'precreate' ? `https://qr.alipay.com/bax${randomLetters(20).toLowerCase()}` : '',
    payUrlAtMs: nowMs,
    ...(returnUrl === null ? {} : { returnUrl }),
  };
  if (method !== 'precreate') openTrade(order, nowMs);
  book.addOrder(order);
  book.save();
  return order;
}

/** By `trade_no` when there is one, or by `out_trade_no`. @throws AlipayRefusal */
export function findTrade(book: CashierBook, biz: Biz): CashierOrder {
  const tradeNo = text(biz, 'trade_no', 64);
  const outTradeNo = text(biz, 'out_trade_no', 64);
  if (tradeNo === null && outTradeNo === null) throw invalidParameter('out_trade_no', '和 trade_no 不能同时为空');
  const order =
    tradeNo === null
      ? book.order('alipay', outTradeNo ?? '')
      : book.orders('alipay').find((one) => one.transactionId === tradeNo);
  if (order?.opened !== true) throw businessRefusal('TRADE_NOT_EXIST', '交易不存在');
  return order;
}

/** @throws AlipayRefusal */
export function queryTrade(book: CashierBook, biz: Biz): Record<string, unknown> {
  const order = findTrade(book, biz);
  const isPaid = order.paidAtMs !== undefined;
  const paidFen = isPaid ? (order.payerFen ?? order.amountFen) : 0;
  return {
    ...buyerOf(order),
    buyer_pay_amount: yuan(paidFen),
    ...(isPaid ? { fund_bill_list: [{ amount: yuan(paidFen), fund_channel: 'ALIPAYACCOUNT' }] } : {}),
    invoice_amount: yuan(paidFen),
    out_trade_no: order.outTradeNo,
    point_amount: '0.00',
    receipt_amount: yuan(isPaid ? order.amountFen : 0),
    ...(order.paidAtMs === undefined ? {} : { send_pay_date: chinaDateTime(order.paidAtMs) }),
    total_amount: yuan(order.amountFen),
    trade_no: order.transactionId,
    trade_status: tradeStatus(book, order),
  };
}

/** Tells the order's address, as the close's page says it does. @throws AlipayRefusal */
export function closeTrade(book: CashierBook, biz: Biz, nowMs: number): Record<string, unknown> {
  const order = findTrade(book, biz);
  if (order.state !== 'NOTPAY') throw businessRefusal('TRADE_STATUS_ERROR', '交易状态不合法');
  order.state = 'CLOSED';
  order.closedAtMs = nowMs;
  addNotices(book, order, { subject: 'closed', url: order.notifyUrl, happenedAtMs: nowMs, fault: null }, nowMs);
  book.save();
  return { out_trade_no: order.outTradeNo, trade_no: order.transactionId };
}
