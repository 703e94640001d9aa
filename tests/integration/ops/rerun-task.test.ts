import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import { rerunTask } from '../../../shared/ops/rerun-task.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { CATALOGUE } from '../../../shared/tasks/processor-catalogue.ts';
import { retryBatch } from '../../../shared/tasks/retry-batch.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit } from '../../../shared/tasks/run-unit.ts';
import { DAY_MS, grantCredits, NOW_MS, newMerchant, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { oneFile, photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
beforeAll(async () => {
  stage = await taskStage();
  jpeg = await photo();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  stage.nowMs = NOW_MS;
  INPUT_DAYS = 7;
  stage.takeEvents();
  merchant = await newMerchant(stage.db);
});

const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const accept = (taskId: string) => acceptInput(stage, { taskId, index: 0 }, stage.nowMs);
const run = (taskId: string, processor: Processor) =>
  runUnit(
    { ...stage, clock: () => stage.nowMs, processors: { 'basic-clean': processor }, onFailure: () => undefined },
    { taskId, step: 0, unit: 0 },
  );
const breaks =
  (error: Error): Processor =>
  async () => {
    throw error;
  };

/** A task of the merchant's that has failed, its photo in COS, its credit back. */
async function failed(error: Error = new Error('broken')): Promise<string> {
  await grantCredits(stage.db, merchant, 1, { expiresAtMs: NOW_MS + 30 * DAY_MS });
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs, nowMs: stage.nowMs }));
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  await accept(taskId);
  await fail(taskId, error);
  return taskId;
}
async function fail(taskId: string, error: Error = new Error('broken')): Promise<void> {
  for (let attempt = 0; attempt < 3 && (await stateOf(stage.db, taskId)) !== 'failed'; attempt++) {
    await run(taskId, breaks(error));
    stage.nowMs += 60_000;
  }
  expect(await stateOf(stage.db, taskId)).toBe('failed');
}

let INPUT_DAYS = 7;
const rerun = (
  taskId: string,
  key: string,
  charge: 'merchant' | 'goodwill' = 'merchant',
  db: Database = stage.db,
  bucket = stage.bucket,
) =>
  rerunTask(
    { db, bucket, catalogue: CATALOGUE, retention: { INPUT_DAYS } },
    { taskId, charge, reason: '引擎故障', trace: 'req_9' },
    {
      ...{ operatorId: 'mch_operator', action: 'rerun-task', idempotencyKey: key, requestHash: 'd'.repeat(64) },
      ...{ requestId: 'req_9', nowMs: stage.nowMs },
    },
  );
const entriesOf = (taskId: string) =>
  stage.db.query('SELECT kind, amount FROM quota_entries WHERE task_id = ? ORDER BY seq', [taskId]);
/** What came back has run out. */
const spent = () =>
  stage.db.write('UPDATE quota_lots SET expires_at = ? WHERE merchant_id = ?', [sqlTime(stage.nowMs), merchant]);
const logged = async (taskId: string) =>
  (await stage.db.query("SELECT seq FROM audit_log WHERE target = ? AND action = 'rerun-task'", [taskId])).length;

