import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ObjectsUnavailable } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { ModerationUnavailable, type Moderator } from '../../../shared/moderation/moderator.ts';
import { acceptInput, type TaskServices } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { PAGE, sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
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
const HOUR_MS = 60 * MINUTE_MS;

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  stage.nowMs = NOW_MS;
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 9, { expiresAtMs: NOW_MS + 30 * DAY_MS });
  // What is left of the test before is due no more.
  for (const table of ['tasks', 'task_units'])
    await stage.db.write(`UPDATE ${table} SET sweep_at = '2099-01-01' WHERE sweep_at IS NOT NULL`);
  stage.takeEvents();
});

const sweep = (afterMs: number, over: Partial<TaskServices> = {}) =>
  sweepTasks({ ...stage, ...over }, NOW_MS + afterMs);
const sent = async (photos = 1): Promise<string> => {
  const input = { contentType: 'image/jpeg' as const, sizeBytes: jpeg.length };
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs: [input] }));
  for (let n = 1; n < photos; n++) {
    await stage.db.write(
      `INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
       SELECT task_id, ?, merchant_id, content_type, size_bytes, ? FROM task_inputs WHERE task_id = ? AND n = 0`,
      [n, `inputs/${taskId}/${n}`, taskId],
    );
  }
  for (let n = 0; n < photos; n++) await stage.objects.put(`inputs/${taskId}/${n}`, jpeg, 'image/jpeg');
  stage.takeEvents();
  return taskId;
};
const lookOf = async (taskId: string, table: 'tasks' | 'task_units' = 'tasks'): Promise<number | undefined> => {
  const key = table === 'tasks' ? 'id' : 'task_id';
  const [row] = await stage.db.query<{ at: number }>(`SELECT sweep_at AS at FROM ${table} WHERE ${key} = ?`, [taskId]);
  return row && row.at - NOW_MS;
};
const dueAt = (taskId: string, afterMs: number) =>
  stage.db.write('UPDATE tasks SET sweep_at = ? WHERE id = ?', [sqlTime(NOW_MS + afterMs), taskId]);
const away = () => ({
  ...stage.objects,
  head: () => Promise.reject(new ObjectsUnavailable('away')),
  put: () => Promise.reject(new ObjectsUnavailable('away')),
});

describe('a task that waits for its photo', () => {
  it('is looked at after 1, 2, 4, … minutes, and for the last time when its hour is over', async () => {
    const taskId = await newTask(stage.db, merchant);
    const looks: (number | undefined)[] = [await lookOf(taskId)];
    for (let at = looks[0]; at !== undefined && at < HOUR_MS; at = looks.at(-1)) {
      expect(await sweep(at)).toMatchObject({ expired: 0, foundUploads: 0, failures: [] });
      looks.push(await lookOf(taskId));
    }
    expect(looks).toEqual([1, 2, 4, 8, 16, 32, 60].map((minutes) => minutes * MINUTE_MS));
    expect(await sweep(HOUR_MS - 1)).toMatchObject({ expired: 0 });
    expect(await sweep(HOUR_MS)).toMatchObject({ expired: 1, foundUploads: 0 });
    expect(await stateOf(stage.db, taskId)).toBe('expired');
  });

  it('is not due a millisecond before its look; the next is a minute later at least', async () => {
    const taskId = await newTask(stage.db, merchant);
    await sweep(MINUTE_MS - 1);
    expect(await lookOf(taskId)).toBe(MINUTE_MS);
    await dueAt(taskId, 1000);
    await sweep(1000);
    expect(await lookOf(taskId)).toBe(61_000);
  });

  it('is found with all of its photos, or with those that have come', async () => {
    const [whole, half] = [await sent(2), await sent(2)];
    await stage.objects.delete(`inputs/${half}/0`);
    expect(await sweep(MINUTE_MS)).toMatchObject({ foundUploads: 1, failures: [] });
    expect([await stateOf(stage.db, whole), await stateOf(stage.db, half)]).toEqual(['queued', 'awaiting_upload']);
    const etags = await stage.db.query<{ etag: string | null }>(
      'SELECT etag FROM task_inputs WHERE task_id = ? ORDER BY n',
      [half],
    );
    expect(etags.map(({ etag }) => etag !== null)).toEqual([false, true]);
    // A photo that is known is not read again.
    const reads: string[] = [];
    const head = (key: string) => {
      reads.push(key);
      return stage.objects.head(key);
    };
    await sweep(2 * MINUTE_MS, { objects: { ...stage.objects, head } });
    expect(reads).toEqual([`inputs/${half}/0`]);
  });

  it('counts a photo that is refused as found', async () => {
    const taskId = await newTask(stage.db, merchant);
    await stage.objects.put(`inputs/${taskId}/0`, Buffer.from('no picture'), 'image/jpeg');
    expect(await sweep(MINUTE_MS)).toMatchObject({ foundUploads: 1, expired: 0, failures: [] });
    expect(await stateOf(stage.db, taskId)).toBe('failed');
  });

  it('is given half an hour more while COS cannot be asked, and ends then', async () => {
    const taskId = await sent();
    const objects = away();
    await dueAt(taskId, HOUR_MS);
    const first = await sweep(HOUR_MS, { objects });
    expect(first).toMatchObject({ expired: 0, failures: [{ taskId, error: expect.any(ObjectsUnavailable) }] });
    expect(await lookOf(taskId)).toBe(HOUR_MS + MINUTE_MS);
    await dueAt(taskId, HOUR_MS);
    expect(await sweep(HOUR_MS + 30 * MINUTE_MS - 1, { objects })).toMatchObject({ expired: 0 });
    await dueAt(taskId, HOUR_MS);
    expect(await sweep(HOUR_MS + 30 * MINUTE_MS, { objects })).toMatchObject({ expired: 1, failures: [] });
    expect(await stateOf(stage.db, taskId)).toBe('expired');
  });
});

