import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { EngineFailure, type EngineWork } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import type { EngineFailed } from '../../../shared/tasks/provider/fail-attempt.ts';
import { queueUnit, readQueue, readWaitingUnit } from '../../../shared/tasks/provider/provider-jobs.ts';
import { type ProviderServices, runProviderUnit, SUBMIT_MS } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { claimUnit } from '../../../shared/tasks/unit-procedures.ts';
import { afresh, ownEngineStage } from '../../fixtures/own-engine-stage.ts';
import { NOW_MS, newTask, queueTask, replan, stateOf } from '../../fixtures/product-database.ts';
import type { TaskStage } from '../../fixtures/task-stage.ts';

const PLAN = { name: 'one', processor: 'upscale', units: 1, attempts: 2, engines: ['own'] };

let stage: TaskStage;
let merchant: string;
let asked: EngineWork[];
let failed: EngineFailed[];
beforeAll(async () => {
  stage = await ownEngineStage();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  [asked, failed] = [[], []];
  merchant = await afresh(stage);
  stage.takeEvents();
});

/** An engine that takes everything, at least `over` that. */
const engine = (over: Partial<OpenEngine> = {}): OpenEngine => ({
  ...{ name: 'own', places: 1, poll: async () => ({ state: 'running' }) },
  submit: async (work) => {
    asked.push(work);
    return 'v-1';
  },
  ...over,
});
const services = (over: Partial<ProviderServices> = {}): ProviderServices => ({
  ...{ db: stage.db, objects: stage.objects, clock: () => stage.nowMs, engines: [engine()] },
  ...{ onFailure: (failure) => void failed.push(failure), ...over },
});
const queued = async (...steps: readonly object[]): Promise<string> => {
  const taskId = await newTask(stage.db, merchant);
  await replan(stage.db, taskId, ...(steps.length > 0 ? steps : [{}]).map((step) => ({ ...PLAN, ...step })));
  await queueTask(stage.db, taskId);
  return taskId;
};
const run = (taskId: string, over: Partial<ProviderServices> = {}, step = 0) =>
  runProviderUnit(services(over), { taskId, step, unit: 0 });
const unitOf = async (taskId: string) =>
  (
    await stage.db.query<{ state: string; attempts: number; nextAtMs: number }>(
      'SELECT state, attempts, next_at AS nextAtMs FROM task_units WHERE task_id = ?',
      [taskId],
    )
  )[0];
const jobOf = async (taskId: string) =>
  (
    await stage.db.query<Record<string, unknown>>(
      `SELECT attempt_id AS leaseId, state, job_id AS jobId, detail, poll_at AS pollAtMs, ended_at AS endedAtMs, attempt
       FROM provider_jobs WHERE task_id = ? ORDER BY created_at DESC LIMIT 1`,
      [taskId],
    )
  )[0];
const places = () => stage.db.query("SELECT engine, held_until AS untilMs FROM engine_slots WHERE attempt_id <> ''");
const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');
const errorOf = async (taskId: string) =>
  (await stage.db.query<{ code: string }>('SELECT error_code AS code FROM tasks WHERE id = ?', [taskId]))[0]?.code;
/** A database that lets something else happen just before a statement, once. */
const justBefore = (statement: string, happens: () => Promise<unknown>): Database => {
  let isLeft = true;
  const first = async (sql: string) => {
    if (!isLeft || !sql.startsWith(statement)) return;
    isLeft = false;
    await happens();
  };
  return {
    ...stage.db,
    write: (sql, params) => first(sql).then(() => stage.db.write(sql, params)),
    callProcedure: (name, params) => first(name).then(() => stage.db.callProcedure(name, params)),
  };
};

