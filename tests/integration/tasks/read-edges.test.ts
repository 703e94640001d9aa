import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { getBatch } from '../../../shared/tasks/get-batch.ts';
import { getTask } from '../../../shared/tasks/get-task.ts';
import { listBatches } from '../../../shared/tasks/list-batches.ts';
import { listTasks, type TaskPage } from '../../../shared/tasks/list-tasks.ts';
import { readTaskFiles } from '../../../shared/tasks/read-task-files.ts';
import { failUnit, finishUnit, type StoredOutput } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
  RETENTION,
  replan,
  taskRequest,
} from '../../fixtures/product-database.ts';

/** What is read of a task at the edges of its times and states. */
let product: ProductDatabase;
let db: Database;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  db = product.db;
});
afterAll(() => product.close());
beforeEach(async () => {
  merchant = await newMerchant(db);
  await grantCredits(db, merchant, 20);
  await db.write('DELETE FROM feature_paces');
});

const bucket = {
  bucket: 'pictures-1250000000',
  region: 'ap-guangzhou',
  credentials: () => ({ secretId: 'AKIDreader', secretKey: 'for this test only' }),
};
const read = (taskId: string, nowMs = NOW_MS) =>
  getTask(db, bucket, merchant, taskId, { nowMs, language: 'zh', retention: RETENTION });
const paced = (medianMs: number) =>
  db.write("INSERT INTO feature_paces VALUES ('basic_clean', ?, 9, ?)", [medianMs, sqlTime(NOW_MS)]);
const fileOf = (taskId: string, over: Partial<StoredOutput> = {}): StoredOutput => {
  const file = { ...OUTPUT, ...over };
  return { ...file, key: `outputs/${taskId}/0/0/lse/${file.name}` };
};

/** A task that is being worked on: by one step unless `steps` are others. */
async function working(...steps: readonly ({ units: number } & Record<string, unknown>)[]) {
  const taskId = await newTask(db, merchant);
  if (steps.length > 0) await replan(db, taskId, ...steps);
  await queueTask(db, taskId);
  return claimTask(db, taskId);
}
async function succeeded(files: readonly Partial<StoredOutput>[] = [{}], results?: readonly string[]): Promise<string> {
  const lease = await working(...(results ? [{ units: 1, results }] : []));
  const made = files.map((file) => fileOf(lease.taskId, file));
  expect(await finishUnit(db, lease, made, NOW_MS)).toBe('succeeded');
  return lease.taskId;
}

describe('when to ask again for a task', () => {
  it.each([
    [0, 1000],
    [29_999, 1000],
    [30_000, 3000],
    [299_999, 3000],
    [300_000, 10_000],
  ])('%i ms old, of which nobody knows how long it takes: after %i ms', async (ageMs, afterMs) => {
    expect((await read(await newTask(db, merchant), NOW_MS + ageMs)).pollAfterMs).toBe(afterMs);
  });

  it.each([
    [4000, 1000],
    [8000, 1250],
    [20_001, 3125],
    [80_000, 10_000],
    [100_000, 10_000],
  ])('that takes %i ms: after %i ms', async (medianMs, afterMs) => {
    await paced(medianMs);
    expect((await read(await newTask(db, merchant))).pollAfterMs).toBe(afterMs);
  });

  it('that has taken longer than it should: as if nobody knew', async () => {
    await paced(20_000);
    const { taskId } = await working();
    const task = await read(taskId, NOW_MS + 30_000);
    expect([task.progress.remainingMs, task.pollAfterMs]).toEqual([0, 3000]);
  });

  it('that has ended: never, and nothing of its time is left', async () => {
    await paced(20_000);
    const task = await read(await succeeded());
    expect([Object.hasOwn(task, 'pollAfterMs'), Object.hasOwn(task.progress, 'remainingMs')]).toEqual([false, false]);
  });
});

describe('the photo of a task', () => {
  it('has a link once it has come, until its days are over', async () => {
    const taskId = await newTask(db, merchant);
    const photo = { n: 0, contentType: 'image/jpeg', sizeBytes: 1000, expiresAtMs: NOW_MS + 7 * DAY_MS };
    expect((await read(taskId)).inputs).toStrictEqual([{ ...photo, received: false }]);
    await queueTask(db, taskId);
    const [before] = (await read(taskId, NOW_MS + 7 * DAY_MS - 1)).inputs;
    expect(before).toMatchObject({ ...photo, received: true });
    expect(before?.url).toContain(`/inputs/${taskId}/0?`);
    const after = (await read(taskId, NOW_MS + 7 * DAY_MS)).inputs;
    expect(after).toStrictEqual([{ ...photo, received: true }]);
  });
});