describe('while nobody can look at photos', () => {
  const asked: string[] = [];
  const moderator: Moderator = ({ key }) => {
    asked.push(key);
    return Promise.reject(new ModerationUnavailable('away'));
  };

  it('one is asked about in a tick; it comes later and later, the others a minute later', async () => {
    const [first, second] = [await sent(), await sent()];
    await dueAt(first, 5 * MINUTE_MS);
    await dueAt(second, 5 * MINUTE_MS + 1);
    asked.length = 0;
    const swept = await sweep(6 * MINUTE_MS, { moderator });
    expect(asked).toEqual([`inputs/${first}/0`]);
    expect(swept).toMatchObject({ expired: 0, foundUploads: 0, failures: [{ taskId: first }] });
    expect(await lookOf(first)).toBe(12 * MINUTE_MS);
    expect(await lookOf(second)).toBe(7 * MINUTE_MS);
  });

  it('what is overdue by half an hour ends, asked about or not', async () => {
    const [first, second, younger] = [await sent(), await sent(), await sent()];
    await stage.db.write('UPDATE tasks SET deadline_at = ? WHERE id = ?', [sqlTime(NOW_MS + 2 * HOUR_MS), younger]);
    for (const [n, taskId] of [first, second, younger].entries()) await dueAt(taskId, HOUR_MS + n);
    asked.length = 0;
    const swept = await sweep(HOUR_MS + 30 * MINUTE_MS, { moderator });
    expect(asked).toEqual([`inputs/${first}/0`]);
    expect(swept).toMatchObject({ expired: 2, failures: [] });
    expect(await stateOf(stage.db, younger)).toBe('awaiting_upload');
    expect(await lookOf(younger)).toBe(HOUR_MS + 31 * MINUTE_MS);
  });

  it('a task that is at work is none of theirs', async () => {
    const [waiting, working] = [await sent(), await newTask(stage.db, merchant)];
    await queueTask(stage.db, working);
    await dueAt(waiting, 1);
    await dueAt(working, 2);
    await sweep(MINUTE_MS, { moderator });
    expect(await lookOf(working)).toBe(2 * MINUTE_MS);
  });
});

