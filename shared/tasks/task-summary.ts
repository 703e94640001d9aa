import { TASK_ERRORS } from '../contract/errors.ts';
import type { TaskState } from '../contract/tasks.ts';
import type { TaskRow } from './read-task.ts';
import { isRefunded, isTaskErrorCode } from './task.ts';

export type Language = 'zh' | 'en';

export interface TaskSummary {
  readonly taskId: string;
  readonly featureId: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly refunded: boolean;
  readonly refundedCredits: number;
  readonly retryOf?: string;
  readonly error?: { code: string; message: string };
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
}

/** What a merchant sees of a task. */
export function taskSummary(row: TaskRow, language: Language): TaskSummary {
  return {
    taskId: row.taskId,
    featureId: row.featureId,
    state: row.state,
    credits: row.credits,
    refunded: isRefunded(row.state),
    refundedCredits: isRefunded(row.state) ? row.credits : row.refundedCredits,
    ...(row.retryOf !== null && { retryOf: row.retryOf }),
    ...(row.errorCode !== null && { error: { code: row.errorCode, message: taskErrorText(row.errorCode, language) } }),
    createdAtMs: row.createdAtMs,
    ...(row.endedAtMs !== null && { endedAtMs: row.endedAtMs }),
  };
}

/** What a task's stored code says; one that is not known any more reads as a failure of ours. */
export function taskErrorText(code: string, language: Language): string {
  return TASK_ERRORS[isTaskErrorCode(code) ? code : 'PROCESSING_FAILED'][language];
}
