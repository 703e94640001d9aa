import type { ErrorCode } from '../contract/errors.ts';

/** One field that breaks one rule. `path` in dots (`photos.0.sizeBytes`), `rule` as `required`, `max:100`, `unknown`, … */
export interface FieldProblem {
  readonly path: string;
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
}

export interface ApiErrorOptions {
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What a caller is told. Status, number and wording stand in contract/errors.ts; `cause` is logged, never sent. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(code, { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
    this.headers = {
      ...options.headers,
      ...(options.retryAfterSeconds !== undefined && { 'Retry-After': String(Math.ceil(options.retryAfterSeconds)) }),
    };
  }
}
