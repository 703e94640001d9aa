import type { Bucket } from '../cos/bucket.ts';
import { inputsExpireAtMs, type Retention, resultsExpireAtMs } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import { isResult, readPlan } from '../features/plan.ts';
import { ApiError } from '../http/api-error.ts';
import { resultId } from './asset-id.ts';
import { readPace } from './feature-paces.ts';
import { LINK_SECONDS, readLink, signedAt } from './read-link.ts';
import { type OutputRow, readInputs, readOutputs, readOwnTask, readUnits } from './read-task.ts';
import { isTerminal } from './task.ts';
import { progressOf, type TaskProgress } from './task-progress.ts';
import { type Language, type TaskSummary, taskSummary } from './task-summary.ts';

export interface TaskOutput {
  /** For favourites, deletion, archives, and as the next task's photo. */
  readonly assetId: string;
  readonly name: string;
  readonly url: string;
  readonly urlExpiresAtMs: number;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly flags: string[];
  readonly favourite: boolean;
  readonly expiresAtMs: number;
}

export interface TaskDetail extends TaskSummary {
  readonly inputs: {
    n: number;
    contentType: string;
    sizeBytes: number;
    received: boolean;
    url?: string;
    expiresAtMs: number;
  }[];
  readonly outputs: TaskOutput[];
  readonly missingOutputs: number;
  readonly progress: TaskProgress;
  readonly pollAfterMs?: number;
}

/**
 * Eight times in what is left of the usual time, between 1 and 10 s; where that is not known, or over: often at first, when a
 * picture is about to come, then less.
 */
function pollAfterMs(ageMs: number, remainingMs: number | undefined): number {
  if (remainingMs !== undefined && remainingMs > 0)
    return Math.min(10_000, Math.max(1000, Math.round(remainingMs / 8)));
  if (ageMs < 30_000) return 1000;
  return ageMs < 300_000 ? 3000 : 10_000;
}

/** The merchant's task; links to results only once it has succeeded. @throws ApiError NOT_FOUND */
export async function getTask(
  db: Database,
  bucket: Bucket,
  merchantId: string,
  taskId: string,
  { nowMs, language, retention }: { nowMs: number; language: Language; retention: Retention },
): Promise<TaskDetail> {
  const task = await readOwnTask(db, merchantId, taskId);
  if (!task) throw new ApiError('NOT_FOUND');
  const inputs = await readInputs(db, taskId);
  const plan = readPlan(task.pipelineJson);
  const units = task.state === 'awaiting_upload' ? [] : await readUnits(db, taskId);
  const made = task.state === 'succeeded' ? await readOutputs(db, taskId) : [];
  const outputs = made.filter((output) => isThere(output) && isResult(plan, output));
  const photosEndAtMs = inputsExpireAtMs(task.createdAtMs, retention);
  const endsAtMs = resultsExpireAtMs(task.createdAtMs, retention);
  const medianMs = isTerminal(task.state) ? undefined : await readPace(db, task.featureId, nowMs);
  const progress = progressOf(task, plan, units, { nowMs, medianMs });
  return {
    ...taskSummary(task, language),
    inputs: inputs.map(({ n, contentType, sizeBytes, etag, key }) => ({
      n,
      contentType,
      sizeBytes,
      received: etag !== null,
      ...(etag !== null && nowMs < photosEndAtMs && { url: readLink(bucket, key, nowMs) }),
      expiresAtMs: photosEndAtMs,
    })),
    outputs: nowMs < endsAtMs ? outputs.map((output) => withUrl(bucket, output, { taskId, endsAtMs, nowMs })) : [],
    missingOutputs: task.state === 'succeeded' ? units.filter(({ state }) => state === 'failed').length : 0,
    progress,
    ...(!isTerminal(task.state) && { pollAfterMs: pollAfterMs(nowMs - task.createdAtMs, progress.remainingMs) }),
  };
}

const isThere = ({ purgeAtMs, purgedAtMs }: OutputRow): boolean => purgeAtMs === null && purgedAtMs === null;

function withUrl(
  bucket: Bucket,
  { key, step, unit, name, flags, favourite, contentType, width, height, sizeBytes }: OutputRow,
  { taskId, endsAtMs, nowMs }: { taskId: string; endsAtMs: number; nowMs: number },
): TaskOutput {
  return {
    assetId: resultId({ taskId, step, unit, name }),
    name,
    url: readLink(bucket, key, nowMs),
    urlExpiresAtMs: signedAt(nowMs) + LINK_SECONDS * 1000,
    ...{ contentType, width, height, sizeBytes },
    flags: flags === '' ? [] : flags.split(','),
    favourite: favourite === 1,
    expiresAtMs: endsAtMs,
  };
}
