import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { type OutputRow, readInputs, readOutputs, readOwnTask } from './read-task.ts';
import { isTerminal } from './task.ts';
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
  readonly pollAfterMs?: number;
}

const RESULT_URL_SECONDS = 900;

/** Often at first, when a picture is about to come, then less: 1 s in the first half minute, at most 10 s. */
function pollAfterMs(ageMs: number): number {
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
  const outputs = task.state === 'succeeded' ? await readOutputs(db, taskId) : [];
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
    ...(!isTerminal(task.state) && { pollAfterMs: pollAfterMs(nowMs - task.createdAtMs) }),
  };
}

function withUrl(bucket: Bucket, { key, flags, ...output }: OutputRow, nowMs: number): TaskOutput {
  return {
    ...output,
    url: readUrl(bucket, key, nowMs),
    urlExpiresAtMs: nowMs + RESULT_URL_SECONDS * 1000,
    flags: flags === '' ? [] : flags.split(','),
  };
}

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
    nowMs,
  });
  return url;
}
