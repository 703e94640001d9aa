import type { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';

/** Where clients note how they were answered. */
export interface AnswerLog {
  /** Refusals that this fault may cause beside 503 and 429. */
  readonly excused: readonly ErrorCode[];
  /** Answers that no fault excuses. */
  readonly wrong: string[];
  readonly noteSuccess: () => void;
  readonly noteFailure: (error: ApiCallError) => void;
}
