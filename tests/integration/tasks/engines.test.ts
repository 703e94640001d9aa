import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineMood } from '../../../scripts/local/inspector/local-faults.ts';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import { engineMoods } from '../../../scripts/local/tencent-engines/engine-moods.ts';
import {
  type Judgement,
  type ModerationFault,
  type ModerationStandin,
  PASS,
} from '../../../scripts/local/tencent-engines/moderation-service.ts';
import { playFilmModeration } from '../../../scripts/local/tencent-engines/play-film-moderation.ts';
import {
  type EngineFault,
  type EngineStandin,
  startEngineStandin,
} from '../../../scripts/local/tencent-engines/start-engine-standin.ts';
import { callTencentApi } from '../../../shared/config/tencent-api.ts';
import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { type OpenEngine, openEngines } from '../../../shared/engines/open-engines.ts';
import { writeAiLabel } from '../../../shared/media/video/write-ai-label.ts';
import { chooseResultModerators } from '../../../shared/moderation/choose-moderators.ts';
import { ModerationUnavailable, type Moderator } from '../../../shared/moderation/moderator.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { expireLease, expireTask } from '../../../shared/tasks/unit-procedures.ts';
import { greyClip } from '../../fixtures/grey-clip.ts';
import { grantCredits, newMerchant, replan, stateOf, taskRequest } from '../../fixtures/product-database.ts';
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
const ENGINES = 'tencent-mps:2,tencent-vclm';

const CATALOGUE = catalogueWith(ENGINES);

let stage: TaskStage;
let api: TencentApi;
let standin: EngineStandin;
let films: ModerationStandin;
let film: Buffer;
let judgeFilm: () => Judgement;
let filmFaults: (ModerationFault | undefined)[] = [];
let filmErrors: (string | undefined)[] = [];
let merchant: string;
let jpeg: Buffer;
let mood: EngineMood = 'ok';
const moods = engineMoods(() => mood);
let faults: (EngineFault | undefined)[] = [];
let failures: string[] = [];
let questions: string[] = [];
/** What workers and the vendor have written; the vendor's events come at any time. */
let writes: string[] = [];

const put: Objects['put'] = async (key, ...more) => {
  writes.push(key);
  return stage.objects.put(key, ...more);
};

beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
  const draw = async ({ outputKey }: { outputKey: string }) => {
    await put(outputKey, jpeg, 'image/jpeg');
  };
  standin = await startEngineStandin({
    ...{
      clock: () => stage.nowMs,
      waitsMs: 500,
      atOnce: 2,
      takesMs: () => (mood === 'ok' ? 4000 : moods.jobs.takesMs()),
    },
    fault: () => faults.shift() ?? moods.jobs.fault(),
    refuseQuestion: () => questions.shift(),
    drawing: { tryOn: draw, film: async () => film },
  });
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const credentials = [stage.bucket.credentials()];
  films = playFilmModeration({
    ...{ clock: () => stage.nowMs, judge: () => judgeFilm(), fault: () => filmFaults.shift(), takesMs: 7000 },
    error: () => filmErrors.shift(),
  });
  film = await greyClip();
  api = await startTencentApi({ clock: () => stage.nowMs, credentials, secrets: {}, sms, engines: standin, films });
  await saveCardAs(stage.db, CATALOGUE, CARD, { savedBy: 'test', nowMs: stage.nowMs });
  for (const pose of [0, 1, 2]) {
    const row = ['female', 'street', pose, `models/${pose}.jpg`];
    await stage.db.write('INSERT INTO model_photos (gender, scene, pose, object_key) VALUES (?, ?, ?, ?)', row);
  }
});
afterAll(() => Promise.all([stage.leave(), api.close(), standin.close()]));
beforeEach(async () => {
  [faults, failures, questions, writes] = [[], [], [], []];
  [filmFaults, filmErrors, judgeFilm] = [[], [], () => PASS];
  mood = 'ok';
  await stage.db.write('DELETE FROM engine_breakers');
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 5, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
});

const services = () => {
  const clock = () => stage.nowMs;
  const place = { bucket: stage.bucket, region: 'ap-guangzhou', endpoint: api.url };
  const onFailure = ({ code }: { code: string }) => void failures.push(code);
  const objects = { ...stage.objects, put };
  return { db: stage.db, objects, clock, engines: openEngines(ENGINES, place, stage.db), onFailure };
};

