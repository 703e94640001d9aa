import type { CashierBook, CashierOrder, Delivery } from '../cashier-book.ts';
import { chinaDateTime } from '../china-time.ts';
import type { SealedNotice } from '../deliver-notices.ts';
import { yuan } from '../yuan.ts';
import type { AlipayMerchant } from './alipay-merchant.ts';
import { buyerOf, type TradeStatus } from './alipay-trades.ts';
import { signText, sortedText } from './rsa2.ts';

/** On the way: only the first delivery is bad. `sha1_signature`: genuine under the old RSA, which is not to be taken. */
const TRANSPORT_FAULTS = ['bad_signature', 'no_signature', 'altered_body', 'sha1_signature', 'wrong_key'] as const;
/** In what is said: every delivery says it. Amounts have no currency here. */
const CONTENT_FAULTS = ['wrong_amount', 'wrong_app', 'wrong_merchant'] as const;
/** Genuine ones: `zero_refund_fee` is how the vendor's own sample of a payment looks, refunded by nothing and with a closing time. */
const TIMING_FAULTS = ['lost', 'twice', 'twin', 'delayed', 'coupon', 'zero_refund_fee'] as const;

export const ALIPAY_NOTICE_FAULTS = [...TIMING_FAULTS, ...TRANSPORT_FAULTS, ...CONTENT_FAULTS] as const;
export type AlipayNoticeFault = (typeof ALIPAY_NOTICE_FAULTS)[number];

function statusOf(order: CashierOrder, { subject, refundedFen }: Delivery): TradeStatus {
  if (subject === 'closed') return 'TRADE_CLOSED';
  if (subject === 'finished') return 'TRADE_FINISHED';
  return subject === 'refund' && refundedFen >= order.amountFen ? 'TRADE_CLOSED' : 'TRADE_SUCCESS';
}

/** A refund is told to the payment's address, and known by these three alone; `refund_fee` is the sum of all so far. */
function refundFields({ subject, outRefundNo, happenedAtMs, refundedFen }: Delivery): Record<string, string> {
  if (subject !== 'refund') return {};
  return {
    refund_fee: yuan(refundedFen),
    gmt_refund: `${chinaDateTime(happenedAtMs)}.${String(happenedAtMs % 1000).padStart(3, '0')}`,
    out_biz_no: outRefundNo ?? '',
  };
}

function paymentFields(order: CashierOrder): Record<string, string> {
  if (order.paidAtMs === undefined) return {};
  const paidFen = order.payerFen ?? order.amountFen;
  return {
    gmt_payment: chinaDateTime(order.paidAtMs),
    receipt_amount: yuan(order.amountFen),
    invoice_amount: yuan(paidFen),
    buyer_pay_amount: yuan(paidFen),
    point_amount: '0.00',
    fund_bill_list: JSON.stringify([{ amount: yuan(paidFen), fundChannel: 'ALIPAYACCOUNT' }]),
  };
}

function tell(order: CashierOrder, delivery: Delivery, nowMs: number): Map<string, string> {
  const isOver = delivery.subject === 'closed' || delivery.subject === 'finished';
  const said = {
    gmt_create: chinaDateTime(order.createdAtMs),
    charset: 'utf-8',
    notify_time: chinaDateTime(nowMs),
    subject: order.description,
    buyer_id: buyerOf(order).buyer_user_id,
    version: '1.0',
    notify_id: delivery.eventId,
    notify_type: 'trade_status_sync',
    out_trade_no: order.outTradeNo,
    total_amount: yuan(order.amountFen),
    trade_status: statusOf(order, delivery),
    trade_no: order.transactionId ?? '',
    auth_app_id: order.appId,
    app_id: order.appId,
    seller_id: order.mchId,
    ...paymentFields(order),
    ...refundFields(delivery),
    ...(isOver ? { gmt_close: chinaDateTime(delivery.happenedAtMs) } : {}),
    ...(order.attach === null ? {} : { passback_params: order.attach }),
  };
  return new Map(Object.entries(said));
}

function spoil(said: Map<string, string>, fault: string | null): void {
  if (fault === 'wrong_amount') said.set('total_amount', '0.01');
  if (fault === 'wrong_app') said.set('app_id', '2021999999999999');
  if (fault === 'wrong_merchant') said.set('seller_id', '2088999999999999');
  if (fault === 'zero_refund_fee') said.set('refund_fee', '0.00').set('gmt_close', said.get('gmt_payment') ?? '');
}

/** A form, signed over everything but `sign` and `sign_type`. Nothing in it says how old it may be. */
export function sealAlipayNotice(
  book: CashierBook,
  merchant: AlipayMerchant,
  delivery: Delivery,
  nowMs: number,
): SealedNotice {
  const order = book.order('alipay', delivery.outTradeNo);
  if (order === undefined) throw new Error('a notice without its order');
  const isTransportFault = TRANSPORT_FAULTS.some((one) => one === delivery.fault);
  const fault = isTransportFault && delivery.attempts > 0 ? null : delivery.fault;
  const said = tell(order, delivery, nowMs);
  spoil(said, fault);
  const isOld = fault === 'sha1_signature';
  const key = fault === 'wrong_key' ? merchant.app : merchant.alipay;
  const text = sortedText(said, ['sign', 'sign_type']);
  const signature = signText(fault === 'bad_signature' ? `${text}&` : text, key.privatePem, isOld ? 'sha1' : 'sha256');
  if (fault === 'altered_body') said.set('total_amount', '0.02');
  if (fault !== 'no_signature') said.set('sign', signature);
  said.set('sign_type', isOld ? 'RSA' : 'RSA2');
  return {
    url: delivery.url,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8',
      'User-Agent': 'Mozilla/4.0',
    },
    body: new URLSearchParams([...said]).toString(),
  };
}
