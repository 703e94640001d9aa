import type { TaskState } from '../contract/tasks.ts';
import type { Database } from '../db/database.ts';

/** A task's row, times in epoch milliseconds. */
export interface TaskRow {
  readonly taskId: string;
  readonly merchantId: string;
  readonly featureId: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly featureVersion: number;
  readonly refundedCredits: number;
  readonly pipelineJson: string;
  readonly formJson: string | null;
  readonly step: number;
  readonly retryOf: string | null;
  readonly errorCode: string | null;
  readonly createdAtMs: number;
  readonly queuedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly trace: string | null;
}

export interface InputRow {
  readonly n: number;
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly sizeBytes: number;
  readonly key: string;
  readonly etag: string | null;
}

export interface OutputRow {
  readonly step: number;
  readonly unit: number;
  readonly name: string;
  readonly key: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly flags: string;
  readonly favourite: number;
  /** Deleted by its merchant; restorable until then. */
  readonly purgeAtMs: number | null;
  /** Its object is gone. */
  readonly purgedAtMs: number | null;
}

/** Whether the file under this key is a result that an AI made, or that was made of one. */
export const isOfAi = (outputs: readonly OutputRow[], key: string): boolean =>
  outputs.some((output) => output.key === key && output.flags.split(',').includes('ai'));

export const TASK_COLUMNS = `id AS taskId, merchant_id AS merchantId, feature_id AS featureId, state, credits,
  feature_version AS featureVersion, refunded_credits AS refundedCredits, pipeline_json AS pipelineJson, form_json AS formJson,
  step, retry_of AS retryOf, error_code AS errorCode, created_at AS createdAtMs, queued_at AS queuedAtMs,
  ended_at AS endedAtMs, trace`;

/** Any merchant's task, for functions that no merchant calls. */
export async function readTask(db: Database, taskId: string): Promise<TaskRow | undefined> {
  const [row] = await db.query<TaskRow>(`SELECT ${TASK_COLUMNS} FROM tasks WHERE id = ?`, [taskId]);
  return row;
}

/** The merchant's own task; another's is as good as none. */
export async function readOwnTask(db: Database, merchantId: string, taskId: string): Promise<TaskRow | undefined> {
  const row = await readTask(db, taskId);
  return row?.merchantId === merchantId ? row : undefined;
}

export function readInputs(db: Database, taskId: string): Promise<InputRow[]> {
  return db.query<InputRow>(
    `SELECT n, content_type AS contentType, size_bytes AS sizeBytes, object_key AS \`key\`, etag
     FROM task_inputs WHERE task_id = ? ORDER BY n`,
    [taskId],
  );
}

export function readOutputs(db: Database, taskId: string): Promise<OutputRow[]> {
  return db.query<OutputRow>(
    `SELECT step, unit, name, object_key AS \`key\`, content_type AS contentType, width, height, size_bytes AS sizeBytes, flags,
       favourite, purge_at AS purgeAtMs, purged_at AS purgedAtMs
     FROM task_outputs WHERE task_id = ? ORDER BY step, unit, name`,
    [taskId],
  );
}

export interface UnitRow {
  readonly step: number;
  readonly unit: number;
  readonly state: 'waiting' | 'leased' | 'done' | 'failed' | 'dropped';
}

export function readUnits(db: Database, taskId: string): Promise<UnitRow[]> {
  return db.query<UnitRow>('SELECT step, unit, state FROM task_units WHERE task_id = ? ORDER BY step, unit', [taskId]);
}
