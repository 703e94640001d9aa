import { checkNotifyUrl, type Fields, objectOf, text } from './check-order.ts';
import { badParameter } from './wechat-refusal.ts';

export interface AskedRefund {
  readonly transactionId: string | null;
  readonly outTradeNo: string | null;
  readonly outRefundNo: string;
  readonly reason: string | null;
  readonly notifyUrl: string | null;
  readonly refundFen: number;
  readonly totalFen: number;
}

export const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
const KNOWN = new Set([
  ...['transaction_id', 'out_trade_no', 'out_refund_no', 'reason', 'notify_url', 'funds_account', 'amount'],
  'goods_detail',
]);

function checkAmount(amount: unknown): { readonly refundFen: number; readonly totalFen: number } {
  if (typeof amount !== 'object' || amount === null) throw badParameter('/amount', '必填性规则校验失败');
  const { refund, total, currency } = amount as Fields;
  for (const [name, value] of Object.entries({ refund, total })) {
    if (!Number.isInteger(value) || (value as number) < 1) throw badParameter(`/amount/${name}`, '应为大于 0 的整数');
  }
  if (currency !== 'CNY') throw badParameter('/amount/currency', 'Currency code is invalid');
  if ((refund as number) > (total as number)) throw badParameter('/amount/refund', '退款金额不能大于订单金额');
  return { refundFen: refund as number, totalFen: total as number };
}

/** The field rules of `POST /v3/refund/domestic/refunds`. https://pay.weixin.qq.com/doc/v3/merchant/4012556457 @throws WechatRefusal */
export function checkRefund(body: unknown): AskedRefund {
  const fields = objectOf(body);
  for (const name of Object.keys(fields)) if (!KNOWN.has(name)) throw badParameter(`/${name}`, '未定义的参数');
  const transactionId = text(fields, 'transaction_id', 32, false);
  const outTradeNo = text(fields, 'out_trade_no', 32, transactionId === null);
  const outRefundNo = text(fields, 'out_refund_no', 64, true) ?? '';
  if (!OUT_REFUND_NO.test(outRefundNo)) throw badParameter('/out_refund_no', '商户退款单号格式不正确');
  const reason = text(fields, 'reason', 80, false);
  const notifyUrl = text(fields, 'notify_url', 256, false);
  if (notifyUrl !== null) checkNotifyUrl(notifyUrl);
  const fundsAccount = text(fields, 'funds_account', 32, false);
  if (fundsAccount !== null && fundsAccount !== 'AVAILABLE') throw badParameter('/funds_account', '只能是 AVAILABLE');
  return { transactionId, outTradeNo, outRefundNo, reason, notifyUrl, ...checkAmount(fields['amount']) };
}
