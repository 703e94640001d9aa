import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import {
  type EngineFault,
  type EngineStandin,
  startEngineStandin,
} from '../../../scripts/local/tencent-engines/start-engine-standin.ts';
import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';
import { openEngines } from '../../../shared/engines/open-engines.ts';

import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { expireTask } from '../../../shared/tasks/unit-procedures.ts';
import { grantCredits, newMerchant, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { saveCardAs } from '../../fixtures/save-card-as.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

/** A try-on of three poses on the photo itself, all or nothing. */
const CARD = {
  ...{ id: 'poses', nameZh: '上身', nameEn: 'Poses', category: 'test', descriptionZh: '测试', descriptionEn: 'Test' },
  ...{ credits: 3, access: 'basic', enabled: true, position: 1 },
  form: [{ type: 'image', name: 'photo', labelZh: '照片', labelEn: 'Photo', required: true }],
  pipeline: [
    {
      ...{ name: 'poses', nameZh: '上身', nameEn: 'Poses', processor: 'model-try-on', units: 3, attempts: 2 },
      ...{ inputs: [{ form: 'photo', as: 'garment' }], params: { pose: { unit: true } }, timeLimitSeconds: 300 },
      engines: ['tencent-mps'],
    },
  ],
  outputs: [{ step: 'poses', name: '*', contentType: 'image/jpeg' }],
};
const ENGINES = 'tencent-mps:2';
const CATALOGUE = catalogueWith(ENGINES);

let stage: TaskStage;
let api: TencentApi;
let standin: EngineStandin;
let merchant: string;
let jpeg: Buffer;
let faults: (EngineFault | undefined)[] = [];
let failures: string[] = [];

beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
  const draw = async ({ outputKey }: { outputKey: string }) => {
    await stage.objects.put(outputKey, jpeg, 'image/jpeg');
  };
  standin = await startEngineStandin({
    ...{ clock: () => stage.nowMs, takesMs: 4000, atOnce: 2, fault: () => faults.shift() },
    drawing: { tryOn: draw, film: async () => jpeg },
  });
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const credentials = [stage.bucket.credentials()];
  api = await startTencentApi({ clock: () => stage.nowMs, credentials, secrets: {}, sms, engines: standin });
  await saveCardAs(stage.db, CATALOGUE, CARD, { savedBy: 'test', nowMs: stage.nowMs });
  for (const pose of [0, 1, 2]) {
    const row = ['female', 'street', pose, `models/${pose}.jpg`];
    await stage.db.write('INSERT INTO model_photos (gender, scene, pose, object_key) VALUES (?, ?, ?, ?)', row);
  }
});
afterAll(() => Promise.all([stage.leave(), api.close(), standin.close()]));
beforeEach(async () => {
  [faults, failures] = [[], []];
  await stage.db.write('DELETE FROM engine_breakers');
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 5, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
});

const services = () => {
  const clock = () => stage.nowMs;
  const place = { bucket: stage.bucket, region: 'ap-guangzhou', endpoint: api.url };
  const onFailure = ({ code }: { code: string }) => void failures.push(code);
  return { db: stage.db, objects: stage.objects, clock, engines: openEngines(ENGINES, place, stage.db), onFailure };
};

async function order(): Promise<string> {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
  const request = taskRequest(merchant, { featureId: 'poses', nowMs: stage.nowMs, inputs, form: {} });
  const { taskId } = await createTask(stage.db, request, CATALOGUE);
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  return taskId;
}

/** What the events of now ask for. @returns what became of the units */
async function runEvents(): Promise<string[]> {
  const outcomes: string[] = [];
  for (let keys = stage.takeEvents(); keys.length > 0; keys = stage.takeEvents()) {
    for (const key of keys) {
      const [input, work] = [parseInputKey(key), parseWorkKey(key)];
      if (input) await acceptInput(stage, { taskId: input.taskId, index: input.index }, stage.nowMs);
      if (work?.lane !== 'provider') continue;
      const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
      outcomes.push(await runProviderUnit(services(), unit));
    }
  }
  return outcomes.sort();
}

/** The timers, for so many seconds, and the events that they cause. */
async function pass(seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 5) {
    stage.nowMs += 5000;
    await pollProviderJobs(services());
    if (s % 20 === 0) await sweepTasks(stage, stage.nowMs);
    await runEvents();
  }
}

const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const jobs = (taskId: string) =>
  stage.db.query<{ state: string; detail: string }>(
    'SELECT state, detail FROM provider_jobs WHERE task_id = ? ORDER BY created_at, unit',
    [taskId],
  );

it('no more jobs than an engine has places; who waits is called when one is free, and each result is copied', async () => {
  const taskId = await order();
  expect(await runEvents()).toEqual(['queued', 'submitted', 'submitted']);
  await pass(30);
  expect(await stateOf(stage.db, taskId)).toBe('succeeded');
  expect((await readOutputs(stage.db, taskId)).map(({ unit, name, flags }) => [unit, name, flags])).toEqual(
    [0, 1, 2].map((unit) => [unit, 'result.jpg', 'ai']),
  );
  expect(await available()).toBe(2);
  expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

it('a submission that was heard and not answered is made again under a new attempt, and the task ends once', async () => {
  faults = ['cut-after', 'cut-before'];
  const taskId = await order();
  await runEvents();
  await pass(120);
  expect(await stateOf(stage.db, taskId)).toBe('succeeded');
  expect(failures).toEqual(['Client.Network', 'Client.Network']);
  expect(await available()).toBe(2);
});

it.each([
  ['moderation', { fail: 'FailedOperation.ImageIllegalDetected' }, 'CONTENT_REFUSED'],
  ['a parameter', { refuse: 'InvalidParameterValue' }, 'PROCESSING_FAILED'],
] as const)('what %s refuses fails the task at once and gives its credits back', async (_name, fault, code) => {
  faults = [fault];
  const taskId = await order();
  await runEvents();
  await pass(15);
  expect(await stage.db.query('SELECT state, error_code AS code FROM tasks WHERE id = ?', [taskId])).toEqual([
    { state: 'failed', code },
  ]);
  expect(await available()).toBe(5);
  await pass(15);
  expect((await jobs(taskId)).every(({ state }) => state === 'failed' || state === 'dropped')).toBe(true);
});

it('what comes after the end of its task is recorded and dropped, and its place is free again', async () => {
  const taskId = await order();
  await runEvents();
  expect(await expireTask(stage.db, taskId, stage.nowMs + 3_600_000)).toBe('ended');
  await pass(15);
  expect((await jobs(taskId)).map(({ state, detail }) => `${state} ${detail}`)).toEqual([
    'dropped late.done',
    'dropped late.done',
  ]);
  expect(await readOutputs(stage.db, taskId)).toEqual([]);
  const held = await stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''");
  expect(held).toEqual([]);
});

it('an engine that keeps failing rests, and is asked again after a minute', async () => {
  await stage.db.write("INSERT INTO engine_breakers VALUES ('tencent-mps', 4, '2000-01-01')");
  faults = [{ refuse: 'InternalError' }];
  const taskId = await order();
  expect(await runEvents()).toEqual(['resting', 'resting', 'waiting']);
  await pass(180);
  expect(await stateOf(stage.db, taskId)).toBe('succeeded');
});
