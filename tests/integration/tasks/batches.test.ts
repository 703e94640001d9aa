import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  createBatch as createOperation,
  getBatch as getOperation,
  listBatches as listOperation,
} from '../../../shared/contract/batches.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { getBatch } from '../../../shared/tasks/get-batch.ts';
import { listBatches } from '../../../shared/tasks/list-batches.ts';
import { retryBatch } from '../../../shared/tasks/retry-batch.ts';
import { failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  grantCredits,
  newMerchant,
  OUTPUT,
  queueTask,
  stateOf,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
beforeAll(async () => {
  stage = await taskStage();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 2);
  await grantCredits(stage.db, merchant, 3);
});

let keys = 0;
const photos = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    name: `第${n}件.jpg`,
    contentType: 'image/jpeg' as const,
    sizeBytes: 1000 + n,
  }));
const request = (count: number, over: object = {}) => ({
  ...{ merchantId: merchant, featureId: 'basic_clean', photos: photos(count), language: 'zh' as const },
  ...{ idempotencyKey: `batch-key-${++keys}`, requestHash: 'a'.repeat(64), nowMs: stage.nowMs, ...over },
});
const create = (count: number, over: object = {}) => createBatch(stage.db, stage.bucket, request(count, over));
const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const tasks = async () =>
  (await stage.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM tasks WHERE merchant_id = ?', [merchant]))[0]?.n;
const read = (batchId: string) => getBatch(stage.db, merchant, batchId, 'zh');
const retry = (batchId: string) =>
  retryBatch(stage.db, stage.bucket, {
    ...{ merchantId: merchant, batchId, requestHash: 'b'.repeat(64), nowMs: stage.nowMs, language: 'zh' },
  });
const fail = async (taskId: string, code: 'PROCESSING_FAILED' | 'GARMENT_NOT_FOUND') => {
  await queueTask(stage.db, taskId, stage.nowMs);
  await failUnit(stage.db, await claimTask(stage.db, taskId, stage.nowMs), { code }, stage.nowMs);
};

describe('a batch', () => {
  it('takes the credits of all its photos over the edge of a lot, and says where to put each', async () => {
    const batch = await create(4);
    expect(z.safeParse(createOperation.output, batch).error).toBeUndefined();
    expect(batch).toMatchObject({
      credits: 4,
      items: [{ n: 0, name: '第0件.jpg', state: 'awaiting_upload' }, {}, {}, {}],
    });
    expect(batch.uploads.map(({ n, url }) => [n, new URL(url).pathname.split('/').slice(-3).join('/')])).toEqual(
      batch.items.map(({ n, taskId }) => [n, `inputs/${taskId}/0`]),
    );
    expect(batch.uploads.map(({ headers }) => headers['Content-Length'])).toEqual(['1000', '1001', '1002', '1003']);
    expect(await available()).toBe(1);
    expect(await stage.audit()).toEqual([]);
  });

  it('of a hundred photos is made whole, and one of 101 is none', async () => {
    await grantCredits(stage.db, merchant, 95);
    const batch = await create(100);
    expect([batch.credits, batch.items.length, batch.uploads.length]).toEqual([100, 100, 100]);
    expect([await available(), await tasks(), await stage.audit()]).toEqual([0, 100, []]);
    const accepts = (count: number) =>
      createOperation.input.safeParse({ featureId: 'basic_clean', photos: photos(count) }).success;
    expect([accepts(0), accepts(1), accepts(100), accepts(101)]).toEqual([false, true, true, false]);
  });

  it('that costs more than there is takes nothing and makes nothing', async () => {
    await expect(create(6)).rejects.toMatchObject({ code: 'CREDITS_SHORT' });
    expect([await available(), await tasks()]).toEqual([5, 0]);
    const [row] = await stage.db.query<{ tat: number }>(
      'SELECT create_tat_ms AS tat FROM accounts WHERE merchant_id = ?',
      [merchant],
    );
    expect(row?.tat).toBe(0);
  });

  it('is one under its key, however often and at once it is asked for', async () => {
    const asked = request(3);
    const all = await Promise.all(stage.connections(8).map((db) => createBatch(db, stage.bucket, asked)));
    expect(new Set(all.map(({ batchId }) => batchId)).size).toBe(1);
    expect(all.every(({ uploads, credits }) => uploads.length === 3 && credits === 3)).toBe(true);
    expect([await available(), await tasks()]).toEqual([2, 3]);
    await expect(createBatch(stage.db, stage.bucket, { ...asked, requestHash: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it.each([
    ['an unknown card', { featureId: 'nothing' }, 'FEATURE_NOT_FOUND'],
    ['a closed card', { featureId: 'model_pose12' }, 'FEATURE_CLOSED'],
    ['a field that the card has not', { form: { size: 'm' } }, 'VALIDATION_FAILED'],
    ['nobody', { merchantId: 'mch_nobody' }, 'NOT_SIGNED_IN'],
  ])('is refused for %s', async (_name, over, code) => {
    await expect(create(2, over)).rejects.toMatchObject({ code });
    expect([await available(), await tasks()]).toEqual([5, 0]);
  });

  it('counts each of its photos against the rate', async () => {
    await stage.db.write('UPDATE accounts SET create_tat_ms = ? WHERE merchant_id = ?', [
      stage.nowMs + 59_750,
      merchant,
    ]);
    await expect(create(3)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect((await create(2)).items).toHaveLength(2);
  });

  it('says what has become of each, and when to ask again', async () => {
    const { batchId, items } = await create(3);
    await queueTask(stage.db, items[0]!.taskId, stage.nowMs);
    await finishUnit(stage.db, await claimTask(stage.db, items[0]!.taskId, stage.nowMs), [OUTPUT], stage.nowMs);
    await fail(items[1]!.taskId, 'GARMENT_NOT_FOUND');
    const batch = await read(batchId);
    expect(z.safeParse(getOperation.output, batch).error).toBeUndefined();
    expect(batch).toMatchObject({ percent: 66, succeeded: 1, failed: 1, open: 1, pollAfterMs: 3000 });
    expect(batch.items[1]).toMatchObject({
      state: 'failed',
      refundedCredits: 1,
      error: { message: '没有在照片中找到服装' },
    });
    await expect(getBatch(stage.db, await newMerchant(stage.db), batchId, 'zh')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the batches of a merchant', () => {
  it('are listed newest first, page behind page, each with its counts; nobody sees those of another', async () => {
    const first = await create(3);
    await queueTask(stage.db, first.items[0]!.taskId, stage.nowMs);
    await finishUnit(stage.db, await claimTask(stage.db, first.items[0]!.taskId, stage.nowMs), [OUTPUT], stage.nowMs);
    await fail(first.items[1]!.taskId, 'GARMENT_NOT_FOUND');
    const second = await create(2, { nowMs: stage.nowMs + 1000 });
    const [page, rest] = [await listBatches(stage.db, merchant, { limit: 1 }), { limit: 1, cursor: second.batchId }];
    expect(z.safeParse(listOperation.output, page).error).toBeUndefined();
    expect(page).toMatchObject({
      items: [{ batchId: second.batchId, photos: 2, open: 2 }],
      nextCursor: second.batchId,
    });
    const counts = { photos: 3, firstName: '第0件.jpg', succeeded: 1, failed: 1, open: 1 };
    expect(await listBatches(stage.db, merchant, rest)).toEqual({
      items: [{ batchId: first.batchId, featureId: 'basic_clean', createdAtMs: stage.nowMs, ...counts }],
    });
    expect(await listBatches(stage.db, await newMerchant(stage.db), { limit: 20 })).toEqual({ items: [] });
  });
});

describe('repeating a batch', () => {
  it('repeats what failed, once however often it is asked for, and leaves what only another photo could help', async () => {
    const { batchId, items } = await create(3);
    await fail(items[0]!.taskId, 'PROCESSING_FAILED');
    await fail(items[1]!.taskId, 'GARMENT_NOT_FOUND');
    expect(await available()).toBe(4);
    const again = await retry(batchId);
    expect(again).toMatchObject({
      retried: 1,
      items: [{ state: 'awaiting_upload' }, { state: 'failed' }, { taskId: items[2]!.taskId }],
    });
    expect(again.items[0]?.taskId).not.toBe(items[0]!.taskId);
    // The photo is not in COS any more: it is asked for again, under the number that it has in the batch.
    expect(again.uploads.map(({ n }) => n)).toEqual([0]);
    expect(await available()).toBe(3);
    expect(await retry(batchId)).toMatchObject({ retried: 0 });
    expect(await available()).toBe(3);
    expect(await stage.audit()).toEqual([]);
  });

  it('is not in the way of any key of the merchant’s own: none has a blank', async () => {
    const { batchId, items } = await create(1);
    const { taskId } = items[0]!;
    await fail(taskId, 'PROCESSING_FAILED');
    const own = taskRequest(merchant, { idempotencyKey: `again:${taskId}`, nowMs: stage.nowMs });
    const { taskId: ownTask } = await createTask(stage.db, own);
    const again = await retry(batchId);
    expect(again).toMatchObject({ retried: 1, items: [{ state: 'awaiting_upload' }] });
    expect(again.items[0]?.taskId).not.toBe(ownTask);
  });

  it('stops where the credits end, says so, and goes on later', async () => {
    const { batchId, items } = await create(5);
    for (const { taskId } of items) await fail(taskId, 'PROCESSING_FAILED');
    await createBatch(stage.db, stage.bucket, request(3));
    expect(await retry(batchId)).toMatchObject({ retried: 2, stoppedBy: 'CREDITS_SHORT' });
    await grantCredits(stage.db, merchant, 3);
    expect(await retry(batchId)).toMatchObject({ retried: 3 });
    const states = await Promise.all((await read(batchId)).items.map(({ taskId }) => stateOf(stage.db, taskId)));
    expect(states).toEqual(Array(5).fill('awaiting_upload'));
    expect(await stage.audit()).toEqual([]);
  });

  it('after a stop between the new task and the batch finds that task again', async () => {
    const { batchId, items } = await create(1);
    await fail(items[0]!.taskId, 'PROCESSING_FAILED');
    const first = await retry(batchId);
    await stage.db.write('UPDATE batch_tasks SET task_id = ? WHERE batch_id = ?', [items[0]!.taskId, batchId]);
    const second = await retry(batchId);
    expect(second.items).toEqual(first.items);
    expect(await available()).toBe(4);
  });
});
