import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormValues } from '../../../shared/contract/form.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { getTask } from '../../../shared/tasks/get-task.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit } from '../../../shared/tasks/run-unit.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { uploadSlots } from '../../../shared/tasks/upload-slots.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  RETENTION,
  stateOf,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { oneFile, photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
beforeAll(async () => {
  stage = await taskStage();
  jpeg = await photo();
});
beforeEach(async () => {
  stage.nowMs = NOW_MS;
  stage.takeEvents();
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 20, { expiresAtMs: NOW_MS + 300 * DAY_MS });
});
afterAll(() => stage.leave());

const MINUTE_MS = 60_000;
const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const accept = (taskId: string) => acceptInput(stage, { taskId, index: 0 }, stage.nowMs);
const sweep = () => sweepTasks(stage, stage.nowMs);

function unitServices(processor: Processor) {
  const failures: unknown[] = [];
  const services = {
    ...stage,
    clock: () => stage.nowMs,
    processors: { 'basic-clean': processor },
    onFailure: (failure: unknown) => void failures.push(failure),
  };
  return { services, failures };
}
const run = (taskId: string, processor: Processor = oneFile) =>
  runUnit(unitServices(processor).services, { taskId, step: 0, unit: 0 });

async function created(declared: { contentType?: 'image/jpeg' | 'image/png' | 'image/webp'; sizeBytes?: number } = {}) {
  const input = { contentType: 'image/jpeg' as const, sizeBytes: jpeg.length, ...declared };
  const task = await createTask(stage.db, taskRequest(merchant, { inputs: [input], nowMs: stage.nowMs }));
  const [slot] = uploadSlots(stage.bucket, task.taskId, [input], stage.nowMs);
  return {
    taskId: task.taskId,
    put: (body: Buffer) =>
      fetch(slot!.url, { method: 'PUT', headers: { 'Content-Type': input.contentType }, body: new Uint8Array(body) }),
  };
}

async function uploaded(): Promise<string> {
  const { taskId, put } = await created();
  expect((await put(jpeg)).status).toBe(200);
  return taskId;
}

async function failed(code: 'PROCESSING_FAILED' | 'GARMENT_NOT_FOUND'): Promise<string> {
  const taskId = await uploaded();
  await accept(taskId);
  for (let attempt = 0; attempt < 3; attempt++) {
    await run(taskId, async () => {
      throw code === 'GARMENT_NOT_FOUND' ? new MediaRefusal(code, 'test') : new Error('broken');
    });
    stage.nowMs += MINUTE_MS;
  }
  expect(await stateOf(stage.db, taskId)).toBe('failed');
  return taskId;
}

