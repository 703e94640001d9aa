import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { type BatchRequest, createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask, type TaskRequest } from '../../../shared/tasks/create-task.ts';
import { measurePaces, readPace } from '../../../shared/tasks/feature-paces.ts';
import { newestEdition, presetsOfStep, readEdition } from '../../../shared/tasks/preset-editions.ts';
import { failUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  queueTask,
  taskRequest,
} from '../../fixtures/product-database.ts';

/** What an order leaves behind, and what it meets that changes under it. */
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
});

const bucket = {
  bucket: 'pictures-1250000000',
  region: 'ap-guangzhou',
  credentials: () => ({ secretId: 'AKIDorders', secretKey: 'for this test only' }),
};
let keys = 0;
const batchRequest = (count: number, over: Partial<BatchRequest> = {}): BatchRequest => ({
  ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', nowMs: NOW_MS, requestHash: 'a'.repeat(64) },
  idempotencyKey: `edge-${++keys}`,
  photos: Array.from({ length: count }, (_, n) => ({ name: `${n}.jpg`, contentType: 'image/jpeg', sizeBytes: 9 + n })),
  ...over,
});
const orderTask = (over: Partial<TaskRequest> = {}, at = db) => createTask(at, taskRequest(merchant, over));
const orderBatch = (over: Partial<BatchRequest> = {}, at = db) => createBatch(at, bucket, batchRequest(2, over));
const rowOf = async (taskId: string) =>
  (await db.query<Record<string, unknown>>('SELECT * FROM tasks WHERE id = ?', [taskId]))[0];
const available = async () => (await queryQuota(db, merchant, NOW_MS)).available;

/** A connection of its own, before each of whose first orders an operator saves the card. */
function whileSaved(times: number): { readonly db: Database; readonly calls: string[] } {
  const calls: string[] = [];
  const callProcedure: Database['callProcedure'] = async (name, params) => {
    calls.push(name);
    // Whoever does not give up has to be stopped.
    if (calls.length > 4) throw new Error('asked without an end');
    if (calls.length <= times) await db.write("UPDATE features SET version = version + 1 WHERE id = 'basic_clean'");
    return db.callProcedure(name, params);
  };
  return { db: { ...db, callProcedure }, calls };
}