describe('a unit', () => {
  const unit = async (...steps: Parameters<typeof replan>[2][]): Promise<string> => {
    const taskId = await newTask(stage.db, merchant);
    await replan(stage.db, taskId, ...(steps.length > 0 ? steps : [{ units: 1 }]));
    await queueTask(stage.db, taskId);
    return taskId;
  };

  it('that waits is woken in its lane, and how long the oldest has waited is told', async () => {
    const near = await unit();
    const far = await unit({ units: 1, engines: ['tencent-ci', 'embedded'] });
    await stage.db.write('UPDATE task_units SET next_at = ? WHERE task_id = ?', [sqlTime(NOW_MS + 10_000), far]);
    expect(await sweep(30_000 - 1)).toMatchObject({ restartedUnits: 0, oldestWaitMs: 0 });
    const swept = await sweep(40_000);
    expect(swept).toMatchObject({ restartedUnits: 2, deadLeases: 0, oldestWaitMs: 40_000, failures: [] });
    expect(stage.takeEvents().sort()).toEqual([`work/image/${near}/0/0.json`, `work/provider/${far}/0/0.json`]);
    expect([await lookOf(near, 'task_units'), await lookOf(far, 'task_units')]).toEqual([100_000, 100_000]);
  });

  it('that is at work has not waited; its dead lease is ended, and it is woken again', async () => {
    const taskId = await unit({ units: 1, engines: ['tencent-ci'] });
    await claimTask(stage.db, taskId);
    const leaseEnds = await lookOf(taskId, 'task_units');
    expect(await sweep((leaseEnds ?? 0) - 1)).toMatchObject({ deadLeases: 0, oldestWaitMs: 0 });
    expect(await sweep(leaseEnds ?? 0)).toMatchObject({ deadLeases: 1, restartedUnits: 0, oldestWaitMs: 0 });
    expect(stage.takeEvents()).toEqual([`work/provider/${taskId}/0/0.json`]);
  });

  it('of which two sweepers end the dead lease counts once', async () => {
    const taskId = await unit();
    await claimTask(stage.db, taskId);
    const atMs = (await lookOf(taskId, 'task_units')) ?? 0;
    const ended: TaskServices['db'][] = stage.connections(2);
    const both = await Promise.all(ended.map((db) => sweep(atMs, { db })));
    expect(both.reduce((sum, { deadLeases }) => sum + deadLeases, 0)).toBe(1);
  });

  it('that fails alone with its dead lease starts the next step', async () => {
    const taskId = await unit({ units: 2, attempts: 1, shareCredits: 0 }, { units: 1 });
    await stage.db.write("UPDATE task_units SET state = 'done', sweep_at = NULL WHERE task_id = ? AND unit = 1", [
      taskId,
    ]);
    await claimTask(stage.db, taskId);
    const atMs = (await lookOf(taskId, 'task_units')) ?? 0;
    stage.takeEvents();
    expect(await sweep(atMs)).toMatchObject({ deadLeases: 1, failures: [] });
    expect(stage.takeEvents()).toEqual([`work/image/${taskId}/1/0.json`]);
  });

  it('that cannot be woken makes room for the others for a minute', async () => {
    const taskId = await unit();
    const swept = await sweep(30_000, { objects: away() });
    expect(swept).toMatchObject({ restartedUnits: 0, failures: [{ taskId, step: 0, unit: 0 }] });
    expect(await lookOf(taskId, 'task_units')).toBe(90_000);
  });
});

describe('a tick', () => {
  it('takes a page of what has been due for longest, tasks and units alike', async () => {
    const asked: (readonly unknown[])[] = [];
    const query: Database['query'] = (sql, params = []) => {
      if (sql.includes('LIMIT ?') && sql.includes('sweep_at <=')) asked.push(params);
      return stage.db.query(sql, params);
    };
    await sweep(MINUTE_MS, { db: { ...stage.db, query } });
    expect(asked).toEqual([0, 1].map(() => [sqlTime(NOW_MS + MINUTE_MS), PAGE]));
  });

  it('tells what could not be measured, beside what it has done', async () => {
    const taskId = await newTask(stage.db, merchant);
    const query: Database['query'] = (sql, params) =>
      sql.includes('feature_paces') ? Promise.reject(new Error('gone')) : stage.db.query(sql, params);
    const swept = await sweep(HOUR_MS, { db: { ...stage.db, query } });
    expect(swept).toMatchObject({ expired: 1, failures: [{ error: new Error('gone') }] });
    expect(await stateOf(stage.db, taskId)).toBe('expired');
  });

  it('beside another does nothing to what that one has moved on', async () => {
    const taskId = await sent();
    await acceptInput(stage, { taskId, index: 0 }, NOW_MS);
    await stage.db.write('UPDATE task_units SET sweep_at = ? WHERE task_id = ?', [sqlTime(NOW_MS + 1), taskId]);
    const write: Database['write'] = async (sql, params) => {
      await stage.db.write('UPDATE task_units SET sweep_at = ? WHERE task_id = ?', [sqlTime(NOW_MS + 7777), taskId]);
      return stage.db.write(sql, params);
    };
    await sweep(1000, { db: { ...stage.db, write } });
    expect(await lookOf(taskId, 'task_units')).toBe(7777);
  });
});