describe('from upload to result', () => {
  it('takes the photo by its event, does the unit, and shows the result to its merchant alone', async () => {
    const taskId = await uploaded();
    expect(stage.takeEvents()).toEqual([`inputs/${taskId}/0`]);
    expect(await accept(taskId)).toBe('queued');
    expect(stage.takeEvents()).toEqual([`work/image/${taskId}/0/0.json`]);
    expect(await run(taskId)).toBe('succeeded');
    const view = { nowMs: stage.nowMs, language: 'zh' as const, retention: RETENTION };
    const task = await getTask(stage.db, stage.bucket, merchant, taskId, view);
    expect(task).toMatchObject({ state: 'succeeded', refunded: false, inputs: [{ n: 0, received: true }] });
    expect(task.pollAfterMs).toBeUndefined();
    const [output] = task.outputs;
    expect(Buffer.from(await (await fetch(output!.url)).arrayBuffer()).equals(jpeg)).toBe(true);
    stage.nowMs += 16 * MINUTE_MS;
    expect((await fetch(output!.url)).status).toBe(403);
    const other = await newMerchant(stage.db);
    await expect(getTask(stage.db, stage.bucket, other, taskId, view)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await stage.audit()).toEqual([]);
  });

  it('comes to the same end when the event comes five times at once and again after the end', async () => {
    const taskId = await uploaded();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => accept(taskId)));
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(1);
    const runs = await Promise.all(Array.from({ length: 5 }, () => run(taskId)));
    expect(runs.filter((outcome) => outcome === 'succeeded')).toHaveLength(1);
    expect(await accept(taskId)).toBe('ignored');
    expect(await run(taskId)).toBe('ended');
    expect(await available()).toBe(19);
  });

  it('ignores events of tasks and inputs that do not exist', async () => {
    const { taskId } = await created();
    expect(await acceptInput(stage, { taskId: 'tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV', index: 0 }, NOW_MS)).toBe('ignored');
    expect(await acceptInput(stage, { taskId, index: 7 }, NOW_MS)).toBe('ignored');
    expect(await accept(taskId)).toBe('absent');
  });

  it('takes no upload of another size or type than was declared', async () => {
    const { put, taskId } = await created({ sizeBytes: jpeg.length + 1 });
    // A browser sets Content-Length by itself, from the body.
    expect((await put(jpeg)).status).toBe(403);
    const [slot] = uploadSlots(stage.bucket, taskId, [{ contentType: 'image/png', sizeBytes: jpeg.length }], NOW_MS);
    const headers = { 'Content-Type': 'image/jpeg' };
    expect((await fetch(slot!.url, { method: 'PUT', headers, body: new Uint8Array(jpeg) })).status).toBe(403);
  });

  it.each([
    ['a text that says it is a JPEG', Buffer.from('no image at all, but long enough to be read'), 'INPUT_NOT_AN_IMAGE'],
    ['a PNG that says it is a JPEG', 'png', 'INPUT_TYPE_MISMATCH'],
    ['a WebP that says it is a JPEG', 'webp', 'INPUT_TYPE_MISMATCH'],
  ] as const)('refuses %s, and gives the credit back', async (_name, what, code) => {
    const bytes = typeof what === 'string' ? await photo(what) : what;
    const { taskId, put } = await created({ sizeBytes: bytes.length });
    await put(bytes);
    expect(await accept(taskId)).toBe('refused');
    const task = await getTask(stage.db, stage.bucket, merchant, taskId, {
      nowMs: stage.nowMs,
      language: 'en',
      retention: RETENTION,
    });
    expect(task).toMatchObject({ state: 'failed', refunded: true, error: { code } });
    expect(await available()).toBe(20);
  });

  it('uses the bytes that were checked: a photo replaced afterwards fails the task', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    await stage.objects.put(`inputs/${taskId}/0`, await photo('jpeg', { width: 200, height: 200 }), 'image/jpeg');
    expect(await run(taskId)).toBe('failed');
    expect(await available()).toBe(20);
  });
});

describe('a unit that fails', () => {
  it('is tried three times, later and later, then the task fails and its credit returns', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    const broken: Processor = async () => {
      throw new Error('broken');
    };
    expect(await run(taskId, broken)).toBe('waiting');
    stage.nowMs += 9999;
    expect(await run(taskId)).toBe('early');
    // 10 s and up to half as much again, then twice that.
    stage.nowMs += 5001;
    expect(await run(taskId, broken)).toBe('waiting');
    stage.nowMs += 19_999;
    expect(await run(taskId)).toBe('early');
    stage.nowMs += 10_001;
    expect(await run(taskId, broken)).toBe('failed');
    expect(await available()).toBe(20);
    expect(await stage.audit()).toEqual([]);
  });

  it('is not tried again when the photo is at fault', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    const refuse: Processor = async () => {
      throw new MediaRefusal('GARMENT_NOT_FOUND', 'test');
    };
    expect(await run(taskId, refuse)).toBe('failed');
    expect(await stateOf(stage.db, taskId)).toBe('failed');
  });
});