async function order(): Promise<string> {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
  const request = taskRequest(merchant, { featureId: 'poses', nowMs: stage.nowMs, inputs, form: {} });
  const { taskId } = await createTask(stage.db, request, CATALOGUE);
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  return taskId;
}

/** What the events of now ask for. @returns what became of the units */
async function runEvents(over: Partial<ReturnType<typeof services>> = {}): Promise<string[]> {
  const outcomes: string[] = [];
  for (let keys = stage.takeEvents(); keys.length > 0; keys = stage.takeEvents()) {
    for (const key of keys) {
      const [input, work] = [parseInputKey(key), parseWorkKey(key)];
      if (input) await acceptInput(stage, { taskId: input.taskId, index: input.index }, stage.nowMs);
      if (work?.lane !== 'provider') continue;
      const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
      outcomes.push(await runProviderUnit({ ...services(), ...over }, unit));
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

const moreCredits = () =>
  grantCredits(stage.db, merchant, 10, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
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

it('engines that a developer makes fail end a task at once, with its credits back', async () => {
  mood = 'failing';
  const taskId = await order();
  await runEvents();
  await pass(20);
  expect(await stateOf(stage.db, taskId)).toBe('failed');
  expect(await available()).toBe(5);
});

it('engines that a developer slows down are waited for: two minutes later the task has succeeded', async () => {
  mood = 'slow';
  const taskId = await order();
  await runEvents();
  await pass(60);
  expect(await stateOf(stage.db, taskId)).toBe('processing');
  mood = 'ok';
  await pass(100);
  expect(await stateOf(stage.db, taskId)).toBe('succeeded');
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
  // One that was done at the same moment may have come first.
  const ended = ['failed', 'dropped', 'done'];
  expect((await jobs(taskId)).filter(({ state }) => !ended.includes(state))).toEqual([]);
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

const cancel = (taskId: string) => cancelTask(stage.db, merchant, taskId, { nowMs: stage.nowMs, language: 'zh' });

it('canceled by its merchant: what waits never begins, the engine is asked to stop, places are free, all credits return once', async () => {
  const taskId = await order();
  expect(await runEvents()).toEqual(['queued', 'submitted', 'submitted']);
  const before = standin.aborted.length;
  expect((await cancel(taskId)).refundedCredits).toBe(3);
  expect((await cancel(taskId)).state).toBe('canceled');
  await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), taskId]);
  await pollProviderJobs(services());
  expect(standin.aborted.length - before).toBe(2);
  await pass(15);
  expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['dropped', 'dropped']);
  expect(await stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''")).toEqual([]);
  expect([await available(), await stage.audit()]).toEqual([5, []]);
});

/** A database that lets something else happen just before an attempt writes its job's row, once. */
function beforeRow(happens: () => Promise<unknown>): Database {
  let isLeft = true;
  const write: Database['write'] = async (sql, params) => {
    const isRow = isLeft && sql.startsWith('INSERT INTO provider_jobs');
    if (isRow) {
      isLeft = false;
      await happens();
    }
    return stage.db.write(sql, params);
  };
  return { ...stage.db, write };
}

const heldPlaces = () => stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''");

it('canceled between its lease and its job, nothing is asked of the engine: no job, no place held, all credits back', async () => {
  const taskId = await order();
  const before = standin.submissions.length;
  expect(await runEvents({ db: beforeRow(() => cancel(taskId)) })).toEqual(['busy', 'busy', 'lost']);
  expect([standin.submissions.length - before, await jobs(taskId), await heldPlaces()]).toEqual([0, [], []]);
  expect([await available(), await stage.audit()]).toEqual([5, []]);
});

it('with its lease lost before its job is written, an attempt asks nothing of the engine and leaves its place to the others', async () => {
  const taskId = await order();
  const before = standin.submissions.length;
  // Whichever is first: its events come in any order.
  const lose = () =>
    Promise.all([0, 1, 2].map((unit) => expireLease(stage.db, { taskId, step: 0, unit }, stage.nowMs + 3_600_000)));
  expect(await runEvents({ db: beforeRow(lose) })).toEqual(['lost', 'submitted', 'submitted']);
  expect(standin.submissions.length - before).toBe(2);
  expect([(await jobs(taskId)).length, (await heldPlaces()).length]).toEqual([2, 2]);
  await cancel(taskId);
  await pass(15);
  expect([await heldPlaces(), await available()]).toEqual([[], 5]);
});

it('a job whose row was given up while the engine was being asked is canceled at the vendor, and its place is free', async () => {
  const taskId = await order();
  const before = standin.aborted.length;
  let isFirst = true;
  const engines = services().engines.map((engine) => ({
    ...engine,
    submit: async (asked: Parameters<typeof engine.submit>[0]) => {
      const jobId = await engine.submit(asked);
      if (!isFirst) return jobId;
      isFirst = false;
      await cancel(taskId);
      await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), taskId]);
      await pollProviderJobs(services());
      return jobId;
    },
  }));
  expect(await runEvents({ engines })).toEqual(['busy', 'busy', 'lost']);
  expect(standin.aborted.length - before).toBe(1);
  expect([await jobs(taskId), await heldPlaces()]).toEqual([[{ state: 'dropped', detail: 'SubmitUnknown' }], []]);
  expect([await available(), await stage.audit()]).toEqual([5, []]);
});