describe('the results of a task', () => {
  it('are shown whole until their days are over', async () => {
    const taskId = await succeeded([{ flags: 'ai,below_38kb' }, { name: 'cutout.png' }]);
    await db.write("UPDATE task_outputs SET favourite = 1 WHERE task_id = ? AND name = 'cutout.png'", [taskId]);
    const endsAtMs = NOW_MS + 180 * DAY_MS;
    const { outputs } = await read(taskId, endsAtMs - 1);
    const shown = { contentType: 'image/jpeg', width: 800, height: 800, sizeBytes: 50_000, expiresAtMs: endsAtMs };
    const linked = { url: expect.any(String), urlExpiresAtMs: endsAtMs - 60_000 + 900_000 };
    expect(outputs).toEqual([
      { ...shown, ...linked, assetId: `${taskId}/0/0/cutout.png`, name: 'cutout.png', flags: [], favourite: true },
      {
        ...{ ...shown, ...linked, assetId: `${taskId}/0/0/white.jpg`, name: 'white.jpg' },
        ...{ flags: ['ai', 'below_38kb'], favourite: false },
      },
    ]);
    expect(new URL(outputs[1]?.url ?? '').pathname).toBe(`/outputs/${taskId}/0/0/lse/white.jpg`);
    expect((await read(taskId, endsAtMs)).outputs).toEqual([]);
  });

  it('are not what its merchant has deleted, what is gone, or what was only for later steps', async () => {
    const names = ['kept.jpg', 'deleted.jpg', 'gone.jpg', 'cutout.png'];
    const taskId = await succeeded(
      names.map((name) => ({ name })),
      names.slice(0, 3),
    );
    const at = sqlTime(NOW_MS);
    await db.write("UPDATE task_outputs SET purge_at = ? WHERE task_id = ? AND name = 'deleted.jpg'", [at, taskId]);
    await db.write("UPDATE task_outputs SET purged_at = ? WHERE task_id = ? AND name = 'gone.jpg'", [at, taskId]);
    expect((await read(taskId)).outputs.map(({ name }) => name)).toEqual(['kept.jpg']);
  });

  it('are none while it is being made, nor when it came to nothing; nothing is missing of it either', async () => {
    const lease = await working({ units: 1 }, { units: 2, shareCredits: 1 });
    const { taskId } = lease;
    expect(await finishUnit(db, lease, [fileOf(taskId)], NOW_MS)).toBe('step_planned');
    await db.write(
      "UPDATE task_units SET state = 'failed', sweep_at = NULL WHERE task_id = ? AND step = 1 AND unit = 0",
      [taskId],
    );
    expect(await read(taskId)).toMatchObject({ state: 'processing', outputs: [], missingOutputs: 0 });
    await db.write(
      "UPDATE tasks SET state = 'failed', ended_at = created_at, deadline_at = NULL, sweep_at = NULL WHERE id = ?",
      [taskId],
    );
    expect(await read(taskId)).toMatchObject({ state: 'failed', outputs: [], missingOutputs: 0 });
  });

  it('are counted from the beginning by a task that goes on where another ended: its photo has not come', async () => {
    const lease = await working({ units: 1 }, { units: 1 });
    expect(await finishUnit(db, lease, [fileOf(lease.taskId)], NOW_MS)).toBe('step_planned');
    const { version } = (
      await db.query<{ version: number }>("SELECT version FROM features WHERE id = 'basic_clean'")
    )[0]!;
    const takeOver = { version, step: 1, filled: { values: {}, photos: {} }, presets: undefined };
    const { taskId } = await createTask(db, taskRequest(merchant, { retryOf: lease.taskId, takeOver }));
    await replan(db, taskId, { units: 1 }, { units: 1 });
    expect((await read(taskId)).progress).toMatchObject({ percent: 0, done: 0, total: 2, stage: { name: 'upload' } });
    await queueTask(db, taskId);
    expect((await read(taskId)).progress).toMatchObject({ percent: 50, done: 1, total: 2, stage: { name: 'queue' } });
  });
});