describe('the sweeper', () => {
  it('finds a photo whose event was lost', async () => {
    const taskId = await uploaded();
    stage.takeEvents();
    stage.nowMs += MINUTE_MS;
    expect(await sweep()).toMatchObject({ foundUploads: 1, failures: [] });
    expect(await stateOf(stage.db, taskId)).toBe('queued');
    expect(stage.takeEvents()).toContain(`work/image/${taskId}/0/0.json`);
  });

  it('writes a work object again whose event was lost', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    stage.takeEvents();
    stage.nowMs += 30_000;
    const { failures, oldestWaitMs } = await sweep();
    expect([failures, oldestWaitMs >= 30_000]).toEqual([[], true]);
    expect(stage.takeEvents()).toContain(`work/image/${taskId}/0/0.json`);
    expect(await sweep()).toMatchObject({ restartedUnits: 0, oldestWaitMs: 0 });
  });

  it('writes it less and less often while nobody comes: after 30 s, then 1, 2 and 4 minutes', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    // No deadline in the way.
    await stage.db.write(
      'UPDATE tasks SET sweep_at = sweep_at + INTERVAL 1 DAY, deadline_at = deadline_at + INTERVAL 1 DAY',
    );
    const written: number[] = [];
    const key = `work/image/${taskId}/0/0.json`;
    for (let seconds = 0; seconds < 1800; seconds += 15) {
      stage.takeEvents();
      stage.nowMs += 15_000;
      await sweep();
      if (stage.takeEvents().includes(key)) written.push(seconds + 15);
    }
    expect(written).toEqual([30, 90, 180, 360, 720, 1320]);
  });

  it('ends the lease of a worker that was killed, and fails the task after the last attempt', async () => {
    const taskId = await uploaded();
    await accept(taskId);
    const killed: Processor = () => new Promise(() => undefined);
    for (const left of [2, 1, 0]) {
      void run(taskId, killed);
      await expect.poll(() => stateOf(stage.db, taskId)).toBe('processing');
      await expect
        .poll(
          async () =>
            (await stage.db.query('SELECT 1 FROM task_units WHERE task_id = ? AND state = ?', [taskId, 'leased']))
              .length,
        )
        .toBe(1);
      stage.nowMs += 300_000;
      stage.takeEvents();
      expect(await sweep()).toMatchObject({ deadLeases: 1 });
      const again = stage.takeEvents().filter((key) => key.includes(taskId));
      expect(again).toEqual(left > 0 ? [`work/image/${taskId}/0/0.json`] : []);
    }
    expect(await stateOf(stage.db, taskId)).toBe('failed');
    expect(await available()).toBe(20);
  });

  it('expires a task whose photo never came, an hour later, and not before', async () => {
    const { taskId } = await created();
    stage.nowMs += 60 * MINUTE_MS - 1;
    await sweep();
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
    stage.nowMs += 1;
    await sweep();
    stage.nowMs += MINUTE_MS;
    await sweep();
    expect(await stateOf(stage.db, taskId)).toBe('expired');
    expect(await available()).toBe(20);
  });

  it('does everything once when eight of them run at once', async () => {
    const ids = [await uploaded(), await uploaded(), await uploaded()];
    stage.nowMs += 61 * MINUTE_MS;
    const { taskId: never } = await created();
    stage.nowMs += 61 * MINUTE_MS;
    await Promise.all(stage.connections(8).map((db) => sweepTasks({ ...stage, db }, stage.nowMs)));
    for (const id of ids) expect(await stateOf(stage.db, id)).toBe('queued');
    expect(await stateOf(stage.db, never)).toBe('expired');
    expect(await stage.audit()).toEqual([]);
  });

  it('goes on past a task that it cannot sweep, and comes back to it later', async () => {
    const bad = await uploaded();
    await stage.db.write("UPDATE tasks SET pipeline_json = '[]' WHERE id = ?", [bad]);
    const good = await uploaded();
    stage.nowMs += MINUTE_MS;
    const swept = await sweep();
    expect(swept.failures).toHaveLength(1);
    expect([await stateOf(stage.db, bad), await stateOf(stage.db, good)]).toEqual(['awaiting_upload', 'queued']);
    expect((await sweep()).failures).toEqual([]);
  });
});

