import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormValues } from '../../../shared/contract/form.ts';
import type { TaskState } from '../../../shared/contract/tasks.ts';
import type { Bucket } from '../../../shared/cos/bucket.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { readTask, type TaskRow } from '../../../shared/tasks/read-task.ts';
import { retryBatch } from '../../../shared/tasks/retry-batch.ts';
import { REUSABLE_MS, repetitionOf, retryTask } from '../../../shared/tasks/retry-task.ts';
import { claimUnit, failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  queueTask,
  replan,
} from '../../fixtures/product-database.ts';
import { type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

/** What of a task that ended is made again: where it goes on, what is copied, and what is left when that cannot be done. */
let stage: TaskStage;
let merchant: string;
beforeAll(async () => {
  stage = await taskStage();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  stage.takeEvents();
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 20);
});

const BYTES = Buffer.from('a photo');
const away = (): Bucket => ({ ...stage.bucket, endpoint: 'http://127.0.0.1:1' });
const keyless = (): Bucket => ({
  ...stage.bucket,
  credentials: () => {
    throw new Error('no keys at hand');
  },
});
/** Its photo lies in COS. `seen`: and was accepted as it is. */
async function sent(taskId: string, { seen = true } = {}): Promise<void> {
  await stage.objects.put(`inputs/${taskId}/0`, BYTES, 'image/jpeg');
  if (!seen) return;
  await queueTask(stage.db, taskId);
  const etag = (await stage.objects.head(`inputs/${taskId}/0`))?.etag ?? '';
  await stage.db.write('UPDATE task_inputs SET etag = ? WHERE task_id = ?', [etag, taskId]);
}
async function failed(code: 'PROCESSING_FAILED' | 'GARMENT_NOT_FOUND' = 'PROCESSING_FAILED'): Promise<string> {
  const taskId = await newTask(stage.db, merchant);
  await sent(taskId);
  await failUnit(stage.db, await claimTask(stage.db, taskId), { code }, NOW_MS);
  return taskId;
}
const retry = (taskId: string, over: { bucket?: Bucket; key?: string; form?: FormValues } = {}) =>
  retryTask(stage.db, over.bucket ?? stage.bucket, {
    ...{ merchantId: merchant, taskId, idempotencyKey: over.key ?? `again-${taskId}`, requestHash: 'c'.repeat(64) },
    ...{ nowMs: NOW_MS, ...(over.form && { form: over.form }) },
  });
const available = async () => (await queryQuota(stage.db, merchant, NOW_MS)).available;

describe('a task can be made again', () => {
  let row: TaskRow;
  beforeAll(async () => {
    const who = await newMerchant(stage.db);
    await grantCredits(stage.db, who, 1);
    row = (await readTask(stage.db, await newTask(stage.db, who)))!;
  });

  it.each<{ state: TaskState; errorCode?: string; refundedCredits?: number; asItWas: boolean; changed: boolean }>([
    { state: 'awaiting_upload', asItWas: false, changed: false },
    { state: 'queued', asItWas: false, changed: false },
    { state: 'processing', asItWas: false, changed: false },
    { state: 'succeeded', asItWas: false, changed: true },
    { state: 'succeeded', refundedCredits: 1, asItWas: true, changed: true },
    { state: 'canceled', errorCode: 'CANCELED_BY_MERCHANT', asItWas: true, changed: true },
    { state: 'expired', asItWas: true, changed: true },
    { state: 'failed', errorCode: 'PROCESSING_FAILED', asItWas: true, changed: true },
    { state: 'failed', errorCode: 'GARMENT_NOT_FOUND', asItWas: false, changed: true },
    { state: 'failed', errorCode: 'TEXT_REFUSED', asItWas: false, changed: true },
    { state: 'failed', errorCode: 'INPUT_CORRUPT', asItWas: false, changed: false },
  ])('$state, $errorCode: as it was, $asItWas; with other answers, $changed', async ({ asItWas, changed, ...over }) => {
    const old = { ...row, endedAtMs: NOW_MS, ...over };
    const outcomes = [undefined, {}].map((form) =>
      repetitionOf(stage.db, old, form, NOW_MS).then(
        () => true,
        (error: { code?: string }) => (error.code === 'TASK_NOT_RETRYABLE' ? false : error),
      ),
    );
    expect(await Promise.all(outcomes)).toEqual([asItWas, changed]);
  });
});

