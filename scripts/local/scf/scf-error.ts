/**
 * The platform's own answers for an invocation that gave no reply: cloud.tencent.com/document/product/583/42611.
 * `retry` is what becomes of an asynchronous event (…/583/41138): `run` errors are retried `RetryNum` times, `system`
 * ones every minute until the event is too old.
 */
export const SCF_ERRORS = {
  requestTooLarge: { statusCode: 406, errorCode: -1, retry: 'never' },
  replyTooLarge: { statusCode: 407, errorCode: -1, retry: 'run' },
  userCode: { statusCode: 430, errorCode: 1, retry: 'run' },
  concurrency: { statusCode: 432, errorCode: -1, retry: 'system' },
  timeout: { statusCode: 433, errorCode: -1, retry: 'run' },
  memory: { statusCode: 434, errorCode: -1, retry: 'run' },
  functionNotFound: { statusCode: 435, errorCode: -1, retry: 'never' },
  processExit: { statusCode: 439, errorCode: -1, retry: 'run' },
  internal: { statusCode: 500, errorCode: -1, retry: 'system' },
} as const satisfies Record<string, { statusCode: number; errorCode: number; retry: 'never' | 'run' | 'system' }>;

export type ScfErrorKind = keyof typeof SCF_ERRORS;

export interface ScfError {
  readonly kind: ScfErrorKind;
  readonly errorCode: number;
  readonly errorMessage: string;
  readonly statusCode: number;
  readonly stackTrace?: string;
}

export function scfError(kind: ScfErrorKind, errorMessage: string, stackTrace?: string): ScfError {
  const { errorCode, statusCode } = SCF_ERRORS[kind];
  return { kind, errorCode, errorMessage, statusCode, ...(stackTrace !== undefined && { stackTrace }) };
}