describe('retrying a task', () => {
  const retry = (taskId: string, key = `retry-${taskId}`, form?: FormValues) =>
    retryTask(stage.db, stage.bucket, {
      merchantId: merchant,
      taskId,
      idempotencyKey: key,
      requestHash: 'c'.repeat(64),
      nowMs: stage.nowMs,
      ...(form && { form }),
    });

  it('makes a new task from the photo that is there, charged anew, once for one key', async () => {
    const old = await failed('PROCESSING_FAILED');
    stage.takeEvents();
    const again = await retry(old);
    expect(again).toMatchObject({ state: 'awaiting_upload', missing: [] });
    expect(stage.takeEvents()).toEqual([`inputs/${again.taskId}/0`]);
    expect((await retry(old)).taskId).toBe(again.taskId);
    expect(await accept(again.taskId)).toBe('queued');
    expect(await run(again.taskId)).toBe('succeeded');
    expect(await available()).toBe(19);
    const view = { nowMs: stage.nowMs, language: 'zh' as const, retention: RETENTION };
    expect((await getTask(stage.db, stage.bucket, merchant, again.taskId, view)).retryOf).toBe(old);
  });

  it('takes a photo along whose task was canceled before its event came, and looks at it as at any other', async () => {
    const old = await uploaded();
    await cancelTask(stage.db, merchant, old, { nowMs: stage.nowMs, language: 'zh' });
    stage.takeEvents();
    const again = await retry(old, 'unseen');
    expect(again.missing).toEqual([]);
    expect(stage.takeEvents()).toEqual([`inputs/${again.taskId}/0`]);
    expect(await accept(again.taskId)).toBe('queued');
    expect(await run(again.taskId)).toBe('succeeded');
  });

  it('asks for the photo again when it is gone', async () => {
    const old = await failed('PROCESSING_FAILED');
    await stage.objects.delete(`inputs/${old}/0`);
    expect((await retry(old)).missing).toMatchObject([{ n: 0, contentType: 'image/jpeg', sizeBytes: jpeg.length }]);
  });

  it('with marks makes a success anew from its photo, at the whole price, and what was not found too', async () => {
    const marks = { marks: 'box 100,100,900,900' };
    const old = await uploaded();
    await accept(old);
    await run(old);
    const before = await available();
    const again = await retry(old, 'marked', marks);
    expect(again).toMatchObject({ state: 'awaiting_upload', credits: 1, missing: [] });
    expect((await retry(old, 'marked', marks)).taskId).toBe(again.taskId);
    expect(await available()).toBe(before - 1);
    const [row] = await stage.db.query<{ form: string }>('SELECT form_json AS form FROM tasks WHERE id = ?', [
      again.taskId,
    ]);
    expect(JSON.parse(row?.form ?? '')).toMatchObject({ values: marks });
    expect((await retry(await failed('GARMENT_NOT_FOUND'), 'found', marks)).state).toBe('awaiting_upload');
    const corrupt = await failed('GARMENT_NOT_FOUND');
    await stage.db.write("UPDATE tasks SET error_code = 'INPUT_CORRUPT' WHERE id = ?", [corrupt]);
    await expect(retry(corrupt, 'bad', marks)).rejects.toMatchObject({
      code: 'TASK_NOT_RETRYABLE',
    });
    await expect(retry(old, 'wrong', { marks: 'circle 5,5' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'form.marks', rule: 'format:marks' }],
    });
  });

  it("refuses a running task, a success, a photo at fault, and another merchant's task", async () => {
    const running = await uploaded();
    await expect(retry(running)).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    await accept(running);
    await run(running);
    await expect(retry(running)).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    await expect(retry(await failed('GARMENT_NOT_FOUND'))).rejects.toMatchObject({ code: 'TASK_NOT_RETRYABLE' });
    merchant = await newMerchant(stage.db);
    await expect(retry(running)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