describe('where a repetition goes on', () => {
  const filled = { values: { title: '旧', size: 'm' }, photos: { photo: [0], detail: [1] } };
  /** One of two steps with three units each, of which some of the first were done when it failed. */
  async function stopped(doneUnits: readonly number[], { step = 0 } = {}): Promise<TaskRow> {
    const { db } = stage;
    const taskId = await newTask(db, merchant);
    await replan(db, taskId, { units: 3 }, { units: 3, presets: 7 });
    await queueTask(db, taskId);
    for (const unit of [0, 1, 2]) {
      const lease = { taskId, step: 0, unit, leaseId: `lse_${unit}` };
      await claimUnit(db, lease, NOW_MS);
      if (doneUnits.includes(unit)) await finishUnit(db, lease, [{ ...OUTPUT, name: `${unit}.jpg` }], NOW_MS);
    }
    const last = { taskId, step, unit: step === 0 ? 2 : 0, leaseId: 'lse_2' };
    if (step > 0) await claimUnit(db, last, NOW_MS);
    await failUnit(db, last, { code: 'PROCESSING_FAILED' }, NOW_MS);
    return { ...(await readTask(db, taskId))!, formJson: JSON.stringify(filled), featureVersion: 4 };
  }
  const goesOn = async (old: TaskRow, { changed, nowMs = NOW_MS }: { changed?: FormValues; nowMs?: number } = {}) =>
    (await repetitionOf(stage.db, old, changed, nowMs)).order.takeOver;

  it('is the first step that is not whole, with its form and the shops’ figures that it was ordered by', async () => {
    const old = await stopped([0, 1]);
    const { order, inputs } = await repetitionOf(stage.db, old, undefined, NOW_MS);
    expect(order).toEqual({
      ...{ featureId: 'basic_clean', retryOf: old.taskId, form: filled.values },
      inputs: [{ ...inputs[0], field: 'photo' }],
      takeOver: { version: 4, step: 0, filled, presets: 7 },
    });
    expect(inputs).toMatchObject([{ n: 0, contentType: 'image/jpeg', sizeBytes: 1000, etag: '"etag"' }]);
    expect(await goesOn(await stopped([0, 1, 2], { step: 1 }))).toMatchObject({ step: 1 });
  });

  it('costs what came back where only a part of it was missing', async () => {
    const old = await stopped([0, 1]);
    expect(await goesOn(old)).not.toHaveProperty('credits');
    const partly = { ...old, state: 'succeeded', refundedCredits: 2 } as const;
    expect(await goesOn(partly)).toMatchObject({ step: 0, credits: 2 });
  });

  it('is the beginning when its photos are about to go', async () => {
    const old = await stopped([0]);
    expect(await goesOn(old, { nowMs: NOW_MS + REUSABLE_MS })).toMatchObject({ step: 0 });
    expect(await goesOn(old, { nowMs: NOW_MS + REUSABLE_MS + 1 })).toBeUndefined();
    expect(await goesOn({ ...old, endedAtMs: null })).toBeUndefined();
  });

  it('is the beginning when nothing was done, or everything was', async () => {
    expect(await goesOn(await stopped([]))).toBeUndefined();
    const old = await stopped([0]);
    const whole = JSON.stringify([{ processor: 'basic-clean', timeLimitSeconds: 60, attempts: 3, units: 1 }]);
    expect(await goesOn({ ...old, pipelineJson: whole })).toBeUndefined();
  });

  it('is the beginning with other answers, which take the place of the old ones', async () => {
    const { order } = await repetitionOf(stage.db, await stopped([0]), { title: '新' }, NOW_MS);
    expect([order.form, Object.hasOwn(order, 'takeOver')]).toEqual([{ title: '新', size: 'm' }, false]);
  });

  it('is the beginning for what is from before there were forms, each photo for whatever asks for it', async () => {
    const old = { ...(await stopped([0])), formJson: null };
    const { order } = await repetitionOf(stage.db, old, undefined, NOW_MS);
    expect([order.form, Object.hasOwn(order, 'takeOver')]).toEqual([{}, false]);
    expect(order.inputs).toMatchObject([{ field: undefined }]);
  });

  it('is the beginning without photos, or with one of which nobody knows whether it has come', async () => {
    const old = await stopped([0]);
    await stage.db.write(
      `INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
       VALUES (?, 1, ?, 'image/jpeg', 9, ?), (?, 2, ?, 'image/jpeg', 9, ?)`,
      [old.taskId, merchant, `inputs/${old.taskId}/1`, old.taskId, merchant, `inputs/${old.taskId}/2`],
    );
    const { order } = await repetitionOf(stage.db, old, undefined, NOW_MS);
    expect([order.inputs.map(({ field }) => field), order.takeOver]).toEqual([
      ['photo', 'detail', undefined],
      undefined,
    ]);
    await stage.db.write('DELETE FROM task_inputs WHERE task_id = ?', [old.taskId]);
    expect(await goesOn(old)).toBeUndefined();
  });

  it('is the beginning when a file of what was done is gone', async () => {
    const old = await stopped([0, 1]);
    const gone = "UPDATE task_outputs SET purged_at = ? WHERE task_id = ? AND name = '1.jpg'";
    await stage.db.write(gone, [sqlTime(NOW_MS), old.taskId]);
    expect(await goesOn(old)).toBeUndefined();
  });
});