describe.each([
  ['a task', 'create_task_v4', orderTask],
  ['a batch', 'create_batch_v3', orderBatch],
] as const)('%s whose card', (_kind, procedure, order) => {
  it('stands is made in one call, its card read once', async () => {
    const { db: own, calls } = whileSaved(0);
    let reads = 0;
    const query: Database['query'] = (sql, params) => {
      if (sql.includes('FROM features')) reads += 1;
      return db.query(sql, params);
    };
    await order({}, { ...own, query });
    expect([calls, reads]).toEqual([[procedure], 1]);
  });

  it('is saved meanwhile is made by what was saved', async () => {
    const { db: own, calls } = whileSaved(1);
    await order({}, own);
    expect(calls).toHaveLength(2);
    await order({}, own);
    expect(calls).toHaveLength(3);
  });

  it('is saved over and over is tried twice and left, and the next order reads it again', async () => {
    const { db: own, calls } = whileSaved(2);
    await expect(order({}, own)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([calls.length, await available()]).toEqual([2, 20]);
    await order({}, own);
    expect(calls).toHaveLength(3);
  });
});

describe('a task', () => {
  it('waits for its photo for an hour and is looked for after a minute; it knows whose request it is of, and what it repeats', async () => {
    const made = await orderTask({ trace: 'req_1', retryOf: 'tsk_before' });
    expect(made).toEqual({
      ...{ taskId: made.taskId, featureId: 'basic_clean', state: 'awaiting_upload', credits: 1, createdAtMs: NOW_MS },
    });
    expect(made.taskId).toMatch(/^tsk_/);
    expect(await rowOf(made.taskId)).toMatchObject({
      ...{ created_at: NOW_MS, deadline_at: NOW_MS + 3_600_000, sweep_at: NOW_MS + 60_000, queued_at: null },
      ...{ trace: 'req_1', retry_of: 'tsk_before', step: 0 },
    });
    expect(await rowOf((await orderTask()).taskId)).toMatchObject({ trace: null, retry_of: null });
  });

  it('without a photo waits in the queue for ten minutes, its unit for half a minute', async () => {
    const card = { featureId: 'copywriting', inputs: [], form: { name: '亚麻衬衫' } };
    const { taskId, state, unitsToStart } = await orderTask(card);
    expect([state, unitsToStart]).toEqual(['queued', 1]);
    const queued = { queued_at: NOW_MS, deadline_at: NOW_MS + 600_000, sweep_at: NOW_MS + 600_000 };
    expect(await rowOf(taskId)).toMatchObject(queued);
    const units = await db.query('SELECT unit, sweep_at FROM task_units WHERE task_id = ?', [taskId]);
    expect(units).toEqual([{ unit: 0, sweep_at: NOW_MS + 30_000 }]);
  });

  it('is what its key was answered with first, as it is by now', async () => {
    const asked = taskRequest(merchant);
    const first = await createTask(db, asked);
    await queueTask(db, first.taskId);
    const later = { ...asked, nowMs: NOW_MS + 5000, form: { size: 'm' } };
    expect(await createTask(db, later)).toEqual({ ...first, state: 'queued' });
    expect(await available()).toBe(19);
  });

  it('is one of 600 in a minute: the next one is told when to come', async () => {
    const busyUntil = (atMs: number) =>
      db.write('UPDATE accounts SET create_tat_ms = ? WHERE merchant_id = ?', [atMs, merchant]);
    await busyUntil(NOW_MS + 59_900);
    await orderTask();
    await busyUntil(NOW_MS + 62_001);
    const limited = { code: 'RATE_LIMITED', headers: { 'Retry-After': '3' } };
    await expect(orderTask()).rejects.toMatchObject(limited);
    expect(await available()).toBe(19);
  });
});

describe('a batch', () => {
  it('and its tasks have names of their own, wait for their photos for an hour and are looked for after a minute', async () => {
    const { batchId, items, featureId } = await orderBatch({ trace: 'req_2' });
    expect([batchId, featureId]).toEqual([expect.stringMatching(/^bat_.{26}$/), 'basic_clean']);
    expect(items.map(({ n, name }) => [n, name])).toEqual([
      [0, '0.jpg'],
      [1, '1.jpg'],
    ]);
    for (const { taskId } of items) {
      expect(taskId).toMatch(/^tsk_.{26}$/);
      expect(await rowOf(taskId)).toMatchObject({
        ...{ created_at: NOW_MS, deadline_at: NOW_MS + 3_600_000, sweep_at: NOW_MS + 60_000, trace: 'req_2' },
      });
    }
    const untraced = await orderBatch();
    expect(await rowOf(untraced.items[0]?.taskId ?? '')).toMatchObject({ trace: null });
  });

  it('asked for again offers links for the photos that have not come, numbered as before', async () => {
    const asked = batchRequest(3);
    const first = await createBatch(db, bucket, asked);
    await queueTask(db, first.items[1]!.taskId);
    const again = await createBatch(db, bucket, { ...asked, nowMs: NOW_MS + 60_000 });
    expect([again.batchId, again.credits]).toEqual([first.batchId, 3]);
    expect(again.items.map(({ state }) => state)).toEqual(['awaiting_upload', 'queued', 'awaiting_upload']);
    expect(again.uploads.map(({ n, headers }) => [n, headers['Content-Length']])).toEqual([
      [0, '9'],
      [2, '11'],
    ]);
    expect(again.uploads[1]?.url).toContain(`/inputs/${first.items[2]!.taskId}/0?`);
  });
});

describe('a task is canceled', () => {
  const cancel = (taskId: string, who = merchant) => cancelTask(db, who, taskId, { nowMs: NOW_MS, language: 'en' });

  it('once, and is answered as it was then however often it is asked for', async () => {
    const taskId = await newTask(db, merchant);
    const canceled = await cancel(taskId);
    expect(canceled).toMatchObject({ taskId, state: 'canceled', refunded: true, endedAtMs: NOW_MS });
    expect(await cancel(taskId)).toEqual(canceled);
    expect(await available()).toBe(20);
  });

  it('by nobody else, and not when it has ended otherwise', async () => {
    const taskId = await newTask(db, merchant);
    await expect(cancel(taskId, await newMerchant(db))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await queueTask(db, taskId);
    await failUnit(db, await claimTask(db, taskId), { code: 'PROCESSING_FAILED' }, NOW_MS);
    await expect(cancel(taskId)).rejects.toMatchObject({ code: 'TASK_ENDED' });
  });
});

describe('what tasks of a card lately took', () => {
  const LATER_MS = NOW_MS + 10 * DAY_MS;
  const measured = (nowMs: number) => measurePaces(db, nowMs);
  const paces = () =>
    db.query(
      'SELECT feature_id AS card, median_ms AS ms, tasks, measured_at AS atMs FROM feature_paces ORDER BY feature_id',
    );
  /** One that was created at `atMs`, waited for a second and took `ms` from there. */
  async function took(ms: number, atMs: number, over: { card?: string; state?: string } = {}): Promise<void> {
    const taskId = await newTask(db, merchant, atMs);
    await db.write(
      `UPDATE tasks SET state = ?, feature_id = ?, queued_at = created_at + INTERVAL 1 SECOND, deadline_at = NULL, sweep_at = NULL,
         ended_at = created_at + INTERVAL ? MICROSECOND WHERE id = ?`,
      [over.state ?? 'succeeded', over.card ?? 'basic_clean', (ms + 1000) * 1000, taskId],
    );
  }

  it('is the middle of those of two hours that succeeded, card by card, and is measured every five minutes', async () => {
    await took(1, LATER_MS - 7_200_001);
    await took(2000, LATER_MS - 7_199_999, { card: 'portrait' });
    for (const [n, ms] of [9000, 30_000, 8000, 100_000, 20_000].entries()) await took(ms, LATER_MS - 60_000 + n);
    await took(1000, LATER_MS, { state: 'failed' });
    await took(4000, LATER_MS, { card: 'portrait' });
    await measured(LATER_MS);
    const [clean, portrait] = [
      { card: 'basic_clean', ms: 20_000, tasks: 5, atMs: LATER_MS },
      { card: 'portrait', ms: 4000, tasks: 2, atMs: LATER_MS },
    ];
    expect(await paces()).toEqual([clean, portrait]);
    await took(7000, LATER_MS, { card: 'portrait' });
    await measured(LATER_MS + 299_999);
    expect(await paces()).toEqual([clean, portrait]);
    await measured(LATER_MS + 300_000);
    expect(await paces()).toEqual([
      { ...clean, atMs: LATER_MS + 300_000 },
      { card: 'portrait', ms: 7000, tasks: 2, atMs: LATER_MS + 300_000 },
    ]);
  });

  it('is said for a day', async () => {
    await db.write("INSERT INTO feature_paces VALUES ('matting', 4000, 9, ?)", [sqlTime(LATER_MS)]);
    expect(await readPace(db, 'matting', LATER_MS + DAY_MS - 1)).toBe(4000);
    expect(await readPace(db, 'matting', LATER_MS + DAY_MS)).toBeUndefined();
    expect(await readPace(db, 'nothing', LATER_MS)).toBeUndefined();
  });
});

describe('the figures of the shops', () => {
  it('are those of the edition that a step was ordered by; a step of before there were any has none', async () => {
    const newest = await newestEdition(db);
    expect(newest).toMatchObject({ version: 1, savedBy: 'migration' });
    expect(await readEdition(db, 1)).toEqual(newest);
    expect(await readEdition(db, 9)).toBeUndefined();
    expect(await presetsOfStep(db, { presets: 1 })).toEqual(newest.presets);
    expect(await presetsOfStep(db, {})).toBeUndefined();
    await expect(presetsOfStep(db, { presets: 9 })).rejects.toThrow('there is no edition 9 of the presets');
  });

  it('are there from the first migration on: without any, nothing is made of nothing', async () => {
    await db.write('DELETE FROM platform_presets');
    await expect(newestEdition(db)).rejects.toThrow('there are no presets: the migration writes the first');
  });
});
