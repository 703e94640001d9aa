import type { Database } from '../../db/database.ts';
import { sqlTime } from '../../db/sql-time.ts';
import type { Lease } from '../unit-procedures.ts';
import type { UnitKey } from '../work-objects.ts';

/** What an engine was asked to do: one row an attempt, under the lease's own id. */
export interface ProviderJob extends Lease {
  readonly merchantId: string;
  readonly attempt: number;
  readonly engine: string;
  readonly jobId: string;
  /** Of the check of a film that it has made; '' before one was begun. */
  readonly checkId: string;
  readonly state: 'submitting' | 'running';
  readonly pollAtMs: number;
  readonly pipelineJson: string;
  readonly formJson: string | null;
  readonly trace: string | null;
  /** Of the unit: the lease that it has now. */
  readonly currentLease: string | null;
  readonly unitState: string;
}

/**
 * The unit's row is locked meanwhile: whoever ends the task comes before this, and there is no job, or after it, and finds one.
 * @returns false: the attempt does not hold its unit any more, so an engine must not be asked
 */
export async function insertJob(
  db: Database,
  job: Lease & { merchantId: string; attempt: number; engine: string },
  nowMs: number,
  pollAtMs: number,
): Promise<boolean> {
  const { affectedRows } = await db.write(
    `INSERT INTO provider_jobs (attempt_id, merchant_id, task_id, step, unit, attempt, engine, state, created_at, poll_at)
     SELECT lease_id, ?, task_id, step, unit, ?, ?, 'submitting', ?, ? FROM task_units
     WHERE task_id = ? AND step = ? AND unit = ? AND state = 'leased' AND lease_id = ? FOR UPDATE`,
    [
      ...[job.merchantId, job.attempt, job.engine, sqlTime(nowMs), sqlTime(pollAtMs)],
      ...[job.taskId, job.step, job.unit, job.leaseId],
    ],
  );
  return affectedRows === 1;
}

/** @returns false: the row was given up meanwhile, and nobody would follow the job */
export async function jobIsRunning(db: Database, attemptId: string, jobId: string, pollAtMs: number): Promise<boolean> {
  const { affectedRows } = await db.write(
    "UPDATE provider_jobs SET state = 'running', job_id = ?, poll_at = ? WHERE attempt_id = ? AND state = 'submitting'",
    [jobId, sqlTime(pollAtMs), attemptId],
  );
  return affectedRows === 1;
}

/** The film lies in our bucket and is being looked at; with '' it is to be looked at anew. */
export async function noteCheck(db: Database, attemptId: string, checkId: string): Promise<void> {
  await db.write('UPDATE provider_jobs SET check_id = ? WHERE attempt_id = ? AND ended_at IS NULL', [
    checkId,
    attemptId,
  ]);
}

/** The unit that this attempt still holds is held until then, if that is later: its work is done, and something is waited for. */
export async function lengthenLease(
  db: Database,
  { taskId, step, unit, leaseId }: Lease,
  untilMs: number,
): Promise<void> {
  const until = sqlTime(untilMs);
  await db.write(
    `UPDATE task_units SET lease_ends_at = ?, sweep_at = ?
     WHERE task_id = ? AND step = ? AND unit = ? AND state = 'leased' AND lease_id = ? AND lease_ends_at < ?`,
    [until, until, taskId, step, unit, leaseId, until],
  );
}

/** `dropped`: the result came after the lease, or after the task's end. */
export async function endJob(
  db: Database,
  attemptId: string,
  state: 'done' | 'failed' | 'dropped',
  detail: string,
  nowMs: number,
): Promise<void> {
  await db.write(
    'UPDATE provider_jobs SET state = ?, detail = ?, poll_at = NULL, ended_at = ? WHERE attempt_id = ? AND ended_at IS NULL',
    [state, detail, sqlTime(nowMs), attemptId],
  );
}

