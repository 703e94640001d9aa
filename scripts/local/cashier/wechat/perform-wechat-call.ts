import type { CashierBook } from '../cashier-book.ts';
import type { RequestFault } from './request-faults.ts';
import type { WechatAnswer, WechatCall } from './route-wechat-request.ts';
import { WechatRefusal } from './wechat-refusal.ts';

const REFUSALS: Readonly<Partial<Record<RequestFault, readonly [status: number, code: string, message: string]>>> = {
  system_error: [500, 'SYSTEM_ERROR', '系统异常，请稍后重试'],
  rate_limited: [429, 'FREQUENCY_LIMITED', '频率限制'],
  user_paying: [202, 'USER_PAYING', '用户支付中，需要输入密码'],
  not_enough: [403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起'],
  account_abnormal: [403, 'USER_ACCOUNT_ABNORMAL', '用户账户异常，退款请求失败'],
  bill_not_ready: [400, 'STATEMENT_CREATING', '账单生成中'],
};

const FOREIGN: Readonly<Partial<Record<RequestFault, object>>> = {
  another_order: { out_trade_no: 'ord_SOMEBODY_ELSE', out_refund_no: 'rfd_SOMEBODY_ELSE' },
  another_merchant: { mchid: '1999999999' },
  another_app: { appid: 'wxffffffffffffffff' },
};

const BAD_GATEWAY: WechatAnswer = { status: 502, file: Buffer.from('<html><h1>502 Bad Gateway</h1></html>') };

/** Only fields that the answer has. */
function estrange(json: unknown, foreign: object): unknown {
  if (typeof json !== 'object' || json === null) return json;
  return { ...json, ...Object.fromEntries(Object.entries(foreign).filter(([name]) => name in json)) };
}

function closeNewestOther(book: CashierBook, outTradeNo: string | undefined, nowMs: number): void {
  const other = book.orders('wechat').findLast((one) => one.state === 'NOTPAY' && one.outTradeNo !== outTradeNo);
  if (other === undefined) return;
  other.state = 'CLOSED';
  other.closedAtMs = nowMs;
  book.save();
}

/** Does what was asked, or what the fault says instead. @throws WechatRefusal */
export function performWechatCall(
  book: CashierBook,
  call: WechatCall,
  {
    fault,
    readBody,
    nowMs,
  }: { readonly fault: RequestFault | undefined; readonly readBody: () => unknown; readonly nowMs: number },
): WechatAnswer {
  const refusal = fault === undefined ? undefined : REFUSALS[fault];
  if (refusal !== undefined) throw new WechatRefusal(...refusal);
  if (fault === 'bad_gateway') return BAD_GATEWAY;
  if (fault === 'says_done') return { status: 204 };
  if (fault === 'closes_another') {
    closeNewestOther(book, call.number, nowMs);
    return { status: 204 };
  }
  const answer = call.act(readBody(), fault);
  if (fault === 'acts_then_system_error') throw new WechatRefusal(500, 'SYSTEM_ERROR', '系统异常，请稍后重试');
  if (fault === 'acts_then_bad_gateway') return BAD_GATEWAY;
  const foreign = fault === undefined ? undefined : FOREIGN[fault];
  return foreign === undefined ? answer : { ...answer, json: estrange(answer.json, foreign) };
}