describe('the photo of a task that is made again', () => {
  it('is copied, once: a task that goes on already is left alone', async () => {
    const old = await failed();
    stage.takeEvents();
    const again = await retry(old);
    expect([again.missing, stage.takeEvents()]).toEqual([[], [`inputs/${again.taskId}/0`]]);
    await queueTask(stage.db, again.taskId);
    expect(await retry(old)).toMatchObject({ taskId: again.taskId, state: 'queued', missing: [] });
    expect(stage.takeEvents()).toEqual([]);
  });

  it('is asked for again where it is another by now', async () => {
    const old = await failed();
    await stage.objects.put(`inputs/${old}/0`, Buffer.from('another photo'), 'image/jpeg');
    expect((await retry(old)).missing).toMatchObject([{ n: 0, sizeBytes: 1000 }]);
  });

  it('that nobody had looked at is copied if it is there, and asked for if it is not or COS is away', async () => {
    const [there, gone] = [await newTask(stage.db, merchant), await newTask(stage.db, merchant)];
    await sent(there, { seen: false });
    for (const taskId of [there, gone]) {
      await stage.db.write(
        "UPDATE tasks SET state = 'canceled', ended_at = created_at, deadline_at = NULL, sweep_at = NULL WHERE id = ?",
        [taskId],
      );
    }
    expect((await retry(there)).missing).toEqual([]);
    expect((await retry(gone)).missing).toMatchObject([{ n: 0 }]);
    expect((await retry(there, { key: 'away', bucket: away() })).missing).toMatchObject([{ n: 0 }]);
    await expect(retry(there, { key: 'keyless', bucket: keyless() })).rejects.toThrow('no keys at hand');
  });

  it('while COS is away is copied by the same key a little later', async () => {
    const old = await failed();
    await expect(retry(old, { bucket: away() })).rejects.toMatchObject({
      ...{ code: 'UNAVAILABLE', headers: { 'Retry-After': '5' }, cause: { name: 'CopyFailed' } },
    });
    expect(await available()).toBe(19);
    stage.takeEvents();
    const again = await retry(old);
    expect([again.missing, stage.takeEvents()]).toEqual([[], [`inputs/${again.taskId}/0`]]);
    expect(await available()).toBe(19);
  });

  it('is not said to be away where it is we who cannot ask', async () => {
    await expect(retry(await failed(), { bucket: keyless() })).rejects.toThrow('no keys at hand');
  });

  it('comes last, after the files of what was done', async () => {
    const { db } = stage;
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>(
      "SELECT version FROM features WHERE id = 'basic_clean'",
    );
    const old = await newTask(db, merchant);
    await replan(db, old, { units: 1 }, { units: 1 });
    await sent(old);
    const lease = await claimTask(db, old);
    const key = `outputs/${old}/0/0/${lease.leaseId}/white.jpg`;
    await stage.objects.put(key, BYTES, 'image/jpeg');
    await finishUnit(db, lease, [{ ...OUTPUT, key }], NOW_MS);
    const next = { taskId: old, step: 1, unit: 0, leaseId: 'lse_next' };
    await claimUnit(db, next, NOW_MS);
    await failUnit(db, next, { code: 'PROCESSING_FAILED' }, NOW_MS);
    await db.write('UPDATE tasks SET feature_version = ? WHERE id = ?', [version, old]);
    stage.takeEvents();
    const { taskId } = await retry(old);
    expect(stage.takeEvents()).toEqual([key.replace(old, taskId), `inputs/${taskId}/0`]);
  });
});