it('canceled while it waits for a place, it is called no more: the place is for those who still wait', async () => {
  await moreCredits();
  const [first, second] = [await order(), await order()];
  await runEvents();
  await cancel(second);
  await pass(5);
  const left = await stage.db.query('SELECT unit FROM engine_queue WHERE task_id = ?', [second]);
  expect(left).toEqual([]);
  await pass(60);
  expect(await stateOf(stage.db, first)).toBe('succeeded');
});

it('five a day of those that an engine was given something of; what failed there counts not, and who has used them up waits for the end', async () => {
  await moreCredits();
  faults = [{ fail: 'InternalError' }];
  const begun = async (): Promise<string> => {
    const taskId = await order();
    await runEvents();
    return taskId;
  };
  const queued = await order();
  await cancel(queued);
  for (let n = 0; n < 5; n++) {
    await cancel(await begun());
    await pass(10);
  }
  const sixth = await begun();
  await expect(cancel(sixth)).rejects.toMatchObject({ code: 'TASK_RUNNING' });
  expect([await stateOf(stage.db, sixth), await available()]).toEqual(['processing', 12]);
  const other = await order();
  expect((await cancel(other)).state).toBe('canceled');
  await stage.db.write("UPDATE provider_jobs SET state = 'failed' WHERE task_id = ?", [sixth]);
  expect((await cancel(sixth)).state).toBe('canceled');
  const seventh = await begun();
  stage.nowMs += 86_400_000 / 5;
  expect((await cancel(seventh)).state).toBe('canceled');
  await pass(15);
  expect([await available(), await stage.audit()]).toEqual([15, []]);
});

it('an engine that keeps failing rests, and is asked again after a minute', async () => {
  await stage.db.write("INSERT INTO engine_breakers VALUES ('tencent-mps', 4, '2000-01-01')");
  faults = [{ refuse: 'InternalError' }];
  const taskId = await order();
  expect(await runEvents()).toEqual(['resting', 'resting', 'waiting']);
  await pass(180);
  expect(await stateOf(stage.db, taskId)).toBe('succeeded');
});

it('a question that is refused is asked again, and costs no attempt; a job that the vendor has lost is given again', async () => {
  const taskId = await order();
  await runEvents();
  questions = ['RequestLimitExceeded', 'InternalError', 'ResourceInsufficient', 'Client.Timeout'];
  await pass(60);
  expect([await stateOf(stage.db, taskId), failures]).toEqual(['succeeded', []]);
  expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  await moreCredits();
  const other = await order();
  await runEvents();
  questions = ['FailedOperation.TaskNotFound'];
  await pass(90);
  expect([await stateOf(stage.db, other), failures]).toEqual(['succeeded', ['FailedOperation.TaskNotFound']]);
  expect((await jobs(other)).map(({ state }) => state).toSorted()).toEqual(['done', 'done', 'done', 'failed']);
});

it('a job that waits at the vendor when its task ends is ended there; one that has begun keeps its place until it is done', async () => {
  const taskId = await order();
  await runEvents();
  const before = standin.aborted.length;
  const poll = async () => {
    await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), taskId]);
    await pollProviderJobs(services());
  };
  expect(await expireTask(stage.db, taskId, stage.nowMs + 3_600_000)).toBe('ended');
  await poll();
  expect(standin.aborted.length - before).toBe(2);
  expect((await jobs(taskId)).map(({ detail }) => detail)).toEqual(['late.failed', 'late.failed']);
  await moreCredits();
  const begun = await order();
  await runEvents();
  stage.nowMs += 1000;
  await expireTask(stage.db, begun, stage.nowMs + 3_600_000);
  await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), begun]);
  await pollProviderJobs(services());
  expect(standin.aborted.length - before).toBe(2);
  expect((await jobs(begun)).map(({ state }) => state)).toEqual(['running', 'running']);
  expect(await stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''")).toHaveLength(2);
  await pass(15);
  expect((await jobs(begun)).map(({ state, detail }) => [state, detail])).toEqual([
    ['dropped', 'late.done'],
    ['dropped', 'late.done'],
  ]);
  expect(await stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''")).toEqual([]);
});

