import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';

import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import { rerunTask } from '../../../shared/ops/rerun-task.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask, type TaskRequest } from '../../../shared/tasks/create-task.ts';
import { getTask } from '../../../shared/tasks/get-task.ts';
import { imageProcessors } from '../../../shared/tasks/image-processors.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit } from '../../../shared/tasks/run-unit.ts';
import { startUnitsAt } from '../../../shared/tasks/start-units-at.ts';
import type { MadeFile } from '../../../shared/tasks/store-files.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { frameCard, TEST_CATALOGUE } from '../../fixtures/cards.ts';
import { grantCredits, newMerchant, RETENTION, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { saveCardAs } from '../../fixtures/save-card-as.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
/** What each processor was given, in order. */
let worked: { name: string; pictures: string[]; params: Readonly<Record<string, unknown>> }[] = [];
/** Units of `frames` that break for good, by number. */
let broken: ReadonlySet<number> = new Set();

beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
  await saveCardAs(stage.db, TEST_CATALOGUE, frameCard(), { savedBy: 'test', nowMs: stage.nowMs });
});
afterAll(() => stage.leave());
beforeEach(async () => {
  [worked, broken] = [[], new Set()];
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 20, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
});

/** Makes a file whose bytes say what it was made of. */
function make(processor: string, name: string): Processor {
  return async (pictures, _limitMs, { params, unit }) => {
    const texts = pictures.map((bytes) => (bytes.equals(jpeg) ? 'photo' : bytes.toString()));
    worked.push({ name: processor, pictures: texts, params });
    if (processor === 'frame' && broken.has(unit)) throw new MediaRefusal('GARMENT_NOT_FOUND', 'test');
    const bytes = Buffer.from(`${processor}${unit}(${texts.join()})`);
    return [{ name, contentType: 'image/jpeg', width: 640, height: 480, bytes, flags: [] } satisfies MadeFile];
  };
}
const processors = {
  cut: make('cut', 'cutout.png'),
  frame: make('frame', 'frame.jpg'),
  grid: make('grid', 'grid.jpg'),
  preset: make('preset', 'preset.jpg'),
};

const order = (over: Partial<TaskRequest> = {}) =>
  createTask(
    stage.db,
    taskRequest(merchant, {
      ...{ featureId: 'frames', nowMs: stage.nowMs, inputs: [{ contentType: 'image/jpeg', sizeBytes: jpeg.length }] },
      ...{ form: { title: '新品', platforms: ['tb', 'jd'] }, ...over },
    }),
    TEST_CATALOGUE,
  );

/** Does what every event asks for, until nothing more happens. @returns the outcomes of the units, in order */
async function runEvents(): Promise<string[]> {
  const outcomes: string[] = [];
  for (let keys = stage.takeEvents(); keys.length > 0; keys = stage.takeEvents()) {
    // Work objects of one step are written at once: their events come in any order.
    for (const key of keys.sort()) {
      const [input, work] = [parseInputKey(key), parseWorkKey(key)];
      if (input) await acceptInput(stage, input, stage.nowMs);
      if (!work) continue;
      const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
      const services = { ...stage, clock: () => stage.nowMs, processors, onFailure: () => undefined };
      outcomes.push(await runUnit(services, unit));
    }
  }
  return outcomes;
}

async function ordered(over: Partial<TaskRequest> = {}): Promise<string> {
  stage.takeEvents();
  const { taskId } = await order(over);
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  return taskId;
}
const read = (taskId: string) =>
  getTask(stage.db, stage.bucket, merchant, taskId, { nowMs: stage.nowMs, language: 'zh', retention: RETENTION });
const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const retry = (taskId: string, idempotencyKey = `again-${taskId}`) =>
  retryTask(
    stage.db,
    stage.bucket,
    { merchantId: merchant, taskId, idempotencyKey, requestHash: 'b'.repeat(64), nowMs: stage.nowMs },
    TEST_CATALOGUE,
  );

