import type { CashierBook, CashierOrder } from '../cashier-book.ts';
import { type CashierMerchant, randomDigits, randomLetters } from '../cashier-merchant.ts';
import { rfc3339 } from '../china-time.ts';
import { payerDigits } from '../payer-digits.ts';
import { type AskedOrder, checkOrder, OUT_TRADE_NO, type WechatMethod } from './check-order.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

const MINUTE_MS = 60_000;
const DEFAULT_LIFE_MS = 7 * 24 * 60 * MINUTE_MS;
/** How long what the payer is given leads to the order: the code two hours, the page five minutes. */
export const PAY_URL_LIFE_MS: Readonly<Record<string, number>> = { native: 120 * MINUTE_MS, h5: 5 * MINUTE_MS };
export const H5_PATH = '/cgi-bin/mmpayweb-bin/checkmweb';

function newPayUrl(method: WechatMethod, base: string): string {
  if (method === 'native') return `weixin://wxpay/bizpayurl?pr=${randomLetters(7)}zz`;
  return `${base}${H5_PATH}?prepay_id=wx${randomDigits(14)}${randomLetters(18)}&package=${randomDigits(10)}`;
}

/** Same number, same parameters, still payable: a fresh address for the same order. Anything else is refused. */
function checkReentry(existing: CashierOrder, asked: AskedOrder, method: WechatMethod, nowMs: number): void {
  if (existing.state === 'CLOSED') throw new WechatRefusal(400, 'ORDER_CLOSED', '订单已关闭，请重新下单');
  if (existing.state === 'SUCCESS') throw new WechatRefusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  const same =
    existing.method === method &&
    existing.description === asked.description &&
    existing.notifyUrl === asked.notifyUrl &&
    existing.amountFen === asked.amountFen &&
    existing.attach === asked.attach &&
    existing.timeExpire === asked.timeExpire;
  if (!same) throw new WechatRefusal(400, 'INVALID_REQUEST', '201 商户订单号重复');
  if (nowMs >= existing.expiresAtMs) throw new WechatRefusal(400, 'INVALID_REQUEST', '订单已过支付截止时间');
}

function newOrder(asked: AskedOrder, merchant: CashierMerchant, method: WechatMethod, nowMs: number): CashierOrder {
  const expiresAtMs = asked.timeExpire === null ? nowMs + DEFAULT_LIFE_MS : Date.parse(asked.timeExpire);
  // The field is in whole seconds: what was a minute when it was written may be a second less here.
  if (expiresAtMs < nowMs + MINUTE_MS - 1000) throw badParameter('/time_expire', '应晚于下单时间 1 分钟');
  return {
    ...asked,
    channel: 'wechat',
    method,
    appId: merchant.appId,
    mchId: merchant.mchId,
    expiresAtMs,
    createdAtMs: nowMs,
    state: 'NOTPAY',
    opened: true,
    payUrl: '',
    payUrlAtMs: nowMs,
  };
}

/** @param base where the payer's browser reaches the cashier. @throws WechatRefusal */
export function createWechatOrder(
  book: CashierBook,
  merchant: CashierMerchant,
  { method, base, body }: { readonly method: WechatMethod; readonly base: string; readonly body: unknown },
  nowMs: number,
) {
  const asked = checkOrder(body, merchant, method);
  const existing = book.order('wechat', asked.outTradeNo);
  if (existing !== undefined) checkReentry(existing, asked, method, nowMs);
  const order = existing ?? newOrder(asked, merchant, method, nowMs);
  order.payUrl = newPayUrl(method, base);
  order.payUrlAtMs = nowMs;
  if (existing === undefined) book.addOrder(order);
  book.save();
  return method === 'native' ? { code_url: order.payUrl } : { h5_url: order.payUrl };
}

const STATE_TEXT = { NOTPAY: '订单未支付', SUCCESS: '支付成功', CLOSED: '订单已关闭', REFUND: '转入退款' } as const;

function tradeState(book: CashierBook, order: CashierOrder): keyof typeof STATE_TEXT {
  if (order.state !== 'SUCCESS') return order.state;
  return book.refundsOf(order).some(({ state }) => state !== 'CLOSED') ? 'REFUND' : 'SUCCESS';
}

/** The transaction as a query describes it; a notice says the same and always `SUCCESS`. */
export function describeTransaction(order: CashierOrder, state: keyof typeof STATE_TEXT): Record<string, unknown> {
  const common = {
    mchid: order.mchId,
    appid: order.appId,
    out_trade_no: order.outTradeNo,
    trade_state: state,
    trade_state_desc: STATE_TEXT[state],
    attach: order.attach ?? '',
  };
  if (order.state !== 'SUCCESS') return common;
  const payerFen = order.payerFen ?? order.amountFen;
  const couponFen = order.amountFen - payerFen;
  const coupon = { coupon_id: '1', name: '立减', scope: 'GLOBAL', type: 'CASH', amount: couponFen };
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: order.method === 'h5' ? 'MWEB' : 'NATIVE',
    bank_type: 'OTHERS',
    success_time: rfc3339(order.paidAtMs ?? 0),
    payer: { openid: `o${order.appId.slice(2, 10)}-${payerDigits(order.outTradeNo)}` },
    amount: { total: order.amountFen, payer_total: payerFen, currency: 'CNY', payer_currency: 'CNY' },
    ...(couponFen === 0 ? {} : { promotion_detail: [coupon] }),
  };
}

function findOrder(book: CashierBook, outTradeNo: string): CashierOrder {
  if (!OUT_TRADE_NO.test(outTradeNo)) throw badParameter('/out_trade_no', '商户订单号格式不正确');
  const order = book.order('wechat', outTradeNo);
  if (order === undefined) throw new WechatRefusal(404, 'ORDER_NOT_EXIST', '订单不存在');
  return order;
}

/** By the merchant's number, or by the service's, which only a paid order has. @throws WechatRefusal */
export function queryWechatOrder(
  book: CashierBook,
  merchant: CashierMerchant,
  { by, number, query }: { readonly by: 'id' | 'out-trade-no'; readonly number: string; readonly query: string },
) {
  const mchIds = new URLSearchParams(query).getAll('mchid');
  if (mchIds.length !== 1 || mchIds[0] !== merchant.mchId) throw badParameter('/mchid', '商户号不正确', 'query');
  const paid = book.orders('wechat').find((one) => one.paidAtMs !== undefined && one.transactionId === number);
  if (by === 'id' && paid === undefined) throw new WechatRefusal(404, 'ORDER_NOT_EXIST', '订单不存在');
  const order = by === 'id' && paid !== undefined ? paid : findOrder(book, number);
  return describeTransaction(order, tradeState(book, order));
}

/** The v3 code for "already paid" is not documented beyond doubt; v2's is ORDERPAID. @throws WechatRefusal */
export function closeWechatOrder(
  book: CashierBook,
  merchant: CashierMerchant,
  { outTradeNo, body, nowMs }: { readonly outTradeNo: string; readonly body: unknown; readonly nowMs: number },
): void {
  const mchId = typeof body === 'object' && body !== null ? (body as { mchid?: unknown }).mchid : undefined;
  if (mchId !== merchant.mchId) throw badParameter('/mchid', '商户号不正确');
  const order = findOrder(book, outTradeNo);
  if (order.state === 'CLOSED') throw new WechatRefusal(400, 'ORDER_CLOSED', '订单已关闭');
  if (order.state === 'SUCCESS') throw new WechatRefusal(400, 'ORDERPAID', '订单已支付');
  order.state = 'CLOSED';
  order.closedAtMs = nowMs;
  book.save();
}
