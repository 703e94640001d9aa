import type { Bucket } from '../cos/bucket.ts';
import { CopyFailed, copyObject } from '../cos/copy-object.ts';
import { inputKey } from '../cos/keys.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type CreatedTask, createTask, type TaskRequest } from './create-task.ts';
import { type InputRow, readInputs, readOwnTask } from './read-task.ts';
import { isRefunded } from './task.ts';

/** Endings for which another try with the same photo could only end the same way. */
const SAME_AGAIN = /^INPUT_|^GARMENT_/;

export interface RetriedTask extends CreatedTask {
  /** Inputs whose photo has to be sent (again), by number. */
  readonly missing: readonly InputRow[];
}

/**
 * A new task with the inputs of one that ended without success, charged like any other. A photo that had arrived is
 * copied inside COS, and the copy's event starts the new task; the others are asked for again.
 * @throws ApiError NOT_FOUND, TASK_NOT_RETRYABLE, UNAVAILABLE while COS is away, and what createTask throws
 */
export async function retryTask(
  db: Database,
  bucket: Bucket,
  request: Omit<TaskRequest, 'featureId' | 'inputs' | 'retryOf'> & { taskId: string },
): Promise<RetriedTask> {
  const { taskId, ...rest } = request;
  const old = await readOwnTask(db, request.merchantId, taskId);
  if (!old) throw new ApiError('NOT_FOUND');
  if (!isRefunded(old.state) || SAME_AGAIN.test(old.errorCode ?? '')) throw new ApiError('TASK_NOT_RETRYABLE');
  const inputs = await readInputs(db, taskId);
  const created = await createTask(db, { ...rest, featureId: old.featureId, inputs, retryOf: taskId });
  const missing: InputRow[] = [];
  if (created.state !== 'awaiting_upload') return { ...created, missing };
  for (const input of inputs) {
    if (!(await copyInput(bucket, input, created.taskId, request.nowMs))) missing.push(input);
  }
  return { ...created, missing };
}

async function copyInput(bucket: Bucket, input: InputRow, newTaskId: string, nowMs: number): Promise<boolean> {
  if (input.etag === null) return false;
  const toKey = inputKey({ taskId: newTaskId, index: input.n });
  try {
    return (await copyObject(bucket, { fromKey: input.key, toKey, etag: input.etag }, nowMs)) === 'copied';
  } catch (error) {
    // The task is there; the same key asked again finds it and copies then.
    if (error instanceof CopyFailed) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
    throw error;
  }
}
