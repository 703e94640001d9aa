import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ObjectsUnavailable } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { ModerationUnavailable } from '../../../shared/moderation/moderator.ts';
import type { TaskServices } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { expireLease } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  queueTask,
  replan,
  stateOf,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const MINUTE_MS = 60_000;

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
let moved: unknown[] = [];
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  moved = [];
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 9, { expiresAtMs: NOW_MS + 30 * DAY_MS });
  // What is left of the test before is due no more.
  for (const table of ['tasks', 'task_units'])
    await stage.db.write(`UPDATE ${table} SET sweep_at = '2099-01-01' WHERE sweep_at IS NOT NULL`);
});

const sweep = (afterMs: number, over: Partial<TaskServices> = {}) =>
  sweepTasks({ ...stage, ...over }, NOW_MS + afterMs, (one) => void moved.push(one));
const sent = async (): Promise<string> => {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs }));
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  return taskId;
};
const working = async (...steps: Parameters<typeof replan>[2][]): Promise<string> => {
  const taskId = await newTask(stage.db, merchant);
  await replan(stage.db, taskId, ...steps);
  await queueTask(stage.db, taskId);
  await claimTask(stage.db, taskId);
  stage.takeEvents();
  return taskId;
};
const lookOf = async (taskId: string, table: 'tasks' | 'task_units' = 'tasks'): Promise<number> => {
  const key = table === 'tasks' ? 'id' : 'task_id';
  const [row] = await stage.db.query<{ at: number }>(`SELECT sweep_at AS at FROM ${table} WHERE ${key} = ?`, [taskId]);
  return (row?.at ?? Number.NaN) - NOW_MS;
};
const dueAt = (taskId: string, afterMs: number) =>
  stage.db.write('UPDATE tasks SET sweep_at = ? WHERE id = ?', [sqlTime(NOW_MS + afterMs), taskId]);

describe('a tick', () => {
  it('tells what it did something to, and of nothing else', async () => {
    const [waits, found] = [await newTask(stage.db, merchant), await sent()];
    const counts = { expired: 0, foundUploads: 1, restartedUnits: 0, deadLeases: 0 };
    expect(await sweep(MINUTE_MS)).toEqual({ ...counts, oldestWaitMs: 0, failures: [] });
    expect(moved).toEqual([expect.objectContaining({ did: 'foundUploads', taskId: found })]);
    expect(await stateOf(stage.db, waits)).toBe('awaiting_upload');
  });

  it('asks about the next photo where COS did not answer about the one before', async () => {
    const [first, second] = [await sent(), await sent()];
    await dueAt(first, 1);
    await dueAt(second, 2);
    const head: TaskServices['objects']['head'] = (key) =>
      key.includes(first) ? Promise.reject(new ObjectsUnavailable('away')) : stage.objects.head(key);
    const swept = await sweep(MINUTE_MS, { objects: { ...stage.objects, head } });
    expect(swept).toMatchObject({ foundUploads: 1, failures: [{ taskId: first }] });
    expect(await stateOf(stage.db, second)).toBe('queued');
  });

  it('leaves a task that is at work to its own time, also while nobody can look at photos', async () => {
    const [waits, works] = [await sent(), await working({ units: 1 })];
    await dueAt(waits, 1);
    await dueAt(works, 2);
    const moderator = () => Promise.reject(new ModerationUnavailable('away'));
    expect(await sweep(3 * MINUTE_MS, { moderator })).toMatchObject({ failures: [{ taskId: waits }] });
    expect(await lookOf(works)).toBe(6 * MINUTE_MS);
  });
});

describe('a dead lease', () => {
  it('of a unit that may be tried again starts no step after it', async () => {
    const taskId = await working({ units: 1 }, { units: 1 });
    expect(await sweep(await lookOf(taskId, 'task_units'))).toMatchObject({ deadLeases: 1, failures: [] });
    expect(stage.takeEvents()).toEqual([`work/image/${taskId}/0/0.json`]);
  });

  it('that another has ended meanwhile is not counted', async () => {
    const taskId = await working({ units: 1 });
    const atMs = await lookOf(taskId, 'task_units');
    const callProcedure: Database['callProcedure'] = async (name, params) => {
      if (name.startsWith('expire_lease')) await expireLease(stage.db, { taskId, step: 0, unit: 0 }, NOW_MS + atMs);
      return stage.db.callProcedure(name, params);
    };
    const swept = await sweep(atMs, { db: { ...stage.db, callProcedure } });
    expect([swept, moved, stage.takeEvents()]).toMatchObject([{ deadLeases: 0, failures: [] }, [], []]);
  });
});