describe('an operator repeats a task', () => {
  it('from its photo, for what a retry takes, once a key, by a key that no merchant can send', async () => {
    const old = await failed();
    stage.takeEvents();
    const again = await rerun(old, 'one');
    expect(again).toMatchObject({ retryOf: old, merchantId: merchant, state: 'awaiting_upload', credits: 1 });
    expect(stage.takeEvents()).toEqual([`inputs/${again.taskId}/0`]);
    expect((await rerun(old, 'one')).taskId).toBe(again.taskId);
    expect(await entriesOf(again.taskId)).toEqual([{ kind: 'deduct', amount: -1 }]);
    expect([await available(), await logged(old)]).toEqual([0, 1]);
    const [row] = await stage.db.query<{ k: string; trace: string }>(
      'SELECT idempotency_key AS k, trace FROM tasks WHERE id = ?',
      [again.taskId],
    );
    expect(row?.trace).toBe('req_9');
    // Header values of keys are visible ASCII.
    expect(row?.k).toMatch(/^operator \d+$/);
    await accept(again.taskId);
    expect(await run(again.taskId, oneFile)).toBe('succeeded');
    // The merchant's own repetition stands beside it.
    await grantCredits(stage.db, merchant, 1, { expiresAtMs: NOW_MS + 30 * DAY_MS });
    const asked = { merchantId: merchant, taskId: old, idempotencyKey: 'one', requestHash: 'c'.repeat(64) };
    const own = await retryTask(stage.db, stage.bucket, { ...asked, nowMs: stage.nowMs });
    expect([own.taskId === again.taskId, own.credits]).toEqual([false, 1]);
    expect(await stage.audit()).toEqual([]);
  });

  it('in its place in a batch, where the merchant’s own repeating leaves it alone', async () => {
    const old = await failed();
    const batchId = newId('bat_', stage.nowMs);
    await stage.db.write(
      `INSERT INTO batches (id, merchant_id, feature_id, photos, credits, idempotency_key, request_hash, created_at)
       VALUES (?, ?, 'basic_clean', 1, 1, ?, ?, ?)`,
      [batchId, merchant, batchId, 'e'.repeat(64), sqlTime(stage.nowMs)],
    );
    await stage.db.write(
      'INSERT INTO batch_tasks (batch_id, n, merchant_id, task_id, file_name) VALUES (?, 0, ?, ?, ?)',
      [batchId, merchant, old, 'a.jpg'],
    );
    const again = await rerun(old, 'in a batch');
    const request = { merchantId: merchant, batchId, requestHash: 'c'.repeat(64), language: 'zh', nowMs: stage.nowMs };
    const repeated = await retryBatch(stage.db, stage.bucket, request as Parameters<typeof retryBatch>[2]);
    expect([repeated.retried, repeated.items.map(({ taskId }) => taskId)]).toEqual([0, [again.taskId]]);
    expect(await stage.db.query('SELECT id FROM tasks WHERE merchant_id = ?', [merchant])).toHaveLength(2);
  });

  it('free of charge out of a lot of its own, which is the merchant’s for a week where it fails again', async () => {
    const old = await failed();
    await spent();
    expect(await available()).toBe(0);
    const again = await rerun(old, 'free', 'goodwill');
    expect(again.credits).toBe(1);
    expect((await rerun(old, 'free', 'goodwill')).taskId).toBe(again.taskId);
    const lots = await stage.db.query(
      "SELECT l.amount, l.remaining, e.kind, e.amount AS entered FROM quota_lots l JOIN quota_entries e ON e.lot_id = l.id WHERE l.merchant_id = ? AND l.source_key LIKE 'goodwill:%' ORDER BY e.seq",
      [merchant],
    );
    expect(lots).toEqual([
      { amount: 1, remaining: 0, kind: 'grant', entered: 1 },
      { amount: 1, remaining: 0, kind: 'deduct', entered: -1 },
    ]);
    expect(await available()).toBe(0);
    await accept(again.taskId);
    await fail(again.taskId);
    expect(await available()).toBe(1);
    stage.nowMs += 7 * DAY_MS;
    expect(await available()).toBe(0);
    expect(await stage.audit()).toEqual([]);
  });

  it('with live credits free of charge takes none of them', async () => {
    const old = await failed();
    const soon = sqlTime(stage.nowMs + DAY_MS);
    await stage.db.write('UPDATE quota_lots SET expires_at = ? WHERE merchant_id = ?', [soon, merchant]);
    await rerun(old, 'free-with-credits', 'goodwill');
    const lots = await stage.db.query('SELECT remaining FROM quota_lots WHERE merchant_id = ? ORDER BY expires_at', [
      merchant,
    ]);
    expect(lots).toEqual([{ remaining: 1 }, { remaining: 0 }]);
  });

  it('at once under one key once', async () => {
    const old = await failed();
    const connections = stage.connections(6);
    const made = await Promise.all(connections.map((db) => rerun(old, 'at-once', 'goodwill', db)));
    expect(new Set(made.map(({ taskId }) => taskId)).size).toBe(1);
    expect(await logged(old)).toBe(1);
    expect(await stage.audit()).toEqual([]);
  });

  it('only while its photo is there as it arrived; what was begun is answered all the same', async () => {
    const [gone, again, kept] = [await failed(), await failed(), await failed()];
    await stage.objects.delete(`inputs/${gone}/0`);
    await stage.objects.put(`inputs/${again}/0`, await photo('jpeg', { width: 640, height: 480 }), 'image/jpeg');
    for (const taskId of [gone, again]) {
      await expect(rerun(taskId, `no-photo ${taskId}`, 'goodwill')).rejects.toMatchObject({
        code: 'TASK_NOT_RETRYABLE',
      });
    }
    expect([await available(), await logged(gone), await logged(again)]).toEqual([3, 0, 0]);
    const { taskId } = await rerun(kept, 'kept', 'goodwill');
    await stage.objects.delete(`inputs/${kept}/0`);
    expect((await rerun(kept, 'kept', 'goodwill')).taskId).toBe(taskId);
  });

  it('not when photos are kept for less long than that, nor while COS is away', async () => {
    const old = await failed();
    INPUT_DAYS = 2;
    stage.nowMs += 2 * DAY_MS;
    await expect(rerun(old, 'short', 'goodwill')).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    INPUT_DAYS = 7;
    const bucket = { ...stage.bucket, endpoint: 'http://127.0.0.1:1' };
    await expect(rerun(old, 'away', 'goodwill', stage.db, bucket)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([await available(), await logged(old)]).toEqual([1, 0]);
  });

  it('and leaves nothing of what is refused: no credits, no photo, the same end again, one that runs, one long ago', async () => {
    const old = await failed();
    await spent();
    await expect(rerun(old, 'poor')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await grantCredits(stage.db, merchant, 9);
    const { taskId: open } = await createTask(stage.db, taskRequest(merchant, { nowMs: stage.nowMs }));
    await expect(rerun(open, 'runs')).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    await stage.db.callProcedure('cancel_task_v2', cancellation(merchant, open, stage.nowMs));
    await expect(rerun(open, 'no-photo')).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    await expect(rerun('tsk_none', 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const corrupt = await failed(new MediaRefusal('GARMENT_NOT_FOUND', 'test'));
    await expect(rerun(corrupt, 'same')).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    await stage.db.write('UPDATE accounts SET closed_at = created_at WHERE merchant_id = ?', [merchant]);
    await expect(rerun(old, 'left', 'goodwill')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await stage.db.write('UPDATE accounts SET closed_at = NULL WHERE merchant_id = ?', [merchant]);
    stage.nowMs += 6 * DAY_MS;
    await expect(rerun(old, 'old')).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    expect([await logged(old), await logged(open), await logged(corrupt)]).toEqual([0, 0, 0]);
    const [row] = await stage.db.query<{ n: number | string }>(
      "SELECT COUNT(*) AS n FROM quota_lots WHERE merchant_id = ? AND source_key LIKE 'goodwill:%'",
      [merchant],
    );
    expect(Number(row?.n)).toBe(0);
  });
});
