import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import type { Database } from '../db/database.ts';
import { isResult, readPlan } from '../features/plan.ts';
import { ApiError } from '../http/api-error.ts';
import { readPace } from './feature-paces.ts';
import { type OutputRow, readInputs, readOutputs, readOwnTask, readUnits } from './read-task.ts';
import { isTerminal } from './task.ts';
import { progressOf, type TaskProgress } from './task-progress.ts';
import { type Language, type TaskSummary, taskSummary } from './task-summary.ts';

export interface TaskOutput {
  readonly name: string;
  readonly url: string;
  readonly urlExpiresAtMs: number;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly flags: string[];
}

export interface TaskDetail extends TaskSummary {
  readonly inputs: { n: number; contentType: string; sizeBytes: number; received: boolean; url?: string }[];
  readonly outputs: TaskOutput[];
  readonly missingOutputs: number;
  readonly progress: TaskProgress;
  readonly pollAfterMs?: number;
}

const RESULT_URL_SECONDS = 900;
/** Links are signed on the minute, so that a task that did not change reads the same and is answered 304. */
const SIGNED_EVERY_MS = 60_000;

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
  { nowMs, language }: { nowMs: number; language: Language },
): Promise<TaskDetail> {
  const task = await readOwnTask(db, merchantId, taskId);
  if (!task) throw new ApiError('NOT_FOUND');
  const inputs = await readInputs(db, taskId);
  const plan = readPlan(task.pipelineJson);
  const units = task.state === 'awaiting_upload' ? [] : await readUnits(db, taskId);
  const made = task.state === 'succeeded' ? await readOutputs(db, taskId) : [];
  const outputs = made.filter((output) => isResult(plan, output));
  const medianMs = isTerminal(task.state) ? undefined : await readPace(db, task.featureId, nowMs);
  const progress = progressOf(task, plan, units, { nowMs, medianMs });
  return {
    ...taskSummary(task, language),
    inputs: inputs.map(({ n, contentType, sizeBytes, etag, key }) => ({
      n,
      contentType,
      sizeBytes,
      received: etag !== null,
      ...(etag !== null && { url: readUrl(bucket, key, nowMs) }),
    })),
    outputs: outputs.map((output) => withUrl(bucket, output, nowMs)),
    missingOutputs: task.state === 'succeeded' ? units.filter(({ state }) => state === 'failed').length : 0,
    progress,
    ...(!isTerminal(task.state) && { pollAfterMs: pollAfterMs(nowMs - task.createdAtMs, progress.remainingMs) }),
  };
}

function withUrl(bucket: Bucket, { key, flags, step: _, unit: __, ...output }: OutputRow, nowMs: number): TaskOutput {
  return {
    ...output,
    url: readUrl(bucket, key, nowMs),
    urlExpiresAtMs: signedAt(nowMs) + RESULT_URL_SECONDS * 1000,
    flags: flags === '' ? [] : flags.split(','),
  };
}

const signedAt = (nowMs: number): number => nowMs - (nowMs % SIGNED_EVERY_MS);

function readUrl(bucket: Bucket, key: string, nowMs: number): string {
  const { url } = presignUrl({
    bucket: bucket.bucket,
    region: bucket.region,
    ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint }),
    credentials: bucket.credentials(),
    key,
    method: 'GET',
    // The window begins a second early and ends on a full second: what is promised lies inside it.
    expiresSeconds: RESULT_URL_SECONDS + 2,
    nowMs: signedAt(nowMs),
  });
  return url;
}