describe('a pipeline of four steps', () => {
  it('hands each step what its card says: pictures by name, parameters of the form, of the unit and of earlier files', async () => {
    const taskId = await ordered();
    const outcomes = await runEvents();
    expect(outcomes.filter((one) => one === 'step_planned')).toHaveLength(3);
    expect(outcomes.at(-1)).toBe('succeeded');
    const cut = 'cut0(photo)';
    const frame = (number: number) => ({
      name: 'frame',
      pictures: [cut],
      params: { background: 'white', title: '新品', margin: 10, number },
    });
    expect(worked).toEqual([
      { name: 'cut', pictures: ['photo'], params: {} },
      ...[0, 1, 2].map(frame),
      { name: 'grid', pictures: [0, 1, 2].map((n) => `frame${n}(${cut})`), params: { width: 640 } },
      { name: 'preset', pictures: [cut], params: { platform: 'tb' } },
      { name: 'preset', pictures: [cut], params: { platform: 'jd' } },
    ]);
    const task = await read(taskId);
    expect(task.outputs.map(({ name }) => name)).toEqual([
      ...Array(3).fill('frame.jpg'),
      'grid.jpg',
      'preset.jpg',
      'preset.jpg',
    ]);
    expect(task).toMatchObject({
      state: 'succeeded',
      refundedCredits: 0,
      missingOutputs: 0,
      progress: { percent: 100, done: 7, total: 7 },
    });
    expect(await available()).toBe(14);
    expect(await stage.audit()).toEqual([]);
  });

  it('says how far it is, and how long such tasks lately took', async () => {
    const taskId = await ordered();
    expect((await read(taskId)).progress).toMatchObject({ percent: 0, done: 0, total: 7, stage: { name: 'upload' } });
    const [photoEvent] = stage.takeEvents();
    expect(photoEvent).toBe(`inputs/${taskId}/0`);
    await acceptInput(stage, { taskId, index: 0 }, stage.nowMs);
    const services = { ...stage, clock: () => stage.nowMs, processors, onFailure: () => undefined };
    await runUnit(services, { taskId, step: 0, unit: 0 });
    stage.takeEvents();
    await runUnit(services, { taskId, step: 1, unit: 2 });
    await stage.db.write('DELETE FROM feature_paces');
    const stageName = { name: 'frames', zh: '步骤frames', en: 'frames' };
    expect((await read(taskId)).progress).toEqual({ percent: 28, done: 2, total: 7, stage: stageName });
    await stage.db.write("INSERT INTO feature_paces VALUES ('frames', 40000, 9, ?)", [
      new Date(stage.nowMs).toISOString().slice(0, 23).replace('T', ' '),
    ]);
    const task = await read(taskId);
    expect(task).toMatchObject({ progress: { remainingMs: 40_000 }, pollAfterMs: 5000 });
  });

  it('is measured by the sweeper', async () => {
    await stage.db.write('DELETE FROM feature_paces');
    const taskId = await ordered();
    await runEvents();
    await stage.db.write('UPDATE tasks SET ended_at = queued_at + INTERVAL 7 SECOND WHERE id = ?', [taskId]);
    await stage.db.write(
      "UPDATE tasks SET ended_at = queued_at + INTERVAL 7 SECOND WHERE feature_id = 'frames' AND state = 'succeeded'",
    );
    await sweepTasks(stage, stage.nowMs);
    expect(await stage.db.query('SELECT median_ms AS ms FROM feature_paces')).toEqual([{ ms: 7000 }]);
  });
});

describe('units that fail alone', () => {
  it('leave the others their results; their shares go back once, and the task says what is missing', async () => {
    broken = new Set([1]);
    const taskId = await ordered();
    expect(await runEvents()).toContain('unit_failed');
    expect(await read(taskId)).toMatchObject({ state: 'succeeded', credits: 6, refundedCredits: 2, missingOutputs: 1 });
    expect(worked.find(({ name }) => name === 'grid')?.pictures).toHaveLength(2);
    expect(await available()).toBe(16);
    expect(await stage.audit()).toEqual([]);
  });

  it('fail the task when none is left, and everything goes back', async () => {
    broken = new Set([0, 1, 2]);
    const taskId = await ordered();
    expect((await runEvents()).at(-1)).toBe('failed');
    expect(await read(taskId)).toMatchObject({
      state: 'failed',
      refundedCredits: 6,
      error: { code: 'GARMENT_NOT_FOUND' },
    });
    expect(await available()).toBe(20);
    expect(await stage.audit()).toEqual([]);
  });

  it('are what a repetition makes and charges, and its results are complete', async () => {
    broken = new Set([1]);
    const first = await ordered();
    await runEvents();
    [broken, worked] = [new Set(), []];
    const again = await retry(first);
    expect(again).toMatchObject({ credits: 2, missing: [] });
    await runEvents();
    expect(worked.map(({ name, params }) => [name, params['number']])).toEqual([
      ['frame', 1],
      ['grid', undefined],
      ['preset', undefined],
      ['preset', undefined],
    ]);
    expect(await read(again.taskId)).toMatchObject({
      state: 'succeeded',
      outputs: Array(6).fill({}),
      missingOutputs: 0,
    });
    expect(await available()).toBe(14);
    expect(await retry(first)).toMatchObject({ taskId: again.taskId });
    expect(await stage.audit()).toEqual([]);
  });

  it('are what an operator’s repetition makes and charges, too', async () => {
    broken = new Set([1]);
    const first = await ordered();
    await runEvents();
    broken = new Set();
    const services = { ...stage, catalogue: TEST_CATALOGUE, retention: { INPUT_DAYS: 7 } };
    const write = { operatorId: 'mch_operator', action: 'rerun-task', idempotencyKey: first, requestId: 'req_9' };
    const asked = { taskId: first, charge: 'merchant' as const, reason: '引擎故障', trace: 'req_9' };
    const again = await rerunTask(services, asked, { ...write, requestHash: 'd'.repeat(64), nowMs: stage.nowMs });
    expect(again.credits).toBe(2);
    await runEvents();
    expect(await read(again.taskId)).toMatchObject({
      state: 'succeeded',
      outputs: Array(6).fill({}),
      missingOutputs: 0,
    });
    expect(await available()).toBe(14);
    expect(await stage.audit()).toEqual([]);
  });

  it('once repeated may fail again, and only their shares go back', async () => {
    broken = new Set([1, 2]);
    const first = await ordered();
    await runEvents();
    broken = new Set([1]);
    const again = await retry(first);
    expect(again.credits).toBe(4);
    await runEvents();
    expect(await read(again.taskId)).toMatchObject({ state: 'succeeded', credits: 4, refundedCredits: 2 });
    expect(await available()).toBe(20 - 6 + 4 - 4 + 2);
    expect(await stage.audit()).toEqual([]);
  });
});

