import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';

/** What belongs to one task, each by its index. Plans keep these few; the log of a task is cut off. */
const AUDIT_ROWS = 100;

interface InputRow {
  readonly n: number;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly receivedAtMs: number | null;
}

export const traceInputs = async (db: Database, taskId: string) =>
  (
    await db.query<InputRow>(
      `SELECT n, content_type AS contentType, size_bytes AS sizeBytes, width, height, received_at AS receivedAtMs
       FROM task_inputs WHERE task_id = ? ORDER BY n`,
      [taskId],
    )
  ).map(withoutNulls);

interface UnitRow {
  readonly step: number;
  readonly unit: number;
  readonly state: 'waiting' | 'leased' | 'done' | 'failed' | 'dropped';
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly leaseId: string | null;
  readonly leaseEndsAtMs: number | null;
  readonly nextAtMs: number;
  readonly errorCode: string | null;
}

export const traceUnits = async (db: Database, taskId: string) =>
  (
    await db.query<UnitRow>(
      `SELECT step, unit, state, attempts, max_attempts AS maxAttempts, lease_id AS leaseId, lease_ends_at AS leaseEndsAtMs,
         next_at AS nextAtMs, error_code AS errorCode
       FROM task_units WHERE task_id = ? ORDER BY step, unit`,
      [taskId],
    )
  ).map(withoutNulls);

interface JobRow {
  readonly attemptId: string;
  readonly step: number;
  readonly unit: number;
  readonly attempt: number;
  readonly engine: string;
  readonly jobId: string;
  readonly state: 'submitting' | 'running' | 'done' | 'failed' | 'dropped';
  readonly detail: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** Of a job that is where its result is, the place without what opens it. */
export const traceJobs = async (db: Database, taskId: string) =>
  (
    await db.query<JobRow>(
      `SELECT attempt_id AS attemptId, step, unit, attempt, engine, SUBSTRING_INDEX(job_id, '?', 1) AS jobId, state, detail, created_at AS createdAtMs,
         ended_at AS endedAtMs
       FROM provider_jobs WHERE task_id = ? ORDER BY created_at, attempt_id`,
      [taskId],
    )
  ).map(withoutNulls);

interface OutputRow {
  readonly step: number;
  readonly unit: number;
  readonly name: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly flags: string;
}

export const traceOutputs = (db: Database, taskId: string): Promise<OutputRow[]> =>
  db.query<OutputRow>(
    `SELECT step, unit, name, content_type AS contentType, width, height, size_bytes AS sizeBytes, flags
     FROM task_outputs WHERE task_id = ? ORDER BY step, unit, name`,
    [taskId],
  );

interface EntryRow {
  readonly entryId: string;
  readonly kind: string;
  readonly credits: number;
  readonly lotId: string;
  readonly createdAtMs: number;
}

export const traceEntries = (db: Database, taskId: string): Promise<EntryRow[]> =>
  db.query<EntryRow>(
    `SELECT CAST(seq AS CHAR) AS entryId, kind, amount AS credits, lot_id AS lotId, created_at AS createdAtMs
     FROM quota_entries WHERE task_id = ? ORDER BY seq`,
    [taskId],
  );

interface AuditRow {
  readonly auditId: string;
  readonly actor: string;
  readonly action: string;
  readonly reason: string;
  readonly requestId: string;
  readonly createdAtMs: number;
}

/** Writes alone: who looked is in the log itself. */
export const traceAudit = (db: Database, taskId: string): Promise<AuditRow[]> =>
  db.query<AuditRow>(
    `SELECT CAST(seq AS CHAR) AS auditId, actor, action, reason, request_id AS requestId, created_at AS createdAtMs
     FROM audit_log WHERE target = ? AND idempotency_key IS NOT NULL ORDER BY audit_log.seq DESC LIMIT ?`,
    [taskId, AUDIT_ROWS],
  );