it('another engine is asked only when the attempts of the first are used up, and then the task succeeds once', async () => {
  await moreCredits();
  await stage.db.write(
    "INSERT IGNORE INTO engine_slots (engine, slot, attempt_id, held_until) VALUES ('second', 0, '', '2000-01-01')",
  );
  const own: Record<string, number> = { 'tencent-mps': 0, second: 0 };
  const twice = () => {
    const [first] = openEngines(ENGINES, { bucket: stage.bucket, region: 'ap-guangzhou', endpoint: api.url }, stage.db);
    if (!first) throw new Error('no engine');
    const counted = (name: string): OpenEngine => ({
      ...{ ...first, name, places: 1 },
      submit: (work) => {
        own[name] = (own[name] ?? 0) + 1;
        return first.submit(work);
      },
    });
    return { ...services(), engines: ['tencent-mps', 'second'].map(counted) };
  };
  const run = async (taskId: string, failing: number) => {
    await replan(stage.db, taskId, {
      ...{ name: 'poses', processor: 'model-try-on', units: 1, attempts: 4, timeLimitSeconds: 300, results: ['*'] },
      ...{
        inputs: [{ form: 'photo', as: 'garment' }],
        params: { pose: { value: 0 } },
        engines: ['tencent-mps', 'second'],
      },
    });
    faults = Array.from({ length: failing }, () => ({ refuse: 'InternalError' }));
    for (let s = 0; s < 240; s += 5) {
      for (const key of stage.takeEvents()) {
        const [input, work] = [parseInputKey(key), parseWorkKey(key)];
        if (input) await acceptInput(stage, { taskId: input.taskId, index: input.index }, stage.nowMs);
        if (work)
          await runProviderUnit(twice(), { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) });
      }
      stage.nowMs += 5000;
      await pollProviderJobs(twice());
      await sweepTasks(stage, stage.nowMs);
    }
    const sql = 'SELECT engine, state FROM provider_jobs WHERE task_id = ? ORDER BY attempt';
    const asked = await stage.db.query<{ engine: string; state: string }>(sql, [taskId]);
    return [await stateOf(stage.db, taskId), ...asked.map(({ engine, state }) => `${engine} ${state}`)];
  };
  expect(await run(await order(), 1)).toEqual(['succeeded', 'tencent-mps failed', 'tencent-mps done']);
  expect(await run(await order(), 2)).toEqual([
    ...['succeeded', 'tencent-mps failed', 'tencent-mps failed', 'second done'],
  ]);
  expect(await run(await order(), 4)).toEqual([
    ...['failed', 'tencent-mps failed', 'tencent-mps failed', 'second failed', 'second failed'],
  ]);
  expect(own).toEqual({ 'tencent-mps': 6, second: 3 });
  expect(await stage.audit()).toEqual([]);
});

