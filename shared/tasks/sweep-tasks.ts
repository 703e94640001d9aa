import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { readPlan } from '../features/plan.ts';
import type { LogFields } from '../logging/logger.ts';
import { ModerationUnavailable } from '../moderation/moderator.ts';
import { type NotMoved, type OnMoved, traced, unheard } from '../timer/work-moved.ts';
import { acceptInput, type TaskServices } from './accept-input.ts';
import { measurePaces } from './feature-paces.ts';
import { lookAgainAfterMs } from './look-again-after.ts';
import { laneOf } from './processor-catalogue.ts';
import { readInputs, readTask } from './read-task.ts';
import { expireLease, expireTask } from './unit-procedures.ts';
import { startUnits, type UnitKey, writeWorkObject } from './work-objects.ts';

export interface Swept {
  readonly expired: number;
  readonly foundUploads: number;
  readonly restartedUnits: number;
  readonly deadLeases: number;
  /** How long the unit that has waited longest is due already; 0 when none waits. Leased ones are at work. */
  readonly oldestWaitMs: number;
  readonly failures: readonly NotMoved[];
}

interface Tick {
  readonly nowMs: number;
  /** A vendor that hangs costs half a minute a photo, and the function has one: it is asked once. */
  moderationIsAway: boolean;
}

interface DueTask {
  readonly taskId: string;
  readonly state: 'awaiting_upload' | 'queued' | 'processing';
  readonly createdAtMs: number;
  readonly deadlineAtMs: number;
  readonly sweepAtMs: number;
  readonly trace: string | null;
}

interface DueUnit extends UnitKey {
  readonly processor: string;
  readonly enginesJson: string | null;
  readonly state: 'waiting' | 'leased';
  readonly nextAtMs: number;
  readonly sweepAtMs: number;
  readonly trace: string | null;
}

export const PAGE = 200;
/** A row that could not be swept makes room for the others. */
const AFTER_FAILURE_MS = 60_000;
/** While COS cannot be asked whether the photo is there, or nobody has looked at it, an overdue task is given this much longer. */
const UNASKED_GRACE_MS = 30 * 60_000;

/**
 * The only re-driver. Ends what has outlived its deadline, finds uploads whose event was lost, ends dead leases, and
 * writes the work objects of units that wait too long. Everything it does is a conditional write, so any number of
 * sweepers may run at once; one row that fails does not stop the others.
 * @param onMoved told of each task and unit that it did something to, for the log
 */
export async function sweepTasks(services: TaskServices, nowMs: number, onMoved: OnMoved = unheard): Promise<Swept> {
  const counts = { expired: 0, foundUploads: 0, restartedUnits: 0, deadLeases: 0 };
  const failures: NotMoved[] = [];
  const note = (named: LogFields) => (did: keyof typeof counts | undefined) => {
    if (!did) return;
    counts[did] += 1;
    onMoved({ did, ...named });
  };
  const units = await dueUnits(services.db, nowMs);
  for (const unit of units) {
    const named = { taskId: unit.taskId, step: unit.step, unit: unit.unit, ...traced(unit.trace) };
    await sweepUnit(services, unit, nowMs).then(note(named), async (error) => {
      failures.push({ error, ...named });
      await postponeUnit(services.db, unit, nowMs + AFTER_FAILURE_MS);
    });
  }
  const tick: Tick = { nowMs, moderationIsAway: false };
  for (const task of await dueTasks(services.db, nowMs)) {
    const named = { taskId: task.taskId, ...traced(task.trace) };
    await sweepTask(services, task, tick).then(note(named), async (error) => {
      failures.push({ error, ...named });
      // One photo that nobody can look at must not be the first of every tick.
      const isUnlooked = error instanceof ModerationUnavailable;
      const afterMs = isUnlooked ? lookAgainAfterMs(nowMs - task.createdAtMs) : AFTER_FAILURE_MS;
      await postponeTask(services.db, task, nowMs + afterMs);
    });
  }
  await measurePaces(services.db, nowMs).catch((error: unknown) => void failures.push({ error }));
  return { ...counts, oldestWaitMs: oldestWait(units, nowMs), failures };
}

function oldestWait(units: readonly DueUnit[], nowMs: number): number {
  return Math.max(0, ...units.map(({ state, nextAtMs }) => (state === 'waiting' ? nowMs - nextAtMs : 0)));
}