describe('a batch that is made again', () => {
  let keys = 0;
  const newBatch = (count: number) =>
    createBatch(stage.db, stage.bucket, {
      ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', nowMs: NOW_MS, requestHash: 'a'.repeat(64) },
      idempotencyKey: `repeat-${++keys}`,
      photos: Array.from({ length: count }, (_, n) => ({ name: `${n}.jpg`, contentType: 'image/jpeg', sizeBytes: 9 })),
    });
  type Counted = Parameters<typeof retryBatch>[4];
  const retryAll = (batchId: string, over: { who?: string; bucket?: Bucket; trace?: string; counted?: Counted } = {}) =>
    retryBatch(
      stage.db,
      over.bucket ?? stage.bucket,
      {
        ...{ merchantId: over.who ?? merchant, batchId, requestHash: 'b'.repeat(64), nowMs: NOW_MS, language: 'zh' },
        ...(over.trace !== undefined && { trace: over.trace }),
      },
      undefined,
      over.counted,
    );
  const failOne = async (taskId: string, code: 'PROCESSING_FAILED' | 'GARMENT_NOT_FOUND' = 'PROCESSING_FAILED') => {
    await queueTask(stage.db, taskId);
    await failUnit(stage.db, await claimTask(stage.db, taskId), { code }, NOW_MS);
  };

  it('is nobody else’s to repeat', async () => {
    const { batchId } = await newBatch(1);
    const who = await newMerchant(stage.db);
    await expect(retryAll(batchId, { who })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('offers a link for each photo that is to be sent again, now and when it is asked once more', async () => {
    const { batchId, items } = await newBatch(3);
    await failOne(items[1]!.taskId);
    await failOne(items[2]!.taskId, 'GARMENT_NOT_FOUND');
    const again = await retryAll(batchId, { trace: 'req_7' });
    const [, { taskId }] = again.items as [object, { taskId: string }];
    expect(Object.keys(again).sort()).toEqual(['batchId', 'items', 'retried', 'uploads']);
    expect([again.batchId, again.retried, again.uploads.map(({ n }) => n)]).toEqual([batchId, 1, [1]]);
    expect(again.uploads[0]?.url).toContain(`/inputs/${taskId}/0?`);
    expect(await readTask(stage.db, taskId)).toMatchObject({ retryOf: items[1]!.taskId, trace: 'req_7' });
    const more = await retryAll(batchId);
    expect(more).toEqual({ ...again, retried: 0 });
    expect(await available()).toBe(18);
  });

  it('leaves what succeeded, with something missing or not', async () => {
    const { batchId, items } = await newBatch(2);
    for (const { taskId } of items) {
      await queueTask(stage.db, taskId);
      const file = { ...OUTPUT, key: `outputs/${taskId}/0/0/lse/white.jpg` };
      await finishUnit(stage.db, await claimTask(stage.db, taskId), [file], NOW_MS);
    }
    await stage.db.write('UPDATE tasks SET refunded_credits = 1 WHERE id = ?', [items[0]!.taskId]);
    const again = await retryAll(batchId);
    expect([again.retried, again.items.map(({ taskId }) => taskId)]).toEqual([0, items.map(({ taskId }) => taskId)]);
  });

  it('has no trace where none is known', async () => {
    const { batchId, items } = await newBatch(1);
    await failOne(items[0]!.taskId);
    const again = await retryAll(batchId);
    expect(await readTask(stage.db, again.items[0]!.taskId)).toMatchObject({ trace: null });
  });

  it('makes each task under a key of its own, by whoever counts them, and stops where that one refuses', async () => {
    const { batchId, items } = await newBatch(3);
    for (const { taskId } of items) await failOne(taskId);
    const told: string[] = [];
    const counted: Counted = (key, again) => {
      told.push(key);
      return told.length === 2 ? Promise.reject(new ApiError('RATE_LIMITED')) : again();
    };
    expect(await retryAll(batchId, { counted })).toMatchObject({ retried: 1, stoppedBy: 'RATE_LIMITED' });
    expect(told).toEqual(items.slice(0, 2).map(({ taskId }) => `again ${taskId}`));
  });

  it('is not repeated while COS is away, nor where we cannot ask it', async () => {
    const { batchId, items } = await newBatch(1);
    await failOne(items[0]!.taskId);
    await expect(retryAll(batchId, { bucket: away() })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(retryAll(batchId, { bucket: keyless() })).rejects.toThrow('no keys at hand');
    expect((await retryAll(batchId)).retried).toBe(1);
    expect(await available()).toBe(19);
  });
});
