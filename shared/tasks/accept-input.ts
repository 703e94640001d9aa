import { inputKey } from '../cos/keys.ts';
import { ObjectChanged, type ObjectHead, ObjectNotFound, type Objects } from '../cos/objects.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { readPlan } from '../features/plan.ts';
import { HEAD_BYTES, type Inspection, inspectHead } from '../media/inspect-head.ts';
import type { InputErrorCode } from '../media/media-refusal.ts';
import { refuseObject, removeObject, wasRefused } from '../moderation/content-refusals.ts';
import {
  type FilmModerator,
  isCheckable,
  ModerationUnavailable,
  type Moderator,
  type TextModerator,
} from '../moderation/moderator.ts';
import { moderateTexts } from './moderate-texts.ts';
import { type InputRow, readInputs, readTask, type TaskRow } from './read-task.ts';
import { QUEUE_DEADLINE_MS, UNIT_FIRST_LOOK_MS } from './task.ts';
import { startUnits } from './work-objects.ts';

export interface TaskServices {
  readonly db: Database;
  readonly objects: Objects;
  /** Absent: nothing is checked. */
  readonly moderator?: Moderator | undefined;
  readonly textModerator?: TextModerator | undefined;
  readonly filmModerator?: FilmModerator | undefined;
  /** Told which request the work began with, for the log. */
  readonly onTrace?: ((trace: string | null) => void) | undefined;
}

/** `absent`: the photo is not there (yet). `ignored`: no such task or input, or the task is past its upload. */
export type AcceptOutcome = 'queued' | 'waiting' | 'refused' | 'ignored' | 'absent';

/**
 * A photo has arrived, or may have: checks the bytes that are there, remembers their ETag, and with the last input
 * queues the task and starts its first step. Any number of deliveries, late or repeated, come to the same end.
 */
export async function acceptInput(
  services: TaskServices,
  input: { taskId: string; index: number },
  nowMs: number,
): Promise<AcceptOutcome> {
  const { db, objects } = services;
  const task = await readTask(db, input.taskId);
  services.onTrace?.(task?.trace ?? null);
  if (task?.state !== 'awaiting_upload') return 'ignored';
  const declared = (await readInputs(db, task.taskId)).find((row) => row.n === input.index);
  if (!declared) return 'ignored';
  if (services.moderator && (await wasRefused(db, declared.key))) {
    // Whoever refused it has died since, or another photo was sent in its place.
    await removeObject(services, declared.key);
    return refuse(db, task.taskId, 'CONTENT_REFUSED', nowMs);
  }
  const seen = await inspectObject(objects, task.taskId, declared);
  if (seen === 'absent') return 'absent';
  if (seen.inspection.kind === 'accepted') {
    const code = await moderate(services, task, declared, { ...seen.inspection, etag: seen.etag }, nowMs);
    if (code !== undefined) return refuse(db, task.taskId, code, nowMs);
    return queue(services, task, { ...input, etag: seen.etag, ...seen.inspection }, nowMs);
  }
  return refuse(db, task.taskId, seen.inspection.code, nowMs);
}

type Judged = Exclude<Inspection, { kind: 'more' }>;

const EMPTY: Judged = { kind: 'refused', code: 'INPUT_EMPTY', detail: 'the file has no bytes' };

/** Reads the head of the object, and the whole of it only where the header is longer than that. */
async function inspectObject(
  objects: Objects,
  taskId: string,
  input: InputRow,
): Promise<{ etag: string; inspection: Judged } | 'absent'> {
  const key = inputKey({ taskId, index: input.n });
  const declared = { type: input.contentType, bytes: input.sizeBytes };
  try {
    const head: ObjectHead = await objects.head(key);
    // A range of it cannot be asked for.
    if (head.sizeBytes === 0) return { etag: head.etag, inspection: EMPTY };
    for (const end of [Math.min(HEAD_BYTES, head.sizeBytes), head.sizeBytes]) {
      const { bytes } = await objects.get(key, { ifMatch: head.etag, range: [0, end - 1] });
      const inspection = inspectHead(bytes, head.sizeBytes, declared);
      if (inspection.kind !== 'more') return { etag: head.etag, inspection };
    }
    throw new Error('a whole file was inspected without an answer');
  } catch (error) {
    // Replaced between the two reads: the newer one has an event of its own.
    if (error instanceof ObjectNotFound || error instanceof ObjectChanged) return 'absent';
    throw error;
  }
}

