/** What is sent: a code, and for how many minutes it is good. */
export interface LoginSms {
  readonly phone: string;
  readonly code: string;
  readonly lifeMinutes: number;
  readonly nowMs: number;
}

/**
 * `phone_limited`: the provider sends this phone no more for now; `budget_spent`: it sends nobody more today;
 * `failed`: anything else, also when nobody knows whether it was sent. `providerCode` is for the log.
 */
export type SmsOutcome =
  | { readonly outcome: 'sent'; readonly serialNo: string }
  | { readonly outcome: 'phone_limited'; readonly providerCode: string; readonly retryAfterSeconds: number }
  | { readonly outcome: 'budget_spent' | 'failed'; readonly providerCode: string };

/** Sends once, never twice: a repeated SMS costs money and replaces nothing. */
export type SmsSender = (sms: LoginSms) => Promise<SmsOutcome>;
