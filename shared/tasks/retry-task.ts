import type { FormValues } from '../contract/form.ts';
import type { Bucket } from '../cos/bucket.ts';
import { CopyFailed, copyObject } from '../cos/copy-object.ts';
import { inputKey } from '../cos/keys.ts';
import type { Database } from '../db/database.ts';
import { readPlan } from '../features/plan.ts';
import type { FilledForm } from '../features/read-form.ts';
import { ApiError } from '../http/api-error.ts';
import { type CreatedTask, createTask, type TaskRequest } from './create-task.ts';
import { CATALOGUE } from './processor-catalogue.ts';
import { type InputRow, readInputs, readOutputs, readOwnTask, readUnits, type TaskRow } from './read-task.ts';
import { isRefunded } from './task.ts';

/** Endings for which another try with the same photo and form could only end the same way. */
const SAME_AGAIN = /^INPUT_|^GARMENT_|^TEXT_REFUSED$/;
/** With other answers, as with marks on the photo, only the photo itself stands in the way. */
const SAME_PHOTO_AGAIN = /^INPUT_/;

export interface RetriedTask extends CreatedTask {
  /** Inputs whose photo has to be sent (again), by number. */
  readonly missing: readonly InputRow[];
}

/** Photos live for seven days, and the new task needs them for a while. */
export const REUSABLE_MS = 6 * 24 * 3600_000;

/**
 * A new task with the inputs and the form of one that ended without success, or with outputs missing. It runs only the
 * units that were not done, as long as its card is the same, and costs what was given back: the price, or the share of
 * the missing outputs. What had arrived or was done is copied inside COS, the photos last, since their events start the
 * new task; photos that had not arrived are asked for again. With answers in `form`, which take the place of the old
 * ones, it is an order of its own: from the beginning, for the whole price, also of a task that succeeded.
 * @throws ApiError NOT_FOUND, TASK_NOT_RETRYABLE, UNAVAILABLE while COS is away, and what createTask throws
 */
export async function retryTask(
  db: Database,
  bucket: Bucket,
  request: Omit<TaskRequest, 'featureId' | 'inputs' | 'retryOf' | 'takeOver'> & { taskId: string },
  catalogue = CATALOGUE,
): Promise<RetriedTask> {
  const { taskId, form: changed, ...rest } = request;
  const old = await readOwnTask(db, request.merchantId, taskId);
  if (!old) throw new ApiError('NOT_FOUND');
  const again = await repetitionOf(db, old, changed, request.nowMs);
  const created = await createTask(db, { ...rest, ...again.order }, catalogue);
  return { ...created, missing: await bringAlong(db, bucket, { ...again, created, nowMs: request.nowMs }) };
}

export interface Repetition {
  /** What a repetition of it orders. */
  readonly order: Pick<TaskRequest, 'featureId' | 'inputs' | 'form' | 'takeOver'> & { readonly retryOf: string };
  readonly inputs: readonly InputRow[];
}

/** @throws ApiError TASK_NOT_RETRYABLE */
export async function repetitionOf(
  db: Database,
  old: TaskRow,
  changed: FormValues | undefined,
  nowMs: number,
): Promise<Repetition> {
  if (!canRepeat(old, changed !== undefined)) throw new ApiError('TASK_NOT_RETRYABLE');
  const inputs = await readInputs(db, old.taskId);
  const filled = old.formJson === null ? undefined : (JSON.parse(old.formJson) as FilledForm);
  const takeOver = changed ? undefined : await whatIsDone(db, old, inputs, filled, nowMs);
  const order = {
    ...{ featureId: old.featureId, retryOf: old.taskId, form: { ...filled?.values, ...changed } },
    inputs: inputs.map((input) => ({ ...input, field: fieldOf(filled, input.n) })),
    ...(takeOver && { takeOver }),
  };
  return { order, inputs };
}

/**
 * Copies what had arrived or was done to the new task, the photos last, since their events start it. @returns the photos that are to be sent
 * (again) @throws ApiError UNAVAILABLE while COS is away; asked again, it copies then
 */
export async function bringAlong(
  db: Database,
  bucket: Bucket,
  { order, inputs, created, nowMs }: Repetition & { readonly created: CreatedTask; readonly nowMs: number },
): Promise<InputRow[]> {
  const missing: InputRow[] = [];
  if (created.state !== 'awaiting_upload') return missing;
  for (const { key } of await readOutputs(db, created.taskId)) {
    const fromKey = key.replace(created.taskId, order.retryOf);
    await copy(bucket, { fromKey, toKey: key }, nowMs);
  }
  for (const input of inputs) {
    if (!(await copyInput(bucket, input, created.taskId, nowMs))) missing.push(input);
  }
  return missing;
}

function canRepeat({ state, refundedCredits, errorCode }: TaskRow, isChanged: boolean): boolean {
  if ((isChanged ? SAME_PHOTO_AGAIN : SAME_AGAIN).test(errorCode ?? '')) return false;
  return isRefunded(state) || (state === 'succeeded' && (isChanged || refundedCredits > 0));
}

const fieldOf = (filled: FilledForm | undefined, n: number): string | undefined =>
  Object.entries(filled?.photos ?? {}).find(([, numbers]) => numbers.includes(n))?.[0];

/** Where the new task goes on, and for how much; undefined: from the beginning, for the whole price. */
async function whatIsDone(
  db: Database,
  old: TaskRow,
  inputs: readonly InputRow[],
  filled: FilledForm | undefined,
  nowMs: number,
): Promise<TaskRequest['takeOver']> {
  const isOld = nowMs - (old.endedAtMs ?? 0) > REUSABLE_MS;
  if (!filled || isOld || inputs.length === 0 || inputs.some(({ etag }) => etag === null)) return undefined;
  const done = (await readUnits(db, old.taskId)).filter(({ state }) => state === 'done');
  if (done.length === 0) return undefined;
  const plan = readPlan(old.pipelineJson);
  const counts = plan.map(({ units }, n) => units - done.filter(({ step }) => step === n).length);
  // What the merchant has deleted meanwhile is made again.
  if ((await readOutputs(db, old.taskId)).some(({ purgedAtMs }) => purgedAtMs !== null)) return undefined;
  const step = counts.findIndex((left) => left > 0);
  if (step < 0) return undefined;
  const credits = old.state === 'succeeded' ? { credits: old.refundedCredits } : {};
  const presets = plan.find((one) => one.presets !== undefined)?.presets;
  return { version: old.featureVersion, step, filled, presets, ...credits };
}

/**
 * One without an ETag may lie there all the same: its task was canceled before its event came. The new task looks at it anew; what COS does
 * not answer for is sent again.
 */
async function copyInput(bucket: Bucket, input: InputRow, newTaskId: string, nowMs: number): Promise<boolean> {
  const what = { fromKey: input.key, toKey: inputKey({ taskId: newTaskId, index: input.n }) };
  if (input.etag !== null) return copy(bucket, { ...what, etag: input.etag }, nowMs);
  const outcome = await copyObject(bucket, what, nowMs).catch((error: unknown) => {
    if (error instanceof CopyFailed) return 'unknown';
    throw error;
  });
  return outcome === 'copied';
}

async function copy(
  bucket: Bucket,
  what: { fromKey: string; toKey: string; etag?: string },
  nowMs: number,
): Promise<boolean> {
  try {
    return (await copyObject(bucket, what, nowMs)) === 'copied';
  } catch (error) {
    // The task is there; the same key asked again finds it and copies then.
    if (error instanceof CopyFailed) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
    throw error;
  }
}
