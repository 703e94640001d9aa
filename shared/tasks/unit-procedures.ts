import type { TaskErrorCode } from '../contract/errors.ts';
import { TASK_ERRORS } from '../contract/errors.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { FRESH_LOT_MS, UNIT_FIRST_LOOK_MS } from './task.ts';
import type { UnitKey } from './work-objects.ts';

export interface Lease extends UnitKey {
  readonly leaseId: string;
}

export type Claim =
  | {
      outcome: 'claimed';
      merchant_id: string;
      feature_id: string;
      pipeline_json: string;
      form_json: string | null;
      attempt: number;
      lease_ends_at: number;
      trace: string | null;
    }
  | { outcome: 'busy' | 'early' | 'ended' | 'unknown'; trace: string | null };

/** Takes the unit under a new lease, or says why not. */
export function claimUnit(db: Database, { taskId, step, unit, leaseId }: Lease, nowMs: number): Promise<Claim> {
  return db.callProcedure<Claim>('claim_unit_v3', [taskId, step, unit, leaseId, sqlTime(nowMs)]);
}

export interface StoredOutput {
  readonly name: string;
  readonly key: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly flags: string;
}

/** What follows when a unit has ended; after `step_planned` the units of the next step are to be started. */
export type StepEnding = 'succeeded' | 'step_planned' | 'failed';

/** Records the outputs under the lease, and does what follows from the task's plan. */
export async function finishUnit(
  db: Database,
  lease: Lease,
  outputs: readonly StoredOutput[],
  nowMs: number,
): Promise<StepEnding | 'unit_done' | 'lost'> {
  const { outcome } = await db.callProcedure<{ outcome: StepEnding | 'unit_done' | 'lost' }>('finish_unit_v2', [
    lease.taskId,
    lease.step,
    lease.unit,
    lease.leaseId,
    JSON.stringify(outputs),
    sqlTime(nowMs),
    sqlTime(nowMs + UNIT_FIRST_LOOK_MS),
    sqlTime(nowMs + FRESH_LOT_MS),
  ]);
  return outcome;
}

/**
 * Reports a failed attempt under the lease. Without `retryAtMs`, or without attempts left, the task fails and is refunded,
 * or, where the plan says so, that unit alone.
 */
export async function failUnit(
  db: Database,
  lease: Lease,
  failure: { code: TaskErrorCode; retryAtMs?: number },
  nowMs: number,
): Promise<StepEnding | 'waiting' | 'unit_failed' | 'lost'> {
  const { outcome } = await db.callProcedure<{ outcome: StepEnding | 'waiting' | 'unit_failed' | 'lost' }>(
    'fail_unit_v2',
    [
      lease.taskId,
      lease.step,
      lease.unit,
      lease.leaseId,
      failure.code,
      TASK_ERRORS[failure.code].ours ? 1 : 0,
      failure.retryAtMs === undefined ? null : sqlTime(failure.retryAtMs),
      sqlTime(nowMs),
      sqlTime(nowMs + UNIT_FIRST_LOOK_MS),
      sqlTime(nowMs + FRESH_LOT_MS),
    ],
  );
  return outcome;
}

/** For the sweeper: the lease has run out, so its worker is gone. */
export async function expireLease(
  db: Database,
  { taskId, step, unit }: UnitKey,
  nowMs: number,
): Promise<StepEnding | 'waiting' | 'unit_failed' | 'not_due'> {
  const { outcome } = await db.callProcedure<{ outcome: StepEnding | 'waiting' | 'unit_failed' | 'not_due' }>(
    'expire_lease_v2',
    [taskId, step, unit, sqlTime(nowMs), sqlTime(nowMs + UNIT_FIRST_LOOK_MS), sqlTime(nowMs + FRESH_LOT_MS)],
  );
  return outcome;
}

/** For the sweeper: ends the task if its state has outlived its deadline. */
export async function expireTask(
  db: Database,
  taskId: string,
  nowMs: number,
): Promise<'ended' | 'not_due' | 'unknown'> {
  const { outcome } = await db.callProcedure<{ outcome: 'ended' | 'not_due' | 'unknown' }>('expire_task_v1', [
    taskId,
    sqlTime(nowMs),
    sqlTime(nowMs + FRESH_LOT_MS),
  ]);
  return outcome;
}