describe('a result that is looked at', () => {
  const passes: Moderator = async () => ({ kind: 'passed', md5: undefined });
  const refuses: Moderator = async () => ({
    ...{ kind: 'refused', suggestion: 'Block', label: 'Porn', subLabel: '', score: 97, requestId: 'r' },
  });
  const poll = (moderator: Moderator) => pollProviderJobs({ ...services(), moderator });
  /** A job of one unit that the engine has done. */
  const done = async () => {
    const taskId = await order();
    await replan(stage.db, taskId, {
      ...{ name: 'poses', processor: 'model-try-on', units: 1, attempts: 2, timeLimitSeconds: 300, results: ['*'] },
      ...{ inputs: [{ form: 'photo', as: 'garment' }], params: { pose: { value: 0 } }, engines: ['tencent-mps'] },
    });
    expect(await runEvents()).toEqual(['submitted']);
    stage.nowMs += 5000;
    return taskId;
  };
  /** Of what was written since the last look: the first folder of each key, and of those that are there still. */
  const written = async () => {
    const keys = writes.splice(0).filter((key) => !key.startsWith('work/'));
    const there = await Promise.all(
      keys.map((key) =>
        stage.objects.head(key).then(
          () => true,
          () => false,
        ),
      ),
    );
    const folder = (key: string) => key.split('/')[0];
    return { wrote: keys.map(folder).toSorted(), left: keys.filter((_, n) => there[n]).map(folder) };
  };
  const refunds = (taskId: string) =>
    stage.db.query("SELECT amount FROM quota_entries WHERE task_id = ? AND kind = 'refund'", [taskId]);

  it('and refused ends its task with one refund, and is gone, the vendor’s copy too', async () => {
    const taskId = await done();
    expect(await poll(refuses)).toMatchObject({ failedJobs: 1, finished: 0, failures: [] });
    expect(await stage.db.query('SELECT state, error_code AS code FROM tasks WHERE id = ?', [taskId])).toEqual([
      { state: 'failed', code: 'CONTENT_REFUSED' },
    ]);
    expect([await available(), await refunds(taskId)]).toEqual([5, [{ amount: 3 }]]);
    expect(await jobs(taskId)).toEqual([{ state: 'failed', detail: 'ContentModerationFailed' }]);
    expect(await written()).toEqual({ wrote: ['outputs', 'vendor'], left: [] });
    expect(await stage.audit()).toEqual([]);
  });

  it('waits while nobody can look, unseen and unstored, and is asked about again', async () => {
    const taskId = await done();
    const away: Moderator = async () => {
      throw new ModerationUnavailable('Client.Timeout');
    };
    const { failures: met, finished } = await poll(away);
    expect([met, finished]).toEqual([
      [expect.objectContaining({ error: expect.any(ModerationUnavailable), taskId })],
      0,
    ]);
    expect(await written()).toEqual({ wrote: ['outputs', 'vendor'], left: ['vendor'] });
    expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['running']);
    stage.nowMs += 61_000;
    expect(await poll(passes)).toMatchObject({ finished: 1, failures: [] });
    expect([await stateOf(stage.db, taskId), await available()]).toEqual(['succeeded', 2]);
    expect(await written()).toEqual({ wrote: ['outputs'], left: ['outputs'] });
  });

  it('and whose task ended meanwhile is deleted', async () => {
    const taskId = await done();
    const late: Moderator = async (picture) => {
      await expireTask(stage.db, taskId, stage.nowMs + 3_600_000);
      return passes(picture);
    };
    expect(await poll(late)).toMatchObject({ dropped: 1, failures: [] });
    expect(await written()).toEqual({ wrote: ['outputs', 'vendor'], left: [] });
  });

  it.each([
    ['is late', passes],
    [
      'meets a vendor that is away',
      async () => {
        throw new ModerationUnavailable('Client.Timeout');
      },
    ],
    ['is told to refuse it', refuses],
  ] as [string, Moderator][])('stays when its job’s other poller, which %s, finds it finished', async (_what, then) => {
    const taskId = await done();
    const slow: Moderator = async (picture) => {
      stage.nowMs += 61_000;
      expect(await poll(passes)).toMatchObject({ finished: 1 });
      return then(picture);
    };
    await poll(slow);
    expect([await stateOf(stage.db, taskId), await refunds(taskId)]).toEqual(['succeeded', []]);
    expect(await written()).toEqual({ wrote: ['outputs', 'outputs', 'vendor'], left: ['outputs'] });
    const [row] = await stage.db.query<{ key: string }>(
      'SELECT object_key AS `key` FROM task_outputs WHERE task_id = ?',
      [taskId],
    );
    expect((await stage.objects.head(row?.key ?? '')).sizeBytes).toBeGreaterThan(0);
  });
});