describe('what a unit works on', () => {
  it('is the photos and the form, and from the second step on what was made', async () => {
    const taskId = await succeeded();
    const first = await readTaskFiles(db, { taskId, step: 0 }, null);
    expect(first).toMatchObject({ form: undefined, inputs: [{ n: 0, key: `inputs/${taskId}/0` }], outputs: [] });
    const filled = { values: { title: '新品' }, photos: { photo: [0] } };
    const second = await readTaskFiles(db, { taskId, step: 1 }, JSON.stringify(filled));
    expect(second).toMatchObject({ form: filled, inputs: [{ n: 0 }], outputs: [{ name: 'white.jpg' }] });
  });
});

let keys = 0;
const newBatch = (...names: readonly string[]) =>
  createBatch(db, bucket, {
    ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', nowMs: NOW_MS, requestHash: 'a'.repeat(64) },
    idempotencyKey: `read-${++keys}`,
    photos: names.map((name) => ({ name, contentType: 'image/jpeg', sizeBytes: 9 })),
  });

describe('the tasks of a merchant', () => {
  const list = async (over: Partial<TaskPage>) => {
    const { items } = await listTasks(db, merchant, { limit: 20, ...over }, 'zh');
    return items.map(({ taskId }) => taskId);
  };

  it('can be those of some time, its first millisecond with it and its end without', async () => {
    const made: string[] = [];
    for (const n of [0, 1, 2]) made.unshift(await newTask(db, merchant, NOW_MS + n));
    const [at, next] = [String(NOW_MS + 1), String(NOW_MS + 2)];
    expect(await list({ fromMs: at })).toEqual(made.slice(0, 2));
    expect(await list({ toMs: at })).toEqual(made.slice(2));
    expect(await list({ fromMs: at, toMs: next })).toEqual(made.slice(1, 2));
  });

  it('can be those of one state', async () => {
    const [waits, queued] = [await newTask(db, merchant), await newTask(db, merchant)];
    await queueTask(db, queued);
    expect(await list({ state: 'queued' })).toEqual([queued]);
    expect(await list({ state: 'awaiting_upload' })).toEqual([waits]);
    expect(await list({ state: 'failed' })).toEqual([]);
  });

  it('can be those of one card, or of photos by what their files are called', async () => {
    const card = { featureId: 'copywriting', inputs: [], form: { name: '亚麻衬衫' } };
    const { taskId } = await createTask(db, taskRequest(merchant, card));
    const { items } = await newBatch('a_1.jpg', 'ab1.jpg', '100%.jpg');
    const [under, letter, percent] = items.map((item) => item.taskId);
    expect(await list({ featureId: 'copywriting' })).toEqual([taskId]);
    expect((await list({ featureId: 'basic_clean' })).sort()).toEqual([under, letter, percent].sort());
    expect(await list({ search: 'a_1' })).toEqual([under]);
    expect(await list({ search: 'B1' })).toEqual([letter]);
    expect(await list({ search: '%' })).toEqual([percent]);
    expect(await list({ search: 'nothing' })).toEqual([]);
  });
});

describe('a batch', () => {
  it('that has ended is at its end, and nobody asks again; each photo says what came of it', async () => {
    const { batchId, items } = await newBatch('a.jpg', 'b.jpg');
    const [good, bad] = items.map(({ taskId }) => taskId) as [string, string];
    for (const taskId of [good, bad]) await queueTask(db, taskId);
    await finishUnit(db, await claimTask(db, good), [fileOf(good)], NOW_MS);
    await db.write('UPDATE tasks SET credits = 6, refunded_credits = 2 WHERE id = ?', [good]);
    expect(await getBatch(db, merchant, batchId, 'en')).toMatchObject({ percent: 50, open: 1, pollAfterMs: 3000 });
    await failUnit(db, await claimTask(db, bad), { code: 'GARMENT_NOT_FOUND' }, NOW_MS);
    const error = { code: 'GARMENT_NOT_FOUND', message: 'No garment was found in the photo' };
    expect(await getBatch(db, merchant, batchId, 'en')).toStrictEqual({
      ...{ batchId, featureId: 'basic_clean', createdAtMs: NOW_MS, percent: 100, succeeded: 1, failed: 1, open: 0 },
      items: [
        { n: 0, name: 'a.jpg', taskId: good, state: 'succeeded', credits: 6, refundedCredits: 2 },
        { n: 1, name: 'b.jpg', taskId: bad, state: 'failed', credits: 1, refundedCredits: 1, error },
      ],
    });
    const [listed] = (await listBatches(db, merchant, { limit: 1 })).items;
    expect(listed).toEqual({
      ...{ batchId, featureId: 'basic_clean', createdAtMs: NOW_MS, photos: 2, firstName: 'a.jpg' },
      ...{ succeeded: 1, failed: 1, open: 0 },
    });
  });
});
