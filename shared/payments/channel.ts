/** What every payment channel offers. Amounts are integer fen, times epoch milliseconds. */
export type ChannelId = 'wechat';

export interface ChannelOrderRequest {
  /** Ours, never reused: 6–32 of `0-9A-Za-z_-|*`. The same number with the same parameters asks for the same order. */
  readonly outTradeNo: string;
  readonly amountFen: number;
  /** Shown on the payer's bill, 1–127 characters. */
  readonly description: string;
  /** Last moment to pay, at least one minute after the first request. Must not change between requests. */
  readonly expiresAtMs: number;
  /** HTTPS, public, without a query string. */
  readonly notifyUrl: string;
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
  /** The channel's id of this delivery, for logs only: a payment may be notified under several. */
  readonly noticeId?: string;
}

/**
 * `refunded`: was paid, then refunded in whole or in part; the payment itself counts. `absent`: the channel does not know
 * the number (the request to create it never arrived).
 */
export type ChannelOrder =
  | ({ readonly state: 'paid' | 'refunded' } & PaymentNotice)
  | { readonly state: 'unpaid' | 'closed' | 'absent' };

export interface PaymentChannel {
  readonly id: ChannelId;
  /** @throws ChannelError */
  createOrder(request: ChannelOrderRequest): Promise<{ readonly codeUrl: string }>;
  /** @throws ChannelError */
  queryOrder(outTradeNo: string): Promise<ChannelOrder>;
  /**
   * Asks for the order to be closed. Returning is no proof: the payer may have been faster. Query afterwards, and believe
   * the query.
   * @throws ChannelError
   */
  closeOrder(outTradeNo: string): Promise<void>;
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