describe('a film that is looked at', () => {
  const looked = () => ({
    ...services(),
    ...chooseResultModerators(
      { MODERATION: 'tencent-ims:goods_1::films_1', MODERATION_ENDPOINT: api.url },
      stage.bucket,
    ),
  });
  const pass = async (seconds: number) => {
    const failed: unknown[] = [];
    for (let s = 0; s < seconds; s += 5) {
      stage.nowMs += 5000;
      failed.push(...(await pollProviderJobs(looked())).failures.map(({ error }) => error));
      if (s % 20 === 0) await sweepTasks(stage, stage.nowMs);
      await runEvents();
    }
    return failed.map((error) => (error instanceof ModerationUnavailable ? error.code : String(error)));
  };
  const ordered = async (units = 1) => {
    const taskId = await order();
    await replan(stage.db, taskId, {
      ...{ name: 'film', processor: 'video-generate', units, attempts: 2, timeLimitSeconds: 600, results: ['*'] },
      ...{ inputs: [{ form: 'photo' }], params: {}, engines: ['tencent-vclm'] },
    });
    return taskId;
  };
  const begun = async () => {
    const taskId = await ordered();
    expect(await runEvents()).toEqual(['submitted']);
    return taskId;
  };
  const codeOf = async (taskId: string) =>
    (await stage.db.query<{ code: string }>('SELECT error_code AS code FROM tasks WHERE id = ?', [taskId]))[0]?.code;
  const names = () => films.calls.map((call) => ('Tasks' in call ? 'begun' : 'asked'));
  const left = async () => {
    const keys = writes.splice(0).filter((key) => !key.startsWith('work/'));
    const there = await Promise.all(
      keys.map((key) =>
        stage.objects.head(key).then(
          () => true,
          () => false,
        ),
      ),
    );
    return keys.filter((_, n) => there[n]).map((key) => key.split('/')[0]);
  };

  it('is shown after it passed, its engine free meanwhile, and nothing of it is left but the result', async () => {
    const taskId = await begun();
    const before = films.calls.length;
    expect(await pass(5)).toEqual([]);
    expect(films.calls.slice(before)).toEqual([
      {
        ...{ BizType: 'films_1', Type: 'VIDEO' },
        Tasks: [
          {
            DataId: expect.stringMatching(/^lse_/),
            Input: { Type: 'URL', Url: expect.stringMatching(new RegExp(`/vendor/${taskId}/lse_\\w+-film\\.mp4\\?`)) },
          },
        ],
      },
    ]);
    expect([await stateOf(stage.db, taskId), await readOutputs(stage.db, taskId)]).toEqual(['processing', []]);
    expect(await stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''")).toEqual([]);
    expect(await pass(10)).toEqual([]);
    expect([await stateOf(stage.db, taskId), await left()]).toEqual(['succeeded', ['outputs']]);
    const [output] = await readOutputs(stage.db, taskId);
    const { bytes } = await stage.objects.get(output?.key ?? '');
    // The vendor draws 「AI 生成」 into it; the label in its metadata is ours, where the vendor wrote none.
    expect(standin.submissions.at(-1)).toMatchObject({ LogoAdd: 1 });
    expect(output?.flags).toBe('ai');
    expect(bytes.equals(writeAiLabel(film))).toBe(true);
    expect(bytes.equals(film)).toBe(false);
  });

  it.each(['Block', 'Review'] as const)(
    'and gets %s ends its task with its credits back, and is gone',
    async (Suggestion) => {
      judgeFilm = () => ({ Suggestion, Label: 'Porn', SubLabel: 'SexyHigh', Score: 97 });
      const taskId = await begun();
      await pass(20);
      expect([await codeOf(taskId), await available(), await left()]).toEqual(['CONTENT_REFUSED', 5, []]);
      const sql =
        'SELECT suggestion, label, sub_label AS subLabel, score, remove_at AS removeAtMs FROM content_refusals WHERE task_id = ?';
      expect(await stage.db.query(sql, [taskId])).toEqual([
        { suggestion: Suggestion, label: 'Porn', subLabel: 'SexyHigh', score: 97, removeAtMs: null },
      ]);
      expect(await stage.audit()).toEqual([]);
    },
  );

  it.each([
    ['nobody may be asked', [{ refuse: 'UnauthorizedOperation' }], [], 'UnauthorizedOperation'],
    ['nobody answers', ['cut'], [], 'Client.Network'],
    ['its check meets a burst', [{ refuse: 'RequestLimitExceeded' }], [], 'RequestLimitExceeded'],
    ['its check was refused alone', [{ reply: { Results: [{ Code: 'InternalError' }] } }], [], 'InternalError'],
    ['its check has no name', [{ reply: { Results: [] } }], [], 'Client.BadReply'],
    ['its check came to nothing', [], ['TIMEOUT_ERROR'], 'TIMEOUT_ERROR'],
    ['its verdict is none', [undefined, { reply: { Status: 'FINISH', Suggestion: 'Maybe' } }], [], 'Client.BadReply'],
  ] as [string, (ModerationFault | undefined)[], string[], string][])(
    'waits while %s, unseen, and is looked at again',
    async (_why, struck, errors, code) => {
      [filmFaults, filmErrors] = [[...struck], [...errors]];
      const taskId = await begun();
      const before = names().length;
      expect(await pass(20)).toEqual([code]);
      expect(
        names()
          .slice(before)
          .filter((name) => name === 'begun'),
      ).toHaveLength(1);
      expect([await stateOf(stage.db, taskId), await readOutputs(stage.db, taskId)]).toEqual(['processing', []]);
      await pass(90);
      expect([await stateOf(stage.db, taskId), failures]).toEqual(['succeeded', []]);
    },
  );

  it('whose URL has expired before anybody fetched it costs an attempt, and another is made', async () => {
    faults = [{ expired: true }];
    const taskId = await begun();
    await pass(90);
    expect([await stateOf(stage.db, taskId), failures]).toEqual(['succeeded', ['ResultGone.403']]);
    expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['failed', 'done']);
  });

  it('that cannot be decoded costs an attempt, and another is made', async () => {
    filmErrors = ['DECODE_ERROR'];
    const taskId = await begun();
    await pass(90);
    expect([await stateOf(stage.db, taskId), failures]).toEqual(['succeeded', ['FilmNotCheckable.DECODE_ERROR']]);
  });

  it('whose task ended meanwhile is deleted', async () => {
    const taskId = await begun();
    await pass(5);
    await expireTask(stage.db, taskId, stage.nowMs + 3_600_000);
    await pass(10);
    expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['dropped']);
    expect(await left()).toEqual([]);
  });

  it('is deleted also when nobody could begin to look at it before its task ended', async () => {
    filmFaults = [{ refuse: 'ResourceUnavailable' }];
    const taskId = await begun();
    expect(await pass(5)).toEqual(['ResourceUnavailable']);
    await expireTask(stage.db, taskId, stage.nowMs + 3_600_000);
    await pass(65);
    expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['dropped']);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['begun', []],
    ['not begun', [{ refuse: 'ResourceUnavailable' }]],
  ] as [string, ModerationFault[]][])(
    'is deleted when its engine is none of ours any more, its check %s',
    async (_when, struck) => {
      filmFaults = [...struck];
      const taskId = await begun();
      await pass(5);
      stage.nowMs += 61_000;
      expect(await pollProviderJobs({ ...looked(), engines: [] })).toMatchObject({ failedJobs: 1, failures: [] });
      expect([(await jobs(taskId)).map(({ detail }) => detail), await left()]).toEqual([['SubmitUnknown'], []]);
    },
  );

  it('and is copied is not bought anew while nobody may look at it; others are not begun, until somebody does', async () => {
    await moreCredits();
    filmFaults = Array.from({ length: 20 }, () => ({ refuse: 'UnauthorizedOperation' }));
    const taskId = await begun();
    await pass(720);
    expect([await stateOf(stage.db, taskId), (await jobs(taskId)).length, failures]).toEqual(['processing', 1, []]);
    const other = await ordered();
    expect(await runEvents()).toEqual(['resting']);
    filmFaults = [];
    await pass(240);
    const states = [await stateOf(stage.db, taskId), await stateOf(stage.db, other)];
    expect([states, (await jobs(taskId)).length, failures]).toEqual([['succeeded', 'succeeded'], 1, []]);
  });

  it('that nobody has looked at when its time is over ends its task, one film bought and its credits back', async () => {
    filmFaults = Array.from({ length: 60 }, () => ({ refuse: 'RequestLimitExceeded' }));
    const taskId = await begun();
    await pass(900);
    // Its place is held as long as it is.
    const held = 'SELECT slot FROM engine_slots WHERE engine = ? AND held_until > ?';
    expect(await stage.db.query(held, ['tencent-vclm', sqlTime(stage.nowMs)])).toHaveLength(1);
    await pass(800);
    expect([await codeOf(taskId), (await jobs(taskId)).length, await available(), await left()]).toEqual([
      ...['PROCESSING_TIMEOUT', 1, 5],
      [],
    ]);
    // Who only asks too often is let ask again.
    expect(await stage.db.query('SELECT engine FROM engine_breakers')).toEqual([]);
    expect(await stage.audit()).toEqual([]);
  });

  it('that is canceled keeps its place until the vendor has done with it: nobody else’s is refused there', async () => {
    await moreCredits();
    const taskId = await begun();
    const other = await ordered();
    expect(await runEvents()).toEqual(['queued']);
    await cancel(taskId);
    await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), taskId]);
    expect(await pollProviderJobs(looked())).toMatchObject({ running: 1, woken: 0 });
    await pass(60);
    expect([await stateOf(stage.db, other), failures]).toEqual(['succeeded', []]);
    expect((await jobs(taskId)).map(({ state }) => state)).toEqual(['dropped']);
    expect(await stage.audit()).toEqual([]);
  });

  it('is not asked about after another of the same look that nobody answered; who waits for a place is called before', async () => {
    const engine = (places: number): OpenEngine => ({
      ...{ name: 'tencent-vclm', places },
      submit: async ({ attemptId }) => {
        await stage.objects.put(`vendor/${attemptId}.mp4`, film, 'video/mp4');
        return `vendor/${attemptId}.mp4`;
      },
      poll: async (key) => ({ state: 'done', result: { key } }),
    });
    const taskId = await ordered(8);
    expect((await runEvents({ engines: [engine(7)] })).toSorted()).toEqual([
      'queued',
      ...Array.from({ length: 7 }, () => 'submitted'),
    ]);
    writes = [];
    let [asked, calledBefore] = [0, true];
    const look = (nowMs: number) => {
      [stage.nowMs, asked] = [nowMs, 0];
      const begin = async () => {
        asked += 1;
        calledBefore &&= writes.some((key) => key.startsWith('work/provider/'));
        throw new ModerationUnavailable('Client.Timeout');
      };
      const filmModerator = { begin, verdict: begin };
      return pollProviderJobs({ ...looked(), filmModerator, engines: [engine(8)] });
    };
    const first = await look(stage.nowMs + 5000);
    expect([first.woken, calledBefore]).toEqual([1, true]);
    expect([asked > 0 && asked <= 4, first.failures.length, first.running]).toEqual([true, asked, 7 - asked]);
    // Those that were not asked about come first the next time, and one of them is asked about.
    const unasked = first.running;
    const second = await look(stage.nowMs + 30_000);
    expect([asked > 0 && asked <= unasked, second.failures.length, second.running]).toEqual([
      ...[true, asked, unasked - asked],
    ]);
    await expireTask(stage.db, taskId, stage.nowMs + 3_600_000);
    await stage.db.write("UPDATE engine_slots SET attempt_id = '', held_until = '2000-01-01'");
    stage.takeEvents();
  });

  it('is taken as it is where moderation is off', async () => {
    const before = names().length;
    const taskId = await begun();
    for (let s = 0; s < 10; s += 5) {
      stage.nowMs += 5000;
      await pollProviderJobs(services());
    }
    expect([await stateOf(stage.db, taskId), names().length]).toEqual(['succeeded', before]);
  });

  it('meets a stand-in that refuses what the interface documents', async () => {
    const ask = (action: string, payload: object) =>
      callTencentApi({
        ...{ service: 'vm', version: '2021-09-22', action, region: 'ap-guangzhou', endpoint: api.url, payload },
        ...{ credentials: stage.bucket.credentials(), timeoutMs: 5000, nowMs: stage.nowMs },
      });
    const Tasks = [{ DataId: 'a', Input: { Type: 'URL', Url: 'http://127.0.0.1:9/none.mp4' } }];
    for (const [action, payload, code] of [
      ['CreateVideoModerationTask', { Type: 'VIDEO', Tasks }, 'MissingParameter'],
      ['CreateVideoModerationTask', { BizType: 'ab', Type: 'VIDEO', Tasks }, 'InvalidParameterValue.InvalidParameter'],
      ['CreateVideoModerationTask', { BizType: 'abc', Type: 'FILM', Tasks }, 'InvalidParameterValue.InvalidParameter'],
      [
        'CreateVideoModerationTask',
        { BizType: 'abc', Type: 'VIDEO', Tasks: Array.from({ length: 11 }, () => Tasks[0]) },
        'InvalidParameterValue.InvalidParameter',
      ],
      ['CreateVideoModerationTask', { BizType: 'abc', Type: 'VIDEO', Tasks, Seeds: '' }, 'UnknownParameter'],
      ['DescribeTaskDetail', { TaskId: 'none' }, 'ResourceNotFound'],
      ['DescribeTask', { TaskId: 'none' }, 'InvalidAction'],
    ] as const) {
      await expect(ask(action, payload), action).rejects.toMatchObject({ code });
    }
    const begunThere = (await ask('CreateVideoModerationTask', { BizType: 'abc', Type: 'VIDEO', Tasks })) as {
      Results: { TaskId: string }[];
    };
    stage.nowMs += 7000;
    const detail = await ask('DescribeTaskDetail', { TaskId: begunThere.Results[0]?.TaskId });
    expect(detail).toMatchObject({ Status: 'ERROR', ErrorType: 'URL_ERROR' });
  });
});
