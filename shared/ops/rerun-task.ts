import type { TaskState } from '../contract/tasks.ts';
import type { Bucket } from '../cos/bucket.ts';
import { LookFailed, lookAtObject } from '../cos/look-at-object.ts';
import { inputsExpireAtMs, type Retention } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import type { Catalogue } from '../features/catalogue.ts';
import { forgetCard, readCard } from '../features/read-card.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { sideBySide } from '../side-by-side.ts';
import { type CreateOutcome, orderOf, orderParams, refusalOf } from '../tasks/create-task.ts';
import { readTask, type TaskRow } from '../tasks/read-task.ts';
import { bringAlong, REUSABLE_MS, type Repetition, repetitionOf } from '../tasks/retry-task.ts';
import { startUnitsAt } from '../tasks/start-units-at.ts';
import { FRESH_LOT_MS } from '../tasks/task.ts';
import { callWrite, isWritten, type OperatorWrite } from './operator-write.ts';
import { refuseOwn } from './refuse-own.ts';

export interface Rerun {
  readonly taskId: string;
  /** `goodwill`: out of a lot that is granted for it. What comes back of that, the repetition having failed too, is the merchant's for a week. */
  readonly charge: 'merchant' | 'goodwill';
  readonly reason: string;
  readonly trace: string;
}

interface Services {
  readonly db: Database;
  readonly bucket: Bucket;
  readonly catalogue: Catalogue;
  readonly retention: Pick<Retention, 'INPUT_DAYS'>;
}

/** A task has a hundred photos at most. */
const LOOKS_AT_ONCE = 10;

interface Made<Outcome> {
  readonly outcome: Outcome;
  readonly task_id: string;
  readonly state: TaskState;
  readonly credits: number;
  readonly created_at: number;
}
type Row = Made<'created'> | Made<'replayed'> | Exclude<CreateOutcome, { outcome: 'created' }>;

/**
 * Repeats a merchant's task as retry-task would, in one transaction with its row of the log. Asked again with its key, it copies what the
 * first time could not.
 * @throws ApiError NOT_FOUND, OWN_ACCOUNT, TASK_NOT_RETRYABLE, IDEMPOTENCY_CONFLICT, UNAVAILABLE while COS is away, and what createTask throws but for limits
 */
export async function rerunTask(services: Services, rerun: Rerun, write: OperatorWrite) {
  const { db, bucket, catalogue } = services;
  const { nowMs } = write;
  const old = await readTask(db, rerun.taskId);
  if (!old) throw new ApiError('NOT_FOUND');
  if (rerun.charge === 'goodwill') refuseOwn(old.merchantId, write);
  const repetition = await repetitionOf(db, old, undefined, nowMs);
  // Only the merchant could send them (again): it would wait for an hour, and hold the credits. What stands already is answered as it is.
  if (!(await arePhotosThere(services, old, repetition, nowMs)) && !(await isWritten(db, write))) {
    throw new ApiError('TASK_NOT_RETRYABLE');
  }
  const { units, ...made } = await order(
    { db, catalogue },
    { ...rerun, merchantId: old.merchantId, repetition },
    write,
  );
  await bringAlong(db, bucket, { ...repetition, created: made, nowMs });
  await startUnitsAt(bucket, made.taskId, units, nowMs);
  const { taskId, state, credits, createdAtMs } = made;
  return { taskId, retryOf: old.taskId, merchantId: old.merchantId, state, credits, createdAtMs };
}

/** Whether each photo still is the one that arrived, and is kept for a while. @throws ApiError UNAVAILABLE while COS is away */
async function arePhotosThere(
  { bucket, retention }: Pick<Services, 'bucket' | 'retention'>,
  { createdAtMs, endedAtMs }: TaskRow,
  { inputs }: Repetition,
  nowMs: number,
): Promise<boolean> {
  if (inputs.length === 0) return true;
  if (nowMs > Math.min((endedAtMs ?? 0) + REUSABLE_MS, inputsExpireAtMs(createdAtMs, retention))) return false;
  const arrived = inputs.flatMap(({ key, etag }) => (etag === null ? [] : [{ key, etag }]));
  if (arrived.length < inputs.length) return false;
  try {
    const seen = await sideBySide(arrived, LOOKS_AT_ONCE, (photo) => lookAtObject(bucket, photo, nowMs));
    return seen.every((one) => one === 'there');
  } catch (error) {
    if (error instanceof LookFailed) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause: error });
    throw error;
  }
}

/** `units`: how many are to be started, of a task that waits for no photo. */
async function order(
  { db, catalogue }: Pick<Services, 'db' | 'catalogue'>,
  { repetition, merchantId, ...rerun }: Rerun & { readonly merchantId: string; readonly repetition: Repetition },
  write: OperatorWrite,
) {
  const { nowMs } = write;
  const { featureId, retryOf } = repetition.order;
  const asked = { ...repetition.order, nowMs };
  for (let lastTry = false; ; lastTry = true) {
    const judged = orderOf(await readCard(db, featureId, nowMs), asked, catalogue);
    const { version, takesOver, step, credits, inputs, form, plan, deadline, sweep, unitSweep } = orderParams(
      asked,
      judged,
    );
    const lot = [rerun.charge === 'goodwill' ? 1 : 0, newId('lot_', nowMs), sqlTime(nowMs + FRESH_LOT_MS)];
    const row = await callWrite<Row>(
      db,
      'rerun_task_v1',
      [
        ...[
          merchantId,
          newId('tsk_', nowMs),
          featureId,
          version,
          retryOf,
          takesOver,
          step,
          credits,
          inputs,
          form,
          plan,
        ],
        ...[...lot, deadline, sweep, unitSweep, rerun.trace, rerun.reason],
      ],
      write,
      { no_account: 'NOT_FOUND' },
    );
    if (row.outcome === 'created' || row.outcome === 'replayed') {
      const made = {
        taskId: row.task_id,
        featureId,
        state: row.state,
        credits: row.credits,
        createdAtMs: row.created_at,
      };
      const isToStart = row.outcome === 'created' && row.state === 'queued' && 'plan' in judged;
      return { ...made, units: isToStart ? (judged.plan[0]?.units ?? 0) : 0 };
    }
    if (row.outcome === 'changed') {
      forgetCard(db, featureId);
      if (!lastTry) continue;
    }
    throw refusalOf(row, judged);
  }
}