function dueTasks(db: Database, nowMs: number): Promise<DueTask[]> {
  return db.query<DueTask>(
    `SELECT id AS taskId, state, created_at AS createdAtMs, deadline_at AS deadlineAtMs, sweep_at AS sweepAtMs, trace
     FROM tasks WHERE sweep_at <= ? ORDER BY sweep_at, id LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
}

function dueUnits(db: Database, nowMs: number): Promise<DueUnit[]> {
  return db.query<DueUnit>(
    `SELECT u.task_id AS taskId, u.step, u.unit, u.state, u.next_at AS nextAtMs, u.sweep_at AS sweepAtMs, t.trace,
       JSON_UNQUOTE(JSON_EXTRACT(t.pipeline_json, CONCAT('$[', u.step, '].processor'))) AS processor,
       JSON_UNQUOTE(JSON_EXTRACT(t.pipeline_json, CONCAT('$[', u.step, '].engines'))) AS enginesJson
     FROM task_units u JOIN tasks t ON t.id = u.task_id WHERE u.sweep_at <= ? ORDER BY u.sweep_at, u.task_id, u.step, u.unit LIMIT ?`,
    [sqlTime(nowMs), PAGE],
  );
}

/** For a task that awaits its upload: the photo may be there all the same. Looks after 1, 2, 4, … minutes, and at the end. */
async function sweepTask(
  services: TaskServices,
  task: DueTask,
  tick: Tick,
): Promise<'expired' | 'foundUploads' | undefined> {
  const { db } = services;
  const { nowMs } = tick;
  if (task.state === 'awaiting_upload') {
    const isOver = task.deadlineAtMs + UNASKED_GRACE_MS <= nowMs;
    if (tick.moderationIsAway && !isOver) {
      await postponeTask(db, task, nowMs + AFTER_FAILURE_MS);
      return undefined;
    }
    if (!tick.moderationIsAway && (await findUploads(services, task, tick, isOver))) return 'foundUploads';
  }
  if (task.deadlineAtMs <= nowMs) return (await expireTask(db, task.taskId, nowMs)) === 'ended' ? 'expired' : undefined;
  const nextMs = Math.min(task.deadlineAtMs, nowMs + Math.max(60_000, nowMs - task.createdAtMs));
  await postponeTask(db, task, nextMs);
  return undefined;
}

async function findUploads(services: TaskServices, task: DueTask, tick: Tick, isOver: boolean): Promise<boolean> {
  try {
    for (const input of await readInputs(services.db, task.taskId)) {
      if (input.etag !== null) continue;
      const outcome = await acceptInput(services, { taskId: task.taskId, index: input.n }, tick.nowMs);
      if (outcome === 'queued' || outcome === 'refused') return true;
    }
    return false;
  } catch (error) {
    if (error instanceof ModerationUnavailable) tick.moderationIsAway = true;
    if (!isOver) throw error;
    return false;
  }
}

async function sweepUnit(
  { db, objects }: TaskServices,
  unit: DueUnit,
  nowMs: number,
): Promise<'restartedUnits' | 'deadLeases' | undefined> {
  if (unit.state === 'leased') {
    const outcome = await expireLease(db, unit, nowMs);
    if (outcome === 'waiting') await writeWorkObject(objects, laneOfUnit(unit), unit);
    if (outcome === 'step_planned') await startStep({ db, objects }, unit.taskId, unit.step + 1);
    return outcome === 'not_due' ? undefined : 'deadLeases';
  }
  await writeWorkObject(objects, laneOfUnit(unit), unit);
  const waitedMs = nowMs - unit.nextAtMs;
  await postponeUnit(db, unit, nowMs + lookAgainAfterMs(waitedMs));
  return 'restartedUnits';
}

function laneOfUnit({ processor, enginesJson }: DueUnit): 'image' | 'provider' {
  return laneOf({ processor, engines: JSON.parse(enginesJson ?? '[]') as string[] });
}

async function startStep({ db, objects }: TaskServices, taskId: string, step: number): Promise<void> {
  const task = await readTask(db, taskId);
  const next = task && readPlan(task.pipelineJson)[step];
  if (next) await startUnits(objects, taskId, step, next);
}

async function postponeTask(db: Database, task: DueTask, untilMs: number): Promise<void> {
  await db.write('UPDATE tasks SET sweep_at = ? WHERE id = ? AND sweep_at = ?', [
    sqlTime(untilMs),
    task.taskId,
    sqlTime(task.sweepAtMs),
  ]);
}

async function postponeUnit(db: Database, unit: DueUnit, untilMs: number): Promise<void> {
  await db.write('UPDATE task_units SET sweep_at = ? WHERE task_id = ? AND step = ? AND unit = ? AND sweep_at = ?', [
    sqlTime(untilMs),
    unit.taskId,
    unit.step,
    unit.unit,
    sqlTime(unit.sweepAtMs),
  ]);
}