describe('a unit that an engine is to begin', () => {
  it('is given to it: for two minutes until it is submitted, then as long as its lease; looked at five seconds later', async () => {
    const taskId = await queued({ params: { magnify: { value: 3 } }, timeLimitSeconds: 300 });
    const waiting = await readWaitingUnit(stage.db, { taskId, step: 0, unit: 0 });
    await queueUnit(stage.db, waiting!, 'own', NOW_MS);
    let meanwhile: unknown;
    const submit: OpenEngine['submit'] = async (work) => {
      asked.push(work);
      meanwhile = [await jobOf(taskId), await places(), await readQueue(stage.db, 'own', 9)];
      return 'v-7';
    };
    expect(await run(taskId, { engines: [engine({ submit })] })).toBe('submitted');
    const leaseId = asked[0]?.attemptId;
    expect(leaseId).toMatch(/^lse_/);
    expect(asked).toEqual([
      {
        ...{ attemptId: leaseId, taskId, processor: 'upscale', params: { magnify: 3 }, nowMs: NOW_MS },
        pictures: [{ name: 'photo', key: `inputs/${taskId}/0`, etag: '"etag"', sizeBytes: 1000 }],
      },
    ]);
    expect(meanwhile).toEqual([
      {
        leaseId,
        attempt: 1,
        state: 'submitting',
        jobId: '',
        detail: '',
        pollAtMs: NOW_MS + SUBMIT_MS,
        endedAtMs: null,
      },
      [{ engine: 'own', untilMs: NOW_MS + SUBMIT_MS }],
      [],
    ]);
    expect(await jobOf(taskId)).toMatchObject({ state: 'running', jobId: 'v-7', pollAtMs: NOW_MS + 5000 });
    expect(await places()).toEqual([{ engine: 'own', untilMs: NOW_MS + 360_000 }]);
    expect(failed).toEqual([]);
  });

  it('is told apart from none, from one that is worked on, and from one of no step', async () => {
    const traces: unknown[] = [];
    const onTrace = (trace: string | null) => void traces.push(trace);
    const taskId = await queued();
    await stage.db.write("UPDATE tasks SET trace = 't-1' WHERE id = ?", [taskId]);
    expect(await run(taskId, { onTrace })).toBe('submitted');
    expect(await run(taskId, { onTrace })).toBe('busy');
    expect(await run(taskId, { onTrace }, 1)).toBe('unknown');
    expect(traces).toEqual(['t-1', 't-1', null]);
    const other = await queued();
    await stage.db.write('UPDATE task_units SET step = 1 WHERE task_id = ?', [other]);
    await expect(run(other, {}, 1)).rejects.toThrow('the plan has no step 1');
    expect(asked.length).toBe(1);
  });

  it('waits where there is no place, and rests where its engine does; nothing is claimed', async () => {
    const [first, second] = [await queued(), await queued()];
    await run(first);
    stage.nowMs += 7;
    expect(await run(second)).toBe('queued');
    expect(await readQueue(stage.db, 'own', 9)).toEqual([{ taskId: second, step: 0, unit: 0 }]);
    await stage.db.write('INSERT INTO engine_breakers VALUES (?, 5, ?)', ['own', sqlTime(stage.nowMs + 1)]);
    expect(await run(second)).toBe('resting');
    expect([asked.length, await unitOf(second)]).toMatchObject([1, { state: 'waiting', attempts: 0 }]);
  });

  it('whose turn is our own function’s is handed over, and is in no queue any more', async () => {
    const taskId = await queued({ processor: 'enhance', engines: ['embedded'] });
    const waiting = await readWaitingUnit(stage.db, { taskId, step: 0, unit: 0 });
    await queueUnit(stage.db, waiting!, 'own', NOW_MS);
    stage.takeEvents();
    expect(await run(taskId)).toBe('handed_over');
    expect(await readQueue(stage.db, 'own', 9)).toEqual([]);
    expect(stage.takeEvents()).toEqual([`work/image/${taskId}/0/0.json`]);
    expect(await unitOf(taskId)).toMatchObject({ state: 'waiting', attempts: 0 });
  });

  it('whose turn has not come leaves its place to others', async () => {
    const taskId = await queued();
    await stage.db.write('UPDATE task_units SET next_at = ? WHERE task_id = ?', [sqlTime(NOW_MS + 1), taskId]);
    expect([await run(taskId), await places(), asked, await jobOf(taskId)]).toEqual(['early', [], [], undefined]);
    stage.nowMs += 1;
    expect(await run(taskId)).toBe('submitted');
  });

  it('that another has claimed meanwhile leaves its place to others', async () => {
    const taskId = await queued();
    const key = { taskId, step: 0, unit: 0 };
    const db = justBefore('claim_unit', () => claimUnit(stage.db, { ...key, leaseId: 'lse_other' }, NOW_MS));
    expect([await run(taskId, { db }), await places(), asked]).toEqual(['busy', [], []]);
  });

  it('that is lost before its row is written is asked of nobody', async () => {
    const taskId = await queued();
    const lose = () => stage.db.write("UPDATE task_units SET lease_id = 'lse_other' WHERE task_id = ?", [taskId]);
    const db = justBefore('INSERT INTO provider_jobs', lose);
    expect([await run(taskId, { db }), await places(), asked]).toEqual(['lost', [], []]);
  });
});

