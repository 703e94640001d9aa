/** What the next answers do wrong. `acts_…`: the request took effect, and the caller cannot know. */
export type RequestFault =
  | 'system_error'
  | 'rate_limited'
  | 'acts_then_system_error'
  | 'acts_then_hangs_up'
  | 'acts_then_is_silent'
  | 'bad_signature'
  | 'no_signature'
  | 'stale_signature'
  | 'unknown_serial'
  /** Genuinely signed, about something that was not asked for. */
  | 'another_order'
  | 'another_merchant'
  | 'another_app'
  /** 204 to a close that closed nothing; users report it for numbers that do not exist. */
  | 'says_done';

export type WechatOperation = 'create' | 'query' | 'close';

export interface RequestFaults {
  add(operation: WechatOperation, fault: RequestFault, times: number): void;
  take(operation: WechatOperation): RequestFault | undefined;
}

export function requestFaults(): RequestFaults {
  const waiting = new Map<WechatOperation, RequestFault[]>();
  return {
    add(operation, fault, times) {
      waiting.set(operation, [...(waiting.get(operation) ?? []), ...Array.from({ length: times }, () => fault)]);
    },
    take(operation) {
      return waiting.get(operation)?.shift();
    },
  };
}
