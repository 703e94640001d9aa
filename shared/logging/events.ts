export type LogLevel = 'info' | 'warn' | 'error';

/** The closed set of things this product logs. A line whose event is not a row here does not compile. */
export const LOG_EVENTS = {
  // platform
  request_done: 'info',
  request_failed: 'error',
  request_unavailable: 'warn',
  reply_mismatch: 'error',
  config_invalid: 'error',
  services_failed: 'error',
  event_done: 'info',
  event_refused: 'warn',
  event_failed: 'error',
  timer_done: 'info',
  timer_failed: 'error',
  work_moved: 'info',
  // auth
  code_sent: 'info',
  sms_failed: 'error',
  sms_budget_spent: 'error',
  signed_in: 'info',
  account_deleted: 'info',
  api_key_created: 'info',
  api_key_revoked: 'info',
  session_reuse: 'warn',
  sign_in_refused: 'warn',
  stepped_up: 'info',
  webhook_created: 'info',
  webhook_rotated: 'info',
  webhook_removed: 'info',
  webhook_dead: 'warn',
  // money
  order_created: 'info',
  order_settled: 'info',
  refund_requested: 'info',
  reconciliation_case: 'error',
  code_redeemed: 'info',
  redeem_batch_created: 'info',
  redeem_batch_revoked: 'info',
  callback_refused: 'warn',
  callback_mismatch: 'error',
  channel_failed: 'warn',
  // tasks
  task_started: 'info',
  task_ended: 'info',
  input_refused: 'info',
  object_unknown: 'warn',
  unit_done: 'info',
  unit_failed: 'warn',
  engine_failed: 'warn',
  archive_done: 'info',
  archive_failed: 'warn',
} as const satisfies Record<string, LogLevel>;

export type LogEvent = keyof typeof LOG_EVENTS;