it('a task that failed at a later step is repeated from there, for its whole price', async () => {
  const taskId = await ordered();
  const whole = processors.grid;
  Object.assign(processors, { grid: () => Promise.reject(new MediaRefusal('INPUT_CORRUPT', 'test')) });
  await runEvents();
  Object.assign(processors, { grid: whole });
  expect(await stateOf(stage.db, taskId)).toBe('failed');
  await stage.db.write("UPDATE tasks SET error_code = 'PROCESSING_FAILED' WHERE id = ?", [taskId]);
  worked = [];
  const again = await retry(taskId);
  await runEvents();
  expect(worked.map(({ name }) => name)).toEqual(['grid', 'preset', 'preset']);
  expect(await read(again.taskId)).toMatchObject({ state: 'succeeded', credits: 6, outputs: Array(6).fill({}) });
  expect(await stage.audit()).toEqual([]);
});

describe('a card', () => {
  it('that has changed meanwhile is read again; tasks under way keep their plan', async () => {
    const taskId = await ordered();
    const next = { ...frameCard(), credits: 9 };
    const saved = await saveCardAs(stage.db, TEST_CATALOGUE, next, { savedBy: 'test', nowMs: stage.nowMs });
    expect((await order()).credits).toBe(9);
    await runEvents();
    expect(await read(taskId)).toMatchObject({ state: 'succeeded', credits: 6 });
    const back = await saveCardAs(stage.db, TEST_CATALOGUE, frameCard(), { savedBy: 'test', nowMs: stage.nowMs });
    expect(back.version).toBe(saved.version + 1);
  });

  it('judges what is filled in before anything is taken, but a known key is answered first', async () => {
    const request = { idempotencyKey: 'form-key', requestHash: 'c'.repeat(64) };
    const { taskId } = await order(request);
    const bad = { form: { background: 'pink', platforms: ['jd'] } };
    await expect(order(bad)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'form.background' }],
    });
    expect((await order({ ...request, ...bad })).taskId).toBe(taskId);
    expect(await available()).toBe(14);
  });
});

it('a task that takes no photo is queued at once, and the text that was asked for comes of it', async () => {
  const card = { featureId: 'copywriting', inputs: [], form: { name: '亚麻衬衫' } };
  const created = await createTask(stage.db, taskRequest(merchant, { ...card, nowMs: stage.nowMs }));
  expect(created).toMatchObject({ state: 'queued', unitsToStart: 1 });
  await startUnitsAt(stage.bucket, created.taskId, created.unitsToStart ?? 0, stage.nowMs);
  const key = `work/image/${created.taskId}/0/0.json`;
  expect(stage.takeEvents()).toContain(key);
  const real = { ...stage, clock: () => stage.nowMs, processors: imageProcessors('.'), onFailure: () => undefined };
  expect(await runUnit(real, { taskId: created.taskId, step: 0, unit: 0 })).toBe('succeeded');
  const { outputs } = await read(created.taskId);
  expect(outputs.length).toBeGreaterThan(0);
  const text = await (await fetch(outputs[0]?.url ?? '')).text();
  expect(text).toContain('亚麻衬衫');
  expect(await stage.audit()).toEqual([]);
});
