import type { TaskErrorCode } from '../contract/errors.ts';
import { TASK_ERRORS } from '../contract/errors.ts';
import type { TaskState } from '../contract/tasks.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long a state may last before the sweeper ends the task; a step's own limit is set when its unit is claimed. */
export const UPLOAD_DEADLINE_MS = 60 * MINUTE_MS;
export const QUEUE_DEADLINE_MS = 10 * MINUTE_MS;
/** The life of credits that return to an expired lot after a failure of ours. */
export const FRESH_LOT_MS = 7 * DAY_MS;

/** When the sweeper first looks whether the photo is there after all, its event lost; then ever less often. */
export const UPLOAD_FIRST_LOOK_MS = MINUTE_MS;
/** A unit that nobody claimed by then has lost its event; its work object is written again. */
export const UNIT_FIRST_LOOK_MS = 30_000;

export const TERMINAL_STATES = ['succeeded', 'failed', 'canceled', 'expired'] as const;

/**
 * Every transition there is: who makes it, and from which states. Procedures carry out exactly these (a test drives each
 * of them from each state); whatever is not listed leaves the task as it was. Terminal states never change.
 */
export const TRANSITIONS = {
  accept_input: { from: ['awaiting_upload'], to: 'queued' },
  refuse_input: { from: ['awaiting_upload'], to: 'failed' },
  claim_unit: { from: ['queued', 'processing'], to: 'processing' },
  finish_unit: { from: ['processing'], to: 'succeeded' },
  fail_unit: { from: ['processing'], to: 'failed' },
  expire_lease: { from: ['processing'], to: 'failed' },
  cancel: { from: ['awaiting_upload', 'queued', 'processing'], to: 'canceled' },
  stop: { from: ['awaiting_upload', 'queued', 'processing'], to: 'failed' },
  expire_upload: { from: ['awaiting_upload'], to: 'expired' },
  expire_queue: { from: ['queued'], to: 'failed' },
  expire_processing: { from: ['processing'], to: 'failed' },
} as const satisfies Record<string, { from: readonly TaskState[]; to: TaskState }>;

export function isTerminal(state: TaskState): boolean {
  return (TERMINAL_STATES as readonly TaskState[]).includes(state);
}

/** Every ending but success gives the credits back in the same transaction. */
export function isRefunded(state: TaskState): boolean {
  return isTerminal(state) && state !== 'succeeded';
}

export function isTaskErrorCode(code: string): code is TaskErrorCode {
  return Object.hasOwn(TASK_ERRORS, code);
}