export function dueJobs(db: Database, nowMs: number, limit: number): Promise<ProviderJob[]> {
  return db.query<ProviderJob>(
    `SELECT j.attempt_id AS leaseId, j.merchant_id AS merchantId, j.task_id AS taskId, j.step, j.unit, j.attempt, j.engine, j.job_id AS jobId,
       j.check_id AS checkId, j.state, j.poll_at AS pollAtMs, t.pipeline_json AS pipelineJson,
       t.form_json AS formJson, t.trace, u.lease_id AS currentLease, u.state AS unitState
     FROM provider_jobs j JOIN tasks t ON t.id = j.task_id
     JOIN task_units u ON u.task_id = j.task_id AND u.step = j.step AND u.unit = j.unit
     WHERE j.poll_at <= ? ORDER BY j.poll_at, j.attempt_id LIMIT ?`,
    [sqlTime(nowMs), limit],
  );
}

/** Only one of two pollers gets it; when that one dies, the next look is at `untilMs`. */
export async function takeJob(db: Database, job: ProviderJob, untilMs: number): Promise<boolean> {
  const { affectedRows } = await db.write('UPDATE provider_jobs SET poll_at = ? WHERE attempt_id = ? AND poll_at = ?', [
    sqlTime(untilMs),
    job.leaseId,
    sqlTime(job.pollAtMs),
  ]);
  return affectedRows === 1;
}

export async function lookAgainAt(db: Database, attemptId: string, atMs: number): Promise<void> {
  await db.write('UPDATE provider_jobs SET poll_at = ? WHERE attempt_id = ? AND ended_at IS NULL', [
    sqlTime(atMs),
    attemptId,
  ]);
}

export interface WaitingUnit extends UnitKey {
  readonly merchantId: string;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly state: string;
  readonly pipelineJson: string;
  readonly trace: string | null;
}

export async function readWaitingUnit(db: Database, { taskId, step, unit }: UnitKey): Promise<WaitingUnit | undefined> {
  const [row] = await db.query<WaitingUnit>(
    `SELECT u.task_id AS taskId, u.step, u.unit, u.merchant_id AS merchantId, u.attempts, u.max_attempts AS maxAttempts,
       u.state, t.pipeline_json AS pipelineJson, t.trace
     FROM task_units u JOIN tasks t ON t.id = u.task_id WHERE u.task_id = ? AND u.step = ? AND u.unit = ?`,
    [taskId, step, unit],
  );
  return row;
}

/** The unit waits for a place at the engine; once, however often it came. */
export async function queueUnit(
  db: Database,
  { taskId, step, unit, merchantId }: WaitingUnit,
  engine: string,
  nowMs: number,
): Promise<void> {
  await db.write(
    `INSERT INTO engine_queue (task_id, step, unit, engine, merchant_id, queued_at) VALUES (?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE engine = VALUES(engine)`,
    [taskId, step, unit, engine, merchantId, sqlTime(nowMs)],
  );
}

/** Units of tasks that were canceled wait for nothing; left in the queue, they would be called before those that do. */
export async function forgetEnded(db: Database, engine: string): Promise<void> {
  await db.write(
    `DELETE q FROM engine_queue q JOIN task_units u ON u.task_id = q.task_id AND u.step = q.step AND u.unit = q.unit
     WHERE q.engine = ? AND u.state <> 'waiting'`,
    [engine],
  );
}

export function readQueue(db: Database, engine: string, limit: number): Promise<UnitKey[]> {
  return db.query<UnitKey>(
    'SELECT task_id AS taskId, step, unit FROM engine_queue WHERE engine = ? ORDER BY queued_at, task_id, step, unit LIMIT ?',
    [engine, limit],
  );
}

export async function leaveQueue(db: Database, { taskId, step, unit }: UnitKey): Promise<void> {
  await db.write('DELETE FROM engine_queue WHERE task_id = ? AND step = ? AND unit = ?', [taskId, step, unit]);
}
