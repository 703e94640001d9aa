import type { LogEvent } from '../../shared/logging/events.ts';

export interface EventMeaning {
  /** When the line is written. */
  readonly when: string;
  /** Its own fields, beside those that every line has. */
  readonly fields: readonly string[];
}

/** What each event says. Beside the table of levels and not in it: that one is in every bundle. */
export const EVENT_MEANINGS: Readonly<Record<LogEvent, EventMeaning>> = {
  request_done: { when: 'every HTTP request, after its reply was made', fields: ['method', 'status', 'ms', 'error'] },
  request_failed: { when: 'an error that nobody foresaw; answered 500', fields: ['error'] },
  request_unavailable: { when: 'the database was away; answered 503', fields: ['outcome', 'error'] },
  reply_mismatch: { when: 'a reply that its contract does not describe (tests and development)', fields: ['issues'] },
  config_invalid: {
    when: 'the environment lacks a key or has a bad one; its name, never its value',
    fields: ['problems', 'error'],
  },
  services_failed: { when: 'a secret or service could not be reached at the first event', fields: ['error'] },
  event_done: { when: 'an object event or an Invoke was handled', fields: ['key', 'ms'] },
  event_refused: { when: 'an event that is none of its kind; dropped', fields: ['field', 'problems', 'error'] },
  event_failed: {
    when: 'an event or a swept row failed; driven again later',
    fields: ['key', 'taskId', 'step', 'unit', 'engine', 'archiveId', 'error', 'ms'],
  },
  timer_done: {
    when: 'a tick ended; its counts (sweep-tasks: expired, oldestWaitMs, …)',
    fields: [
      'ms',
      'failed',
      'expired',
      'foundUploads',
      'restartedUnits',
      'deadLeases',
      'oldestWaitMs',
      'archives',
      'refused',
      'delivered',
      'dead',
    ],
  },
  timer_failed: { when: 'a tick failed; the next one is the retry', fields: ['error', 'ms'] },
  work_moved: {
    when: 'a timer moved on what a request had begun; a line for each thing, with its trace',
    fields: ['did', 'taskId', 'step', 'unit', 'engine', 'archiveId', 'orderId', 'refundId'],
  },
  code_sent: { when: 'a login code was handed to the SMS service', fields: ['serialNo'] },
  sms_failed: { when: 'the SMS service refused', fields: ['providerCode'] },
  sms_budget_spent: { when: "the day's codes are used up, ours or the service's", fields: ['limit', 'providerCode'] },
  account_deleted: {
    when: 'a merchant deleted their account',
    fields: ['merchantId', 'canceledTasks', 'forfeitedCredits'],
  },
  signed_in: { when: 'a merchant signed in', fields: ['merchantId', 'sessionId', 'registered'] },
  api_key_created: { when: 'a merchant made an API key', fields: ['apiKeyId', 'scopes'] },
  api_key_revoked: { when: 'a merchant ended an API key', fields: ['apiKeyId'] },
  webhook_created: { when: 'a merchant named an endpoint', fields: ['webhookId', 'events'] },
  webhook_rotated: { when: 'a merchant gave a webhook its next secret', fields: ['webhookId', 'version'] },
  webhook_removed: { when: 'a merchant ended a webhook', fields: ['webhookId'] },
  webhook_attempted: {
    when: 'a merchant’s endpoint was told of an event, or could not be; `outcome` is `delivered`, `refused` or `dead`',
    fields: ['deliveryId', 'webhookId', 'type', 'attempt', 'outcome', 'status', 'failure'],
  },
  webhook_dead: { when: 'an event was given up; it can be sent again', fields: ['deliveryId', 'webhookId'] },
  session_reuse: { when: 'a refresh token came twice; its session ended', fields: ['merchantId', 'sessionId'] },
  sign_in_refused: { when: 'a login code was wrong, used or over', fields: ['reason'] },
  view_read: {
    when: 'an operator read what a merchant reads; whose view it is, and why, is in the audit log (view-as)',
    fields: ['viewId', 'merchantId'],
  },
  stepped_up: { when: 'an operator showed a code of the authenticator', fields: ['operatorId'] },
  order_created: { when: 'an order was made or found again', fields: ['orderId', 'state', 'channel', 'method'] },
  order_settled: {
    when: 'a notify was acknowledged, after the commit, or a merchant looked and the channel knew a payment; result granted_late: after the order had run out',
    fields: ['result', 'orderId', 'detail'],
  },
  refund_requested: { when: 'an operator gave money back', fields: ['refundId', 'orderId', 'state'] },
  reconciliation_case: {
    when: 'a channel and the books differ, whoever found it; by the next tick of reconcile-orders, at least once',
    fields: ['caseId', 'class', 'channel', 'subject', 'day', 'remedy', 'orderId', 'expectedFen', 'actualFen'],
  },
  code_redeemed: { when: 'a merchant used a redeem code', fields: ['lotId', 'credits'] },
  payer_not_hashed: { when: 'who paid is not known: the key could not be read', fields: ['error'] },
  commission_failed: { when: 'a commission could not be booked; again a minute later', fields: ['error'] },
  withdrawal_requested: { when: 'a merchant asked for commission', fields: ['withdrawalId', 'amountFen'] },
  withdrawal_decided: { when: 'an operator decided a withdrawal', fields: ['withdrawalId', 'state'] },
  redeem_batch_created: { when: 'an operator made redeem codes', fields: ['batchId', 'codes'] },
  redeem_batch_revoked: { when: 'an operator revoked what is left of a batch of codes', fields: ['batchId'] },
  callback_refused: { when: "a notify that is not provably the channel's", fields: ['result', 'detail'] },
  callback_mismatch: {
    when: 'an authentic notify that does not fit its order',
    fields: ['result', 'orderId', 'detail'],
  },
  channel_failed: { when: 'a question to a payment channel failed', fields: ['error', 'orderId', 'refundId'] },
  channel_misconfigured: {
    when: 'a key of a channel is missing or is none: the channel is closed; names the field, never its value',
    fields: ['channel', 'error'],
  },
  task_started: { when: 'an uploaded photo was looked at', fields: ['taskId', 'outcome'] },
  task_ended: { when: 'a merchant canceled a task', fields: ['taskId', 'state'] },
  input_refused: { when: 'a photo was refused; its credits returned', fields: ['taskId', 'outcome'] },
  object_unknown: { when: 'an object whose key is none of ours', fields: ['key'] },
  unit_done: {
    when: 'a unit was run; outcome succeeded or failed ends its task, failed returns its credits',
    fields: ['taskId', 'step', 'unit', 'outcome'],
  },
  archive_done: { when: 'a ZIP of results was made, or why not', fields: ['archiveId', 'outcome'] },
  archive_failed: { when: 'an attempt at a ZIP failed', fields: ['archiveId', 'attempt', 'error'] },
  unit_failed: { when: 'an attempt of a unit failed', fields: ['taskId', 'reason', 'attempt', 'error'] },
  engine_failed: {
    when: "an attempt at an engine failed, with the vendor's reason",
    fields: ['taskId', 'engine', 'attempt', 'reason'],
  },
};

/** On every line. */
export const COMMON_FIELDS = [
  'at',
  'level',
  'log',
  'function',
  'requestId',
  'coldStart',
  'traceparent',
  'trace',
] as const;
