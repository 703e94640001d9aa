import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Objects, ObjectsUnavailable } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { EngineFailure, type JobState } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import type { EngineFailed } from '../../../shared/tasks/provider/fail-attempt.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { queueUnit, readWaitingUnit } from '../../../shared/tasks/provider/provider-jobs.ts';
import { type ProviderServices, runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import type { OnMoved } from '../../../shared/timer/work-moved.ts';
import { afresh, ownEngineStage } from '../../fixtures/own-engine-stage.ts';
import { NOW_MS, newTask, queueTask, replan, stateOf } from '../../fixtures/product-database.ts';
import { photo, type TaskStage } from '../../fixtures/task-stage.ts';

const NONE = { finished: 0, failedJobs: 0, dropped: 0, running: 0, woken: 0, failures: [] };
const RUNNING: JobState = { state: 'running' };
const BROKEN: JobState = { state: 'failed', failure: new EngineFailure('Broken', false) };

let stage: TaskStage;
let jpeg: Buffer;
let merchant: string;
let failed: EngineFailed[];
let moved: Parameters<OnMoved>[0][];
let deleted: string[];
beforeAll(async () => {
  [stage, jpeg] = [await ownEngineStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  [failed, moved, deleted] = [[], [], []];
  merchant = await afresh(stage);
  await stage.objects.put('vendor/result.jpg', jpeg, 'image/jpeg');
  stage.takeEvents();
});

const made = async (): Promise<JobState> => ({ state: 'done', result: { key: 'vendor/result.jpg' } });
const engine = (over: Partial<OpenEngine> = {}): OpenEngine => ({
  ...{ name: 'own', places: 1, submit: async ({ taskId }) => `v-${taskId}`, poll: made },
  ...over,
});
const never = () => Promise.reject(new Error('not asked'));
const recorded: () => Objects = () => ({
  ...stage.objects,
  delete: (key) => {
    deleted.push(key);
    return stage.objects.delete(key);
  },
});
const services = (over: Partial<ProviderServices> = {}): ProviderServices => ({
  ...{ db: stage.db, objects: recorded(), clock: () => stage.nowMs, engines: [engine()] },
  ...{ onFailure: (failure) => void failed.push(failure), ...over },
});
const poll = (over: Partial<ProviderServices> = {}) => pollProviderJobs(services(over), (one) => void moved.push(one));
const answering = (answer: OpenEngine['poll'], over: Partial<OpenEngine> = {}) => ({
  engines: [engine({ poll: answer, ...over })],
});

const queued = async (step: object = {}): Promise<string> => {
  const taskId = await newTask(stage.db, merchant);
  const plan = { name: 'one', processor: 'replace-background', units: 1, attempts: 2, engines: ['own'], ...step };
  await replan(stage.db, taskId, plan);
  await queueTask(stage.db, taskId);
  return taskId;
};
/** A task whose only unit an engine was given; its first look is now. */
const begun = async (step: object = {}, places = 1): Promise<string> => {
  const taskId = await queued(step);
  const run = await runProviderUnit(services({ engines: [engine({ places })] }), { taskId, step: 0, unit: 0 });
  expect(run).toBe('submitted');
  await stage.db.write('UPDATE provider_jobs SET poll_at = ? WHERE task_id = ?', [sqlTime(stage.nowMs), taskId]);
  return taskId;
};
const waits = async (): Promise<string> => {
  const taskId = await queued();
  const waiting = await readWaitingUnit(stage.db, { taskId, step: 0, unit: 0 });
  await queueUnit(stage.db, waiting!, 'own', NOW_MS);
  stage.takeEvents();
  return taskId;
};
const loseUnit = (taskId: string) =>
  stage.db.write("UPDATE task_units SET lease_id = 'lse_other' WHERE task_id = ?", [taskId]);
const isSubmitted = (taskId: string) =>
  stage.db.write("UPDATE provider_jobs SET state = 'submitting' WHERE task_id = ?", [taskId]);
const jobOf = async (taskId: string) =>
  (
    await stage.db.query<Record<string, unknown>>(
      'SELECT state, detail, poll_at AS pollAtMs, ended_at AS endedAtMs FROM provider_jobs WHERE task_id = ?',
      [taskId],
    )
  )[0];
const unitOf = async (taskId: string) =>
  (
    await stage.db.query<{ state: string; nextAtMs: number }>(
      'SELECT state, next_at AS nextAtMs FROM task_units WHERE task_id = ?',
      [taskId],
    )
  )[0];
const ended = (state: string, detail: string) => ({ state, detail, pollAtMs: null, endedAtMs: NOW_MS });
const looked = (afterMs: number) => ({ state: 'running', detail: '', pollAtMs: NOW_MS + afterMs, endedAtMs: null });
const places = () => stage.db.query("SELECT slot FROM engine_slots WHERE attempt_id <> ''");
const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');

describe('a job that is done', () => {
  it('is finished once, its file under a name of its own, the vendor’s gone, its engine well again and its place free', async () => {
    const taskId = await begun();
    await stage.db.write("UPDATE tasks SET trace = 't-1' WHERE id = ?", [taskId]);
    await stage.db.write("INSERT INTO engine_breakers VALUES ('own', 4, '2000-01-01')");
    expect(await poll()).toStrictEqual({ ...NONE, finished: 1 });
    expect(moved).toStrictEqual([{ did: 'finished', taskId, step: 0, unit: 0, engine: 'own', trace: 't-1' }]);
    expect([await stateOf(stage.db, taskId), await jobOf(taskId)]).toEqual(['succeeded', ended('done', '')]);
    const [output] = await readOutputs(stage.db, taskId);
    expect(output?.key).toMatch(new RegExp(`^outputs/${taskId}/0/0/lse_[0-9A-Z]{26}/result\\.jpg$`));
    // Of a picture there is no copy that was looked at as a film.
    expect(deleted).toEqual(['vendor/result.jpg']);
    expect([await places(), await health()]).toEqual([[], [{ engine: 'own', failures: 0 }]]);
    expect(await poll()).toStrictEqual(NONE);
  });

  it('whose unit was lost while it was fetched is dropped, with its file', async () => {
    const taskId = await begun();
    const answer = () => loseUnit(taskId).then(made);
    expect(await poll(answering(answer))).toStrictEqual({ ...NONE, dropped: 1 });
    expect(await jobOf(taskId)).toEqual(ended('dropped', ''));
    expect([await readOutputs(stage.db, taskId), await places(), moved]).toMatchObject([[], [], [{ did: 'dropped' }]]);
    expect(deleted.map((key) => key.split('/')[0])).toEqual(['outputs', 'vendor']);
  });

  it('is looked at again when its result cannot be fetched now, and lost when it is gone', async () => {
    const taskId = await begun();
    const at = (url: string) => answering(async () => ({ state: 'done', result: { url } }));
    expect(await poll(at('http://127.0.0.1:1/none'))).toStrictEqual({ ...NONE, running: 1 });
    expect([await jobOf(taskId), await health(), moved]).toEqual([looked(5000), [], []]);
    stage.nowMs += 5000;
    const gone = answering(async () => ({ state: 'done', result: { key: 'vendor/none' } }));
    expect(await poll(gone)).toStrictEqual({ ...NONE, failedJobs: 1 });
    expect([await jobOf(taskId), await health()]).toMatchObject([{ detail: 'ResultGone' }, [{ failures: 1 }]]);
  });
});

describe('a job that is not done', () => {
  it('is looked at every five seconds, and nothing is said of it', async () => {
    const taskId = await begun();
    expect(await poll(answering(async () => RUNNING))).toStrictEqual({ ...NONE, running: 1 });
    expect([await jobOf(taskId), moved, (await places()).length]).toEqual([looked(5000), [], 1]);
  });

  it.each([
    ['for good', false, 'failed', []],
    ['in a way that may pass', true, 'processing', [{ engine: 'own', failures: 1 }]],
  ] as const)('and has failed %s is ended', async (_how, retryable, state, noted) => {
    const [taskId, traced] = [await begun({}, 2), await begun({}, 2)];
    await stage.db.write("UPDATE tasks SET trace = 't-2' WHERE id = ?", [traced]);
    const failure = new EngineFailure('Broken', retryable);
    const only = (id: string) =>
      answering(async (jobId) => (jobId === `v-${id}` ? { state: 'failed', failure } : RUNNING));
    expect(await poll(only(taskId))).toStrictEqual({ ...NONE, failedJobs: 1, running: 1 });
    expect(moved).toStrictEqual([{ did: 'failedJobs', taskId, step: 0, unit: 0, engine: 'own' }]);
    expect([await jobOf(taskId), await stateOf(stage.db, taskId)]).toEqual([ended('failed', 'Broken'), state]);
    expect([await health(), (await places()).length]).toEqual([noted, 1]);
    const { nextAtMs = 0 } = (await unitOf(taskId)) ?? {};
    expect(nextAtMs >= NOW_MS + (retryable ? 10_000 : 0) && nextAtMs <= NOW_MS + 15_000).toBe(true);
    stage.nowMs += 5000;
    await poll(only(traced));
    expect(failed).toStrictEqual([
      { taskId, engine: 'own', code: 'Broken', attempt: 1 },
      { taskId: traced, engine: 'own', code: 'Broken', attempt: 1, trace: 't-2' },
    ]);
  });

  it.each([
    ['that may pass is no failure of the job’s', new EngineFailure('InternalError', true), looked(5000)],
    ['a job that is lost there ends it', new EngineFailure('FailedOperation.TaskNotExist', true), undefined],
    ['no right ends it', new EngineFailure('AuthFailure', false), undefined],
  ])('%s: a question that fails', async (_what, failure, then) => {
    const taskId = await begun();
    const polled = await poll(answering(() => Promise.reject(failure)));
    expect(polled).toStrictEqual(then ? { ...NONE, running: 1 } : { ...NONE, failedJobs: 1 });
    expect(await jobOf(taskId)).toEqual(then ?? ended('failed', failure.code));
    expect((await health()).length).toBe(then || !failure.retryable ? 0 : 1);
  });

  it('is left for a minute when the fault is ours, and told; the others are looked at', async () => {
    const [taskId, other] = [await begun({}, 2), await begun({}, 2)];
    const error = new Error('ours');
    const answer = async (jobId: string) => (jobId === `v-${taskId}` ? Promise.reject(error) : made());
    expect(await poll(answering(answer))).toStrictEqual({
      ...{ ...NONE, finished: 1, failures: [{ error, taskId, step: 0, unit: 0, engine: 'own' }] },
    });
    expect([await jobOf(taskId), await health()]).toEqual([looked(60_000), []]);
    expect(await stateOf(stage.db, other)).toBe('succeeded');
  });

  it('that another poller has taken meanwhile is not looked at', async () => {
    const taskId = await begun();
    const write: Database['write'] = async (sql, params) => {
      if (sql.startsWith('UPDATE provider_jobs SET poll_at'))
        await stage.db.write('UPDATE provider_jobs SET poll_at = ?', [sqlTime(NOW_MS + 60_000)]);
      return stage.db.write(sql, params);
    };
    expect(await poll({ db: { ...stage.db, write }, ...answering(never) })).toStrictEqual(NONE);
    expect([moved, await jobOf(taskId)]).toEqual([[], looked(60_000)]);
  });
});

describe('a job that nobody follows any more', () => {
  it.each([
    ['has done it', made, 'late.done'],
    ['has failed', async () => BROKEN, 'late.failed'],
    ['does not say', () => Promise.reject(new EngineFailure('InternalError', true)), 'late.unknown'],
  ] as const)('is dropped when its engine %s, and no file is kept', async (_what, answer, detail) => {
    const taskId = await begun();
    await loseUnit(taskId);
    expect(await poll(answering(answer))).toStrictEqual({ ...NONE, dropped: 1 });
    expect([await jobOf(taskId), await places(), failed]).toEqual([ended('dropped', detail), [], []]);
    expect([deleted, moved]).toMatchObject([[], [{ did: 'dropped', taskId }]]);
  });

  it('keeps its place while the vendor works on, as long as it was given one; it is canceled where it can be', async () => {
    const taskId = await begun();
    await loseUnit(taskId);
    const canceled: unknown[] = [];
    const cancel = async (...what: unknown[]) => {
      canceled.push(what);
      throw new EngineFailure('InternalError', true);
    };
    const running = answering(async () => RUNNING, { cancel });
    expect(await poll(running)).toStrictEqual({ ...NONE, running: 1 });
    expect([await jobOf(taskId), canceled]).toEqual([looked(5000), [[`v-${taskId}`, NOW_MS]]]);
    await stage.db.write('UPDATE engine_slots SET held_until = ? WHERE engine = ?', [sqlTime(NOW_MS), 'own']);
    await stage.db.write('UPDATE provider_jobs SET poll_at = ?', [sqlTime(NOW_MS)]);
    expect(await poll(running)).toStrictEqual({ ...NONE, dropped: 1 });
    expect([await jobOf(taskId), await places()]).toEqual([ended('dropped', 'late.running'), []]);
  });

  it.each([
    ['was being submitted by whoever is gone', isSubmitted, [engine({ poll: never })]],
    ['has an engine that is none of ours any more', async () => undefined, []],
  ] as const)('and %s costs an attempt; of a unit that is another’s, nothing', async (_what, happens, engines) => {
    const taskId = await begun();
    await happens(taskId);
    expect(await poll({ engines })).toStrictEqual({ ...NONE, failedJobs: 1 });
    expect([await jobOf(taskId), (await unitOf(taskId))?.state]).toEqual([
      ...[ended('failed', 'SubmitUnknown'), 'waiting'],
    ]);
    const late = await begun();
    await happens(late);
    await loseUnit(late);
    expect(await poll({ engines })).toStrictEqual({ ...NONE, dropped: 1 });
    expect([await jobOf(late), (await unitOf(late))?.state]).toEqual([ended('dropped', 'SubmitUnknown'), 'leased']);
    expect([await places(), await health(), failed.length]).toEqual([[], [], 1]);
  });
});

describe('who waits for a place', () => {
  it.each([
    ['finished', made, 1],
    ['failed', async () => BROKEN, 1],
    ['dropped', (taskId: string) => loseUnit(taskId).then(made), 1],
    ['still running', async () => RUNNING, 0],
  ] as const)('is called in the tick in which a job was %s: %#', async (_what, answer, woken) => {
    const [taskId, waiting] = [await begun(), await waits()];
    const polled = await poll(
      answering(async () => {
        // Another place, which nobody was told of, is free from now on.
        if (woken === 0) await stage.db.write("UPDATE engine_slots SET held_until = '2000-01-01'");
        return answer(taskId);
      }),
    );
    expect(polled.woken).toBe(woken);
    expect(stage.takeEvents()).toEqual(
      woken === 0 ? [] : expect.arrayContaining([`work/provider/${waiting}/0/0.json`]),
    );
    expect(await poll(answering(async () => RUNNING))).toMatchObject({ woken: 1 - woken });
  });

  it('is called before any job is looked at, as many as there are places', async () => {
    await begun({}, 2);
    const [first, second] = [await waits(), await waits()];
    let calledBefore: string[] = [];
    const answer = async () => {
      calledBefore = stage.takeEvents();
      return RUNNING;
    };
    const both = [`work/provider/${first}/0/0.json`, `work/provider/${second}/0/0.json`];
    expect(await poll(answering(answer, { places: 2 }))).toMatchObject({ woken: 1, running: 1 });
    expect(calledBefore.length).toBe(1);
    expect(both).toContain(calledBefore[0]);
    const left = await stage.db.query<{ taskId: string }>('SELECT task_id AS taskId FROM engine_queue');
    expect([...left.map(({ taskId }) => `work/provider/${taskId}/0/0.json`), ...calledBefore].sort()).toEqual(
      both.toSorted(),
    );
  });

  it('and cannot be called stays in the queue, and it is told; those of others are called', async () => {
    const [waiting, other] = [await waits(), await waits()];
    await stage.db.write("UPDATE engine_queue SET engine = 'other' WHERE task_id = ?", [other]);
    const put: Objects['put'] = (key, ...more) =>
      key.includes(waiting) ? Promise.reject(new ObjectsUnavailable('away')) : stage.objects.put(key, ...more);
    const engines = [engine(), engine({ name: 'other' })];
    expect(await poll({ objects: { ...stage.objects, put }, engines })).toStrictEqual({
      ...{ ...NONE, woken: 1, failures: [{ error: expect.any(ObjectsUnavailable), engine: 'own' }] },
    });
    expect(await poll({ engines })).toStrictEqual({ ...NONE, woken: 1 });
  });
});
