import type { ErrorCode } from './errors.ts';

export interface FieldMessage {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
}

/** `NETWORK`: no answer came. `BAD_REPLY`: something answered that is not this API, such as a gateway's own page. */
export type CallErrorCode = ErrorCode | 'NETWORK' | 'BAD_REPLY';

interface CallFailure {
  /** 0 without an answer. */
  readonly status: number;
  readonly code: CallErrorCode;
  readonly message: string;
  readonly fields?: readonly FieldMessage[];
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

export class ApiCallError extends Error {
  override readonly name = 'ApiCallError';
  readonly status: number;
  readonly code: CallErrorCode;
  readonly fields: readonly FieldMessage[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(failure: CallFailure) {
    super(failure.message, { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.fields = failure.fields ?? [];
    this.requestId = failure.requestId;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}