describe('a unit of an engine that is not configured any more', () => {
  it('fails with its task, whose credits come back; nobody is told of a vendor', async () => {
    const taskId = await queued();
    expect(await run(taskId, { engines: [engine({ name: 'other' })] })).toBe('failed');
    expect([await stateOf(stage.db, taskId), await errorOf(taskId)]).toEqual(['failed', 'PROCESSING_FAILED']);
    expect(failed).toEqual([{ taskId, engine: 'none', code: 'EngineNotConfigured', attempt: 1 }]);
    expect([await jobOf(taskId), await health(), await places()]).toEqual([undefined, [], []]);
  });

  it('is left to whoever has claimed it, or until its turn comes', async () => {
    const [claimed, early] = [await queued(), await queued()];
    const key = { taskId: claimed, step: 0, unit: 0 };
    const db = justBefore('claim_unit', () => claimUnit(stage.db, { ...key, leaseId: 'lse_other' }, NOW_MS));
    await stage.db.write('UPDATE task_units SET next_at = ? WHERE task_id = ?', [sqlTime(NOW_MS + 1), early]);
    expect([await run(claimed, { db, engines: [] }), await run(early, { engines: [] })]).toEqual(['busy', 'early']);
    expect([await stateOf(stage.db, claimed), await stateOf(stage.db, early), failed]).toEqual([
      ...['processing', 'queued'],
      [],
    ]);
  });

  it('fails alone where the plan says so, and the next step is begun', async () => {
    const taskId = await queued({ units: 2, shareCredits: 1 }, { name: 'two', processor: 'enhance' });
    const other = { taskId, step: 0, unit: 1 };
    const lease = { ...other, leaseId: 'lse_other' };
    await claimUnit(stage.db, lease, NOW_MS);
    await stage.db.callProcedure('finish_unit_v2', [
      ...[taskId, 0, 1, 'lse_other', '[]', sqlTime(NOW_MS), sqlTime(NOW_MS + 9), sqlTime(NOW_MS + 9)],
    ]);
    stage.takeEvents();
    expect(await run(taskId, { engines: [] })).toBe('step_planned');
    expect(stage.takeEvents()).toEqual([`work/provider/${taskId}/1/0.json`]);
  });
});

describe('a submission that fails', () => {
  const refuses = (code: string, retryable: boolean) =>
    engine({ submit: () => Promise.reject(new EngineFailure(code, retryable)) });

  it('in a way that may pass is noted, and made again after a while', async () => {
    const taskId = await queued();
    expect(await run(taskId, { engines: [refuses('InternalError', true)] })).toBe('waiting');
    expect(await jobOf(taskId)).toMatchObject({ state: 'failed', detail: 'InternalError', endedAtMs: NOW_MS });
    expect([await places(), await health()]).toEqual([[], [{ engine: 'own', failures: 1 }]]);
    expect(failed).toEqual([{ taskId, engine: 'own', code: 'InternalError', attempt: 1 }]);
    const { state, nextAtMs } = (await unitOf(taskId)) ?? { nextAtMs: 0 };
    expect([state, nextAtMs >= NOW_MS + 10_000 && nextAtMs <= NOW_MS + 15_000]).toEqual(['waiting', true]);
    stage.nowMs = nextAtMs;
    expect(await run(taskId, { engines: [refuses('InternalError', true)] })).toBe('failed');
    expect([failed[1]?.attempt, await errorOf(taskId)]).toEqual([2, 'PROCESSING_FAILED']);
  });

  it('for good ends the task at once, and says nothing of the engine’s health', async () => {
    const taskId = await queued();
    expect(await run(taskId, { engines: [refuses('ImageIllegalDetected', false)] })).toBe('failed');
    expect([await errorOf(taskId), await health(), await places()]).toEqual(['CONTENT_REFUSED', [], []]);
  });

  it('for the picture alone is tried with the engine after it', async () => {
    const taskId = await queued({ engines: ['own', 'other'] });
    const engines = [refuses('Picture.TooLarge', false), engine({ name: 'other' })];
    expect(await run(taskId, { engines })).toBe('waiting');
    stage.nowMs += 15_000;
    expect([await run(taskId, { engines }), await places()]).toMatchObject(['submitted', [{ engine: 'other' }]]);
  });

  it('by a fault of ours leaves everything to the end of its lease', async () => {
    const taskId = await queued();
    const submit = () => Promise.reject(new Error('ours'));
    await expect(run(taskId, { engines: [engine({ submit })] })).rejects.toThrow('ours');
    expect(await jobOf(taskId)).toMatchObject({ state: 'submitting', endedAtMs: null });
    expect([await health(), (await places()).length, failed]).toEqual([[], 1, []]);
  });
});

describe('a job whose row was given up while it was being submitted', () => {
  const given = (cancel?: OpenEngine['cancel']) => {
    const submit = async ({ attemptId, taskId }: EngineWork) => {
      await stage.db.write("UPDATE provider_jobs SET state = 'dropped', ended_at = created_at WHERE attempt_id = ?", [
        attemptId,
      ]);
      return `v-${taskId}`;
    };
    return { engines: [engine({ submit, ...(cancel && { cancel }) })] };
  };

  it('is canceled where it can be, and its place is free', async () => {
    const canceled: unknown[] = [];
    const taskId = await queued();
    expect(
      await run(
        taskId,
        given(async (...what) => void canceled.push(what)),
      ),
    ).toBe('lost');
    expect([canceled, await places(), failed]).toEqual([[[`v-${taskId}`, NOW_MS]], [], []]);
  });

  it.each([
    ['cannot', undefined],
    ['refuses to', () => Promise.reject(new EngineFailure('InternalError', true))],
  ])('leaves its place also at a vendor that %s cancel', async (_what, cancel) => {
    const taskId = await queued();
    expect([await run(taskId, given(cancel)), await places(), failed]).toEqual(['lost', [], []]);
  });
});
