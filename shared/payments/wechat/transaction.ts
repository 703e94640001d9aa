import * as z from 'zod/mini';
import type { PaymentNotice } from '../channel.ts';
import { MERCHANT_NUMBER } from '../merchant-number.ts';

const id = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Every field that is relied on; what else WeChat sends, now or later, is left alone. */
export const Transaction = z.object({
  mchid: id(32),
  appid: id(32),
  out_trade_no: z.string().check(z.regex(MERCHANT_NUMBER)),
  transaction_id: id(32),
  trade_state: id(32),
  success_time: z.string().check(
    z.regex(RFC3339),
    z.refine((time) => Number.isFinite(Date.parse(time))),
  ),
  amount: z.object({
    total: z.int().check(z.gte(1)),
    currency: id(16),
  }),
  /** Who paid, at this app (https://pay.weixin.qq.com/docs/partner/apis/partner-native-payment/payment-notice.html); no payment fails for it. */
  payer: z.optional(z.unknown()),
});

const Payer = z.object({ openid: id(128) });

function payerOf(payer: unknown): Pick<PaymentNotice, 'payerId'> {
  const parsed = z.safeParse(Payer, payer);
  return parsed.success ? { payerId: parsed.data.openid } : {};
}

/** `amount.total` and never `payer_total`: a coupon lowers what the payer gives, not what the order cost. */
export function toPaymentNotice(transaction: z.infer<typeof Transaction>): PaymentNotice {
  return {
    channel: 'wechat',
    outTradeNo: transaction.out_trade_no,
    transactionId: transaction.transaction_id,
    amountFen: transaction.amount.total,
    currency: transaction.amount.currency,
    merchantId: transaction.mchid,
    appId: transaction.appid,
    paidAtMs: Date.parse(transaction.success_time),
    ...payerOf(transaction.payer),
  };
}
