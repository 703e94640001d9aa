/** What every payment channel offers. Amounts are integer fen, times epoch milliseconds. */
export type ChannelId = 'wechat' | 'alipay';

/**
 * How the payer comes to the channel. `qr`: a code that the channel's app scans (WeChat Native, Alipay precreate); `h5`: WeChat Pay from a
 * phone's browser; `page`: Alipay's cashier on a computer; `wap`: Alipay from a phone's browser.
 */
export type PayMethod = 'qr' | 'h5' | 'page' | 'wap';

export interface ChannelOrderRequest {
  /**
   * Ours, never reused: 6–32 of `0-9A-Za-z_-|*`. The same number with the same parameters asks for the same order; another
   * method of the same order needs another number.
   */
  readonly outTradeNo: string;
  readonly method: PayMethod;
  readonly amountFen: number;
  /** Shown on the payer's bill, 1–127 characters. */
  readonly description: string;
  /** Last moment to pay, at least one minute after the first request. Must not change between requests. */
  readonly expiresAtMs: number;
  /** HTTPS, public, without a query string. */
  readonly notifyUrl: string;
  /** Where the payer's browser returns from `h5`, `page` and `wap`; it proves nothing. */
  readonly returnUrl?: string;
  /** The payer's address: `h5` must have it. */
  readonly clientIp?: string;
}

/** A payment that the channel vouches for: from a verified notice, or a verified answer to a query. */
export interface PaymentNotice {
  readonly channel: ChannelId;
  readonly outTradeNo: string;
  /** The channel's own number of the payment. */
  readonly transactionId: string;
  /** What the order cost, before the channel's coupons; compare this with the order. */
  readonly amountFen: number;
  readonly currency: string;
  readonly merchantId: string;
  readonly appId: string;
  readonly paidAtMs: number;
  /** Who paid, as the channel names them to this app. Hashed before it goes anywhere (`payer-hash.ts`). */
  readonly payerId?: string;
  readonly payerHash?: string;
  /** The channel's id of this delivery, for logs only: a payment may be notified under several. */
  readonly noticeId?: string;
}

/**
 * `refunded`: was paid, then refunded in whole or in part; the payment itself counts. Alipay tells it only of a whole refund.
 * `absent`: the channel does not know the number. At WeChat the request to create it never arrived; at Alipay that is also what
 * an order is until the payer opens its address or scans its code, so before the order's time is over it means `unpaid`.
 */
export type ChannelOrder =
  | ({ readonly state: 'paid' | 'refunded' } & PaymentNotice)
  | { readonly state: 'unpaid' | 'closed' | 'absent' };

export interface ChannelRefundRequest {
  /** Of the order that was paid. */
  readonly outTradeNo: string;
  /** Ours, 6–32 characters like an order's: the same number again refunds once. */
  readonly outRefundNo: string;
  readonly refundFen: number;
  /** What the order cost. */
  readonly totalFen: number;
  /** Shown to the payer, 1–80 characters. */
  readonly reason: string;
  readonly notifyUrl: string;
}

/**
 * - `succeeded`: the money is back.
 * - `processing`: accepted; ask again, or wait for the notice.
 * - `closed`: refused for good, nothing moved. `abnormal`: the payer's card cannot take it; a person must act at the channel.
 * - `absent`: the channel does not know the number: the request never arrived.
 */
export type ChannelRefundState = 'succeeded' | 'processing' | 'closed' | 'abnormal' | 'absent';

export interface ChannelRefund {
  readonly state: ChannelRefundState;
  /** What was refunded under this number, as the channel says; unknown while `absent`. */
  readonly refundFen?: number;
}

/** News of a refund, from a verified notice. Never a payment. Alipay's tells no amount of its own: ask with `queryRefund`. */
export interface RefundNotice extends Omit<ChannelRefund, 'state'> {
  readonly state: Exclude<ChannelRefundState, 'absent'>;
  readonly channel: ChannelId;
  readonly outTradeNo: string;
  readonly outRefundNo: string;
  readonly noticeId?: string;
}

/** One line of a daily bill. `amountFen` is positive in both kinds: what was paid (before coupons), or what was refunded. */
export interface BillRow {
  readonly kind: 'payment' | 'refund';
  readonly outTradeNo: string;
  readonly transactionId: string;
  /** Of a refund only. */
  readonly outRefundNo?: string;
  readonly amountFen: number;
  /** The payment's or refund's time; bills are written in China's time. */
  readonly atMs: number;
}

/** `not_ready`: the channel has not made that day's bill yet; ask later. An empty day is `ready` without rows. */
export type ChannelBill =
  | { readonly state: 'ready'; readonly rows: readonly BillRow[] }
  | { readonly state: 'not_ready' };

export interface PaymentChannel {
  readonly id: ChannelId;
  readonly methods: readonly PayMethod[];
  /**
   * `payUrl`: for `qr` what the code holds (it may be shown until the order expires); for the others where to send the browser
   * (WeChat's `h5` address lives 5 minutes: ask again under the same number).
   * @throws ChannelError
   */
  createOrder(request: ChannelOrderRequest): Promise<{ readonly payUrl: string }>;
  /** @throws ChannelError */
  queryOrder(outTradeNo: string): Promise<ChannelOrder>;
  /**
   * Asks for the order to be closed. Returning is no proof: the payer may have been faster. Query afterwards, and believe
   * the query.
   * @throws ChannelError
   */
  closeOrder(outTradeNo: string): Promise<void>;
  /** @throws ChannelError; after `unavailable` the same number may be sent again */
  refund(request: ChannelRefundRequest): Promise<ChannelRefund>;
  /** @throws ChannelError */
  queryRefund(refund: { readonly outTradeNo: string; readonly outRefundNo: string }): Promise<ChannelRefund>;
  /**
   * All payments and refunds of one day in China. "There is none" is `not_ready` until the bill must be there (WeChat: 10:00 of
   * the next day; Alipay, which says the same of an empty day and of a bill not made yet: a day later), then an empty day.
   * @param day `YYYY-MM-DD`, before today
   * @throws ChannelError `unverified` when the file is not what its hash says, or a row cannot be read
   */
  downloadBill(day: string): Promise<ChannelBill>;
}

/**
 * - `refused`: the channel understood and said no; asking again changes nothing.
 * - `unavailable`: no answer, or a passing failure. It may have acted: ask again with the same number, or query.
 * - `unverified`: an answer that is not provably the channel's. Nothing in it was used.
 */
export type ChannelErrorKind = 'refused' | 'unavailable' | 'unverified';

/** `code` is the channel's own, or one of ours in lower case. The message carries neither payload nor key. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly kind: ChannelErrorKind;
  readonly code: string;

  constructor(kind: ChannelErrorKind, code: string, what: string, cause?: unknown) {
    super(`${what}: ${kind} (${code})`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
  }
}
