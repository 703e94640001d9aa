import type { CashierBook, CashierOrder } from '../cashier-book.ts';
import { type CashierMerchant, randomLetters } from '../cashier-merchant.ts';
import { checkNativeOrder, OUT_TRADE_NO } from './check-native-order.ts';
import { badParameter, WechatRefusal } from './wechat-refusal.ts';

const MINUTE_MS = 60_000;
const DEFAULT_LIFE_MS = 7 * 24 * 60 * MINUTE_MS;
export const CODE_URL_LIFE_MS = 120 * MINUTE_MS;

export function rfc3339(atMs: number): string {
  return new Date(atMs + 8 * 60 * MINUTE_MS).toISOString().replace(/\.\d+Z$/, '+08:00');
}

function newCodeUrl(): string {
  return `weixin://wxpay/bizpayurl?pr=${randomLetters(7)}zz`;
}

/** Same number, same parameters, still payable: a fresh code for the same order. Anything else is refused. */
function reenter(existing: CashierOrder, asked: ReturnType<typeof checkNativeOrder>, nowMs: number): CashierOrder {
  if (existing.state === 'CLOSED') throw new WechatRefusal(400, 'ORDER_CLOSED', '订单已关闭，请重新下单');
  if (existing.state === 'SUCCESS') throw new WechatRefusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  const same =
    existing.description === asked.description &&
    existing.notifyUrl === asked.notifyUrl &&
    existing.amountFen === asked.amountFen &&
    existing.attach === asked.attach &&
    existing.timeExpire === asked.timeExpire;
  if (!same) throw new WechatRefusal(400, 'INVALID_REQUEST', '201 商户订单号重复');
  if (nowMs >= existing.expiresAtMs) throw new WechatRefusal(400, 'INVALID_REQUEST', '订单已过支付截止时间');
  existing.codeUrl = newCodeUrl();
  existing.codeUrlAtMs = nowMs;
  return existing;
}

/** @throws WechatRefusal */
export function createNativeOrder(book: CashierBook, merchant: CashierMerchant, body: unknown, nowMs: number) {
  const asked = checkNativeOrder(body, merchant);
  const existing = book.orders.get(asked.outTradeNo);
  if (existing !== undefined) {
    const order = reenter(existing, asked, nowMs);
    book.save();
    return { code_url: order.codeUrl };
  }
  const expiresAtMs = asked.timeExpire === null ? nowMs + DEFAULT_LIFE_MS : Date.parse(asked.timeExpire);
  // The field is in whole seconds: what was a minute when it was written may be a second less here.
  if (expiresAtMs < nowMs + MINUTE_MS - 1000) throw badParameter('/time_expire', '应晚于下单时间 1 分钟');
  const order: CashierOrder = {
    ...asked,
    appId: merchant.appId,
    mchId: merchant.mchId,
    expiresAtMs,
    createdAtMs: nowMs,
    state: 'NOTPAY',
    codeUrl: newCodeUrl(),
    codeUrlAtMs: nowMs,
  };
  book.orders.set(order.outTradeNo, order);
  book.save();
  return { code_url: order.codeUrl };
}

const STATE_TEXT = { NOTPAY: '订单未支付', SUCCESS: '支付成功', CLOSED: '订单已关闭' } as const;

/** The transaction as the service describes it, in a query's answer and, sealed, in a notice. */
export function describeTransaction(order: CashierOrder): Record<string, unknown> {
  const common = {
    mchid: order.mchId,
    appid: order.appId,
    out_trade_no: order.outTradeNo,
    trade_state: order.state,
    trade_state_desc: STATE_TEXT[order.state],
    attach: order.attach ?? '',
  };
  if (order.state !== 'SUCCESS') return common;
  const payerFen = order.payerFen ?? order.amountFen;
  const couponFen = order.amountFen - payerFen;
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: 'NATIVE',
    bank_type: 'OTHERS',
    success_time: rfc3339(order.paidAtMs ?? 0),
    payer: { openid: `o${order.appId.slice(2)}-local-payer` },
    amount: { total: order.amountFen, payer_total: payerFen, currency: 'CNY', payer_currency: 'CNY' },
    ...(couponFen === 0
      ? {}
      : { promotion_detail: [{ coupon_id: '1', name: '立减', scope: 'GLOBAL', type: 'CASH', amount: couponFen }] }),
  };
}

function findOrder(book: CashierBook, outTradeNo: string): CashierOrder {
  if (!OUT_TRADE_NO.test(outTradeNo)) throw badParameter('/out_trade_no', '商户订单号格式不正确');
  const order = book.orders.get(outTradeNo);
  if (order === undefined) throw new WechatRefusal(404, 'ORDER_NOT_EXIST', '订单不存在');
  return order;
}

/** @throws WechatRefusal */
export function queryNativeOrder(book: CashierBook, merchant: CashierMerchant, outTradeNo: string, query: string) {
  const mchIds = new URLSearchParams(query).getAll('mchid');
  if (mchIds.length !== 1 || mchIds[0] !== merchant.mchId) throw badParameter('/mchid', '商户号不正确', 'query');
  return describeTransaction(findOrder(book, outTradeNo));
}

/** The v3 code for "already paid" is not documented beyond doubt; v2's is ORDERPAID. @throws WechatRefusal */
export function closeNativeOrder(
  book: CashierBook,
  merchant: CashierMerchant,
  outTradeNo: string,
  body: unknown,
): void {
  const mchId = typeof body === 'object' && body !== null ? (body as { mchid?: unknown }).mchid : undefined;
  if (mchId !== merchant.mchId) throw badParameter('/mchid', '商户号不正确');
  const order = findOrder(book, outTradeNo);
  if (order.state === 'CLOSED') throw new WechatRefusal(400, 'ORDER_CLOSED', '订单已关闭');
  if (order.state === 'SUCCESS') throw new WechatRefusal(400, 'ORDERPAID', '订单已支付');
  order.state = 'CLOSED';
  book.save();
}
