/** What the next answers do wrong. `acts_…`: the request took effect, and the caller cannot know. */
export type RequestFault =
  | 'system_error'
  | 'rate_limited'
  | 'bad_gateway'
  | 'acts_then_system_error'
  /** A 502 page of something in between, unsigned. */
  | 'acts_then_bad_gateway'
  | 'acts_then_hangs_up'
  | 'acts_then_is_silent'
  | 'bad_signature'
  | 'no_signature'
  | 'stale_signature'
  | 'unknown_serial'
  /** Not what was signed. */
  | 'altered_body'
  /** Genuinely signed, about something that was not asked for. */
  | 'another_order'
  | 'another_merchant'
  | 'another_app'
  /** 204 to a close that closed nothing; users report it for numbers that do not exist. */
  | 'says_done'
  /** 204 to a close that closed the newest other order. */
  | 'closes_another'
  /** Of a close: the payer is typing the password. */
  | 'user_paying'
  /** Of a refund: the merchant's balance is too low; the payer's account was closed. */
  | 'not_enough'
  | 'account_abnormal'
  /** Of a bill. */
  | 'bill_not_ready'
  | 'missing_row'
  | 'extra_row'
  | 'altered_row'
  | 'wrong_hash';

export type WechatOperation = 'create' | 'query' | 'close' | 'refund' | 'refund_query' | 'bill' | 'bill_download';
