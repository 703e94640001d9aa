/** What the gateway's next answers do wrong. `acts_…`: the request took effect, and the caller cannot know. */
export type GatewayFault =
  /** 20000, nothing done. */
  | 'system_error'
  | 'rate_limited'
  | 'bad_gateway'
  /** 40004 ACQ.SYSTEM_ERROR: asked to call again with the same parameters. */
  | 'acts_then_system_error'
  | 'acts_then_bad_gateway'
  | 'acts_then_hangs_up'
  | 'acts_then_is_silent'
  | 'bad_signature'
  | 'no_signature'
  /** Not what was signed. */
  | 'altered_body'
  /** Genuinely signed, about something that was not asked for. */
  | 'another_order'
  | 'wrong_amount'
  /** 10000 to a close that closed nothing, or the newest other trade. */
  | 'says_done'
  | 'closes_another'
  /** Of a refund: the merchant's balance is too low. */
  | 'not_enough'
  /** Of a bill. */
  | 'bill_not_ready'
  | 'missing_row'
  | 'extra_row'
  | 'altered_row'
  | 'broken_zip';

export type GatewayOperation = 'precreate' | 'query' | 'close' | 'refund' | 'refund_query' | 'bill';