/**
 * The photo and, beside the first one, what was written: neither waits for the other, and no task is queued without its first photo.
 * A refusal of one is one, also while nobody can look at the other.
 */
async function moderate(
  services: TaskServices,
  task: TaskRow,
  input: InputRow,
  seen: { etag: string; width: number; height: number },
  nowMs: number,
): Promise<'CONTENT_REFUSED' | 'INPUT_NOT_CHECKABLE' | 'TEXT_REFUSED' | undefined> {
  const verdicts = await Promise.allSettled([
    moderateInput(services, task, input, seen, nowMs),
    input.n === 0 ? moderateTexts(services, task, nowMs) : undefined,
  ]);
  for (const verdict of verdicts) if (verdict.status === 'fulfilled' && verdict.value) return verdict.value;
  for (const verdict of verdicts) if (verdict.status === 'rejected') throw verdict.reason;
  return undefined;
}

/**
 * What stands against the photo; a refused one is recorded and deleted. The bytes that were looked at must be those that were inspected:
 * COS's ETag of an object that was PUT is its MD5.
 */
async function moderateInput(
  { db, objects, moderator }: TaskServices,
  { taskId, merchantId }: TaskRow,
  { n, key }: InputRow,
  { etag, width, height }: { etag: string; width: number; height: number },
  nowMs: number,
): Promise<'CONTENT_REFUSED' | 'INPUT_NOT_CHECKABLE' | undefined> {
  if (!moderator) return undefined;
  if (!isCheckable(width, height)) return 'INPUT_NOT_CHECKABLE';
  const verdict = await moderator({ key, dataId: `${taskId}-i${n}`, nowMs });
  if (verdict.kind === 'uncheckable') return 'INPUT_NOT_CHECKABLE';
  if (verdict.kind === 'refused') {
    await refuseObject({ db, objects }, { key, merchantId, taskId }, verdict, nowMs);
    return 'CONTENT_REFUSED';
  }
  if (verdict.md5 === undefined) throw new ModerationUnavailable('NoMd5');
  if (`"${verdict.md5}"` !== etag.toLowerCase()) throw new ModerationUnavailable('OtherBytes');
  return undefined;
}

async function queue(
  { db, objects }: TaskServices,
  task: TaskRow,
  accepted: { index: number; etag: string; width: number; height: number },
  nowMs: number,
): Promise<AcceptOutcome> {
  const first = readPlan(task.pipelineJson)[task.step];
  if (!first) throw new Error(`the plan has no step ${task.step}`);
  const { outcome } = await db.callProcedure<{ outcome: 'queued' | 'waiting' | 'ignored' | 'unknown' }>(
    'accept_input_v2',
    [
      task.taskId,
      accepted.index,
      accepted.etag,
      accepted.width,
      accepted.height,
      sqlTime(nowMs),
      sqlTime(nowMs + QUEUE_DEADLINE_MS),
      sqlTime(nowMs + UNIT_FIRST_LOOK_MS),
    ],
  );
  if (outcome === 'queued') await startUnits(objects, task.taskId, task.step, first);
  return outcome === 'unknown' ? 'ignored' : outcome;
}

async function refuse(
  db: Database,
  taskId: string,
  code: InputErrorCode | 'CONTENT_REFUSED' | 'TEXT_REFUSED',
  nowMs: number,
): Promise<AcceptOutcome> {
  const { outcome } = await db.callProcedure<{ outcome: 'failed' | 'ignored' | 'unknown' }>('refuse_input_v1', [
    taskId,
    code,
    sqlTime(nowMs),
  ]);
  return outcome === 'failed' ? 'refused' : 'ignored';
}
