import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { dueJobs, insertJob, readWaitingUnit } from '../../../shared/tasks/provider/provider-jobs.ts';
import { retryBatch } from '../../../shared/tasks/retry-batch.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { claimUnit, failUnit } from '../../../shared/tasks/unit-procedures.ts';
import { claimTask, grantCredits, newMerchant, queueTask, taskRequest } from '../../fixtures/product-database.ts';
import { type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
beforeAll(async () => {
  stage = await taskStage();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 5);
});

const traced = async (trace?: string) => {
  const request = taskRequest(merchant, { nowMs: stage.nowMs, ...(trace !== undefined && { trace }) });
  return (await createTask(stage.db, request)).taskId;
};
const tracesOf = async () => {
  const rows = await stage.db.query<{ trace: string | null }>(
    'SELECT trace FROM tasks WHERE merchant_id = ? ORDER BY id',
    [merchant],
  );
  return rows.map(({ trace }) => trace);
};

describe('the trace of the request that a task began with', () => {
  it('is told to whoever looks at its photo, claims a unit of it, or meets one that is claimed', async () => {
    const told: unknown[] = [];
    const taskId = await traced('a-trace');
    const services = { db: stage.db, objects: stage.objects, onTrace: (trace: string | null) => void told.push(trace) };
    expect(await acceptInput(services, { taskId, index: 0 }, stage.nowMs)).toBe('absent');
    expect(await acceptInput(services, { taskId: 'tsk_nobody', index: 0 }, stage.nowMs)).toBe('ignored');
    expect(told).toEqual(['a-trace', null]);
    await queueTask(stage.db, taskId, stage.nowMs);
    expect(await readWaitingUnit(stage.db, { taskId, step: 0, unit: 0 })).toMatchObject({ trace: 'a-trace' });
    const lease = { taskId, step: 0, unit: 0, leaseId: 'lse_1' };
    expect(await claimUnit(stage.db, lease, stage.nowMs)).toMatchObject({ outcome: 'claimed', trace: 'a-trace' });
    expect(await claimUnit(stage.db, lease, stage.nowMs)).toMatchObject({ outcome: 'busy', trace: 'a-trace' });
  });

  it('is told to whoever asks an engine about it', async () => {
    const taskId = await traced('a-trace');
    await queueTask(stage.db, taskId, stage.nowMs);
    const job = { ...(await claimTask(stage.db, taskId, stage.nowMs)), merchantId: merchant, attempt: 1, engine: 'e' };
    await insertJob(stage.db, job, stage.nowMs, stage.nowMs);
    const due = (await dueJobs(stage.db, stage.nowMs, 100)).filter((one) => one.taskId === taskId);
    expect(due).toMatchObject([{ trace: 'a-trace' }]);
  });

  it('stands on each task of a batch; what is repeated has the trace of the request that repeats it', async () => {
    const key = { requestHash: 'a'.repeat(64), nowMs: stage.nowMs, language: 'zh' as const, merchantId: merchant };
    const photos = [1, 2].map((n) => ({ name: `${n}.jpg`, contentType: 'image/jpeg' as const, sizeBytes: 1000 }));
    const order = { featureId: 'basic_clean', photos, idempotencyKey: 'of-traces' };
    const batch = await createBatch(stage.db, stage.bucket, { ...key, ...order, trace: 'first' });
    expect(await tracesOf()).toEqual(['first', 'first']);
    const [{ taskId } = { taskId: '' }] = batch.items;
    await queueTask(stage.db, taskId, stage.nowMs);
    const lease = await claimTask(stage.db, taskId, stage.nowMs);
    await failUnit(stage.db, lease, { code: 'PROCESSING_FAILED' }, stage.nowMs);
    await retryBatch(stage.db, stage.bucket, { ...key, batchId: batch.batchId, trace: 'second' });
    expect((await tracesOf()).sort()).toEqual(['first', 'first', 'second']);
  });

  it('is on the line of what a tick did to each of many', async () => {
    const [driven, over, untraced] = [await traced('of-the-unit'), await traced('of-the-task'), await traced()];
    await queueTask(stage.db, driven, stage.nowMs);
    const due = 'UPDATE tasks SET sweep_at = created_at, deadline_at = created_at WHERE id IN (?, ?)';
    await stage.db.write(due, [over, untraced]);
    await stage.db.write('UPDATE task_units SET sweep_at = next_at WHERE task_id = ?', [driven]);
    const moved: unknown[] = [];
    const asked = { db: stage.db, objects: stage.objects };
    await sweepTasks(asked, stage.nowMs + 45 * 60_000, (one) => void moved.push(one));
    expect(moved).toEqual(
      expect.arrayContaining([
        { did: 'restartedUnits', taskId: driven, step: 0, unit: 0, trace: 'of-the-unit' },
        { did: 'expired', taskId: over, trace: 'of-the-task' },
        { did: 'expired', taskId: untraced },
      ]),
    );
  });

  it('is on the line of what a tick could not do', async () => {
    const taskId = await traced('a-trace');
    await queueTask(stage.db, taskId, stage.nowMs);
    await stage.db.write('UPDATE task_units SET sweep_at = next_at WHERE task_id = ?', [taskId]);
    const away = { ...stage.objects, put: () => Promise.reject(new Error('COS is away')) };
    const { failures } = await sweepTasks({ db: stage.db, objects: away }, stage.nowMs);
    expect(failures).toContainEqual({ error: expect.any(Error), taskId, step: 0, unit: 0, trace: 'a-trace' });
  });

  it('is none where none is known', async () => {
    await traced();
    expect(await tracesOf()).toEqual([null]);
  });
});
