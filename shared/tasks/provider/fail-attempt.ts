import type { Clock } from '../../clock.ts';
import type { TaskErrorCode } from '../../contract/errors.ts';
import type { Database } from '../../db/database.ts';
import type { EngineFailure } from '../../engines/engine.ts';
import { INPUT_CHANGED } from '../../engines/pin-picture.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { failUnit, type Lease, type StepEnding } from '../unit-procedures.ts';

/** `trace`: of the request that the task began with, where many tasks are looked at in one invocation. */
export interface EngineFailed {
  readonly taskId: string;
  readonly engine: string;
  readonly code: string;
  readonly attempt: number;
  readonly trace?: string;
}

interface FailServices {
  readonly db: Database;
  readonly clock: Clock;
  readonly onFailure: (failure: EngineFailed) => void;
}

/**
 * What vendors call pictures that they will not work on: `FailedOperation.ModerationFailed`, `.TextModerationNotPass` (vclm),
 * `InvalidParameter.ViolationContent` (MPS), `OperationDenied.ImageIllegalDetected` (aiart), `ContentModerationFailed` (AIGC tasks). Another
 * attempt, with any engine, would show them the same.
 */
const REFUSED = /Moderation|ImageIllegal|TextIllegal|ViolationContent|AuditFailed|SensitiveContent/i;

export function codeOf({ code }: EngineFailure): TaskErrorCode {
  if (code === INPUT_CHANGED) return 'INPUT_CHANGED';
  return REFUSED.test(code) ? 'CONTENT_REFUSED' : 'PROCESSING_FAILED';
}

/** Reports it under the lease: the unit waits again, or it is with the task as when an attempt fails for good. */
export function failAttempt(
  { db, clock, onFailure }: FailServices,
  job: Lease & { attempt: number; engine: string; trace?: string | null },
  failure: EngineFailure,
): Promise<StepEnding | 'waiting' | 'unit_failed' | 'lost'> {
  const nowMs = clock();
  const code = codeOf(failure);
  const { taskId, engine, attempt, trace } = job;
  onFailure({ taskId, engine, code: failure.code, attempt, ...(trace && { trace }) });
  const retryAtMs = nowMs + retryDelayMs(job.attempt, job.leaseId);
  return failUnit(db, job, failure.retryable ? { code, retryAtMs } : { code }, nowMs);
}
