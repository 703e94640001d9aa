import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Objects } from '../../../shared/cos/objects.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { EngineFailure } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import { type FilmModerator, type FilmVerdict, ModerationUnavailable } from '../../../shared/moderation/moderator.ts';
import type { EngineFailed } from '../../../shared/tasks/provider/fail-attempt.ts';
import { isLasting, lookAtFilm } from '../../../shared/tasks/provider/look-at-film.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { dueJobs } from '../../../shared/tasks/provider/provider-jobs.ts';
import { type ProviderServices, runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { greyClip } from '../../fixtures/grey-clip.ts';
import { afresh, ownEngineStage } from '../../fixtures/own-engine-stage.ts';
import { newTask, queueTask, replan, stateOf } from '../../fixtures/product-database.ts';
import type { TaskStage } from '../../fixtures/task-stage.ts';

const CHECK_MS = 1_800_000;
const NONE = { finished: 0, failedJobs: 0, dropped: 0, running: 0, woken: 0, failures: [] };
const BAD: FilmVerdict = {
  ...{ kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: 'Sub', score: 90, requestId: 'r' },
};

let stage: TaskStage;
let film: Buffer;
let merchant: string;
let failed: EngineFailed[];
let asked: unknown[];
let deleted: string[];
beforeAll(async () => {
  stage = await ownEngineStage();
  film = await greyClip();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  [failed, asked, deleted] = [[], [], []];
  merchant = await afresh(stage);
  await stage.objects.put('vendor/made.mp4', film, 'video/mp4');
});

const engine = (over: Partial<OpenEngine> = {}): OpenEngine => ({
  ...{ name: 'own', places: 2, submit: async ({ taskId }) => `v-${taskId}` },
  poll: async (jobId) => {
    asked.push(jobId);
    return { state: 'done', result: { key: 'vendor/made.mp4' } };
  },
  ...over,
});
const remove: Objects['delete'] = (key) => {
  deleted.push(key);
  return stage.objects.delete(key);
};
const services = (over: Partial<ProviderServices> = {}): ProviderServices => ({
  ...{ db: stage.db, objects: { ...stage.objects, delete: remove }, clock: () => stage.nowMs, engines: [engine()] },
  ...{ onFailure: (failure) => void failed.push(failure), ...over },
});
const away = (code: string) => () => Promise.reject(new ModerationUnavailable(code));
const looks = (verdict: FilmVerdict, over: Partial<FilmModerator> = {}): { filmModerator: FilmModerator } => ({
  filmModerator: {
    begin: async (one) => {
      asked.push(one);
      return 'c-1';
    },
    verdict: async (...one) => {
      asked.push(one);
      return verdict;
    },
    ...over,
  },
});
/** The next look, so long after the last one. */
const poll = async (over: Partial<ProviderServices>, afterMs = 5000) => {
  stage.nowMs += afterMs;
  asked = [];
  return pollProviderJobs(services(over));
};
/** A film that an engine was asked for, with its attempt's number. */
const begun = async (): Promise<{ taskId: string; leaseId: string; copy: string }> => {
  const taskId = await newTask(stage.db, merchant);
  const plan = { name: 'film', processor: 'video-generate', units: 1, attempts: 2, engines: ['own'] };
  await replan(stage.db, taskId, plan);
  await queueTask(stage.db, taskId);
  expect(await runProviderUnit(services(), { taskId, step: 0, unit: 0 })).toBe('submitted');
  const [row] = await stage.db.query<{ leaseId: string }>(
    'SELECT attempt_id AS leaseId FROM provider_jobs WHERE task_id = ?',
    [taskId],
  );
  const leaseId = row?.leaseId ?? '';
  return { taskId, leaseId, copy: `vendor/${taskId}/${leaseId}-film.mp4` };
};
/** One whose check was begun. */
const checked = async () => {
  const job = await begun();
  expect(await poll(looks({ kind: 'running' }))).toMatchObject({
    finished: 0,
    failedJobs: 0,
    dropped: 0,
    failures: [],
  });
  return job;
};
const jobOf = async (taskId: string) =>
  (
    await stage.db.query<Record<string, unknown>>(
      'SELECT state, detail, check_id AS checkId, poll_at AS pollAtMs FROM provider_jobs WHERE task_id = ?',
      [taskId],
    )
  )[0];
const placesUntil = async () =>
  (
    await stage.db.query<{ untilMs: number }>("SELECT held_until AS untilMs FROM engine_slots WHERE attempt_id <> ''")
  ).map(({ untilMs }) => untilMs);
const leaseOf = async (taskId: string) =>
  (await stage.db.query<{ at: number }>('SELECT lease_ends_at AS at FROM task_units WHERE task_id = ?', [taskId]))[0]
    ?.at;
const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');
const isThere = (key: string) =>
  stage.objects.head(key).then(
    () => true,
    () => false,
  );

describe('a film that is done', () => {
  it('is copied, held for half an hour, and shown to whoever looks at it; then its engine is free', async () => {
    const { taskId, leaseId, copy } = await begun();
    let meanwhile: unknown;
    const begin: FilmModerator['begin'] = async (one) => {
      asked.push(one);
      meanwhile = [await placesUntil(), await leaseOf(taskId), (await stage.objects.get(copy)).bytes.equals(film)];
      return 'c-9';
    };
    const never = () => Promise.reject(new Error('not asked'));
    expect(await poll({ filmModerator: { begin, verdict: never } })).toStrictEqual({ ...NONE, running: 1 });
    expect(asked).toEqual([`v-${taskId}`, { key: copy, dataId: leaseId, nowMs: stage.nowMs }]);
    const untilMs = stage.nowMs + CHECK_MS;
    expect(meanwhile).toEqual([[untilMs], untilMs, true]);
    expect(await placesUntil()).toEqual([]);
    expect(await jobOf(taskId)).toEqual({ state: 'running', detail: '', checkId: 'c-9', pollAtMs: stage.nowMs + 5000 });
  });

  it('is asked about where it is looked at, every five seconds, and not where it was made', async () => {
    const { taskId } = await checked();
    expect(await poll(looks({ kind: 'running' }))).toStrictEqual({ ...NONE, running: 1 });
    expect(asked).toEqual([['c-1', stage.nowMs]]);
    expect(await jobOf(taskId)).toMatchObject({ checkId: 'c-1', pollAtMs: stage.nowMs + 5000 });
    expect(await stateOf(stage.db, taskId)).toBe('processing');
  });

  it('and was found good is what was looked at, and nothing else is left of it', async () => {
    const { taskId, copy } = await checked();
    await stage.objects.delete('vendor/made.mp4');
    expect(await poll(looks({ kind: 'passed' }))).toStrictEqual({ ...NONE, finished: 1 });
    expect([await stateOf(stage.db, taskId), await isThere(copy), deleted]).toEqual(['succeeded', false, [copy, copy]]);
    expect(await readOutputs(stage.db, taskId)).toMatchObject([{ name: 'video.mp4', flags: 'ai', width: 64 }]);
  });

  it('is what was copied, too, where nobody looks at films any more', async () => {
    const { taskId, copy } = await checked();
    await stage.objects.delete('vendor/made.mp4');
    expect(await poll({})).toStrictEqual({ ...NONE, finished: 1 });
    expect([asked, await stateOf(stage.db, taskId), await isThere(copy)]).toEqual([[], 'succeeded', false]);
  });

  it('and is refused ends its task, and is gone', async () => {
    const { taskId, copy } = await checked();
    expect(await poll(looks(BAD))).toStrictEqual({ ...NONE, failedJobs: 1 });
    expect(await jobOf(taskId)).toMatchObject({ state: 'failed', detail: 'ContentModerationFailed' });
    expect([await stateOf(stage.db, taskId), await isThere(copy), await health()]).toEqual(['failed', false, []]);
    const sql = 'SELECT object_key AS `key`, merchant_id AS merchantId, task_id AS taskId, label FROM content_refusals';
    expect(await stage.db.query(sql)).toEqual([{ key: copy, merchantId: merchant, taskId, label: 'Ad' }]);
  });

  it('and is refused is told so to whoever has it looked at', async () => {
    await checked();
    stage.nowMs += 5000;
    const [job] = await dueJobs(stage.db, stage.nowMs, 9);
    await expect(lookAtFilm(services(looks(BAD)), job!, { key: 'vendor/made.mp4' })).rejects.toMatchObject({
      ...{ name: 'MediaRefusal', code: 'CONTENT_REFUSED', detail: 'film' },
    });
  });

  it('and is none that can be looked at costs an attempt', async () => {
    const { taskId, copy } = await checked();
    const cannot = looks({ kind: 'uncheckable', code: 'DECODE_ERROR' });
    expect(await poll(cannot)).toStrictEqual({ ...NONE, failedJobs: 1 });
    expect(failed).toEqual([{ taskId, engine: 'own', code: 'FilmNotCheckable.DECODE_ERROR', attempt: 1 }]);
    expect([await stateOf(stage.db, taskId), await isThere(copy)]).toEqual(['processing', false]);
    expect(await health()).toEqual([{ engine: 'own', failures: 1 }]);
  });

  it('whose check came to nothing is shown anew', async () => {
    const { taskId } = await checked();
    const { failures, ...counts } = await poll(looks({ kind: 'lost', code: 'TIMEOUT' }));
    expect({ ...counts, failures: [] }).toStrictEqual(NONE);
    expect(failures).toMatchObject([{ error: { name: 'ModerationUnavailable', code: 'TIMEOUT' }, taskId }]);
    expect(await jobOf(taskId)).toMatchObject({ state: 'running', checkId: '' });
    expect(await poll(looks({ kind: 'running' }), 60_000)).toStrictEqual({ ...NONE, running: 1 });
    expect([asked.length, (await jobOf(taskId))?.['checkId']]).toEqual([2, 'c-1']);
  });
});

describe('while nobody can look at films', () => {
  it.each([
    ['UnauthorizedOperation', [{ engine: 'own', failures: 1 }]],
    ['RequestLimitExceeded', []],
  ])('none is shown, and none is bought any more where that lasts: %s', async (code, noted) => {
    const { taskId, copy } = await begun();
    const polled = await poll(looks({ kind: 'running' }, { begin: away(code) }));
    expect(polled).toMatchObject({ finished: 0, running: 0, failures: [{ error: { code }, taskId }] });
    expect([await health(), await stateOf(stage.db, taskId), await isThere(copy)]).toEqual([noted, 'processing', true]);
    // Its engine’s place is held as long as it may be looked at.
    expect(await placesUntil()).toEqual([stage.nowMs + CHECK_MS]);
    expect(await jobOf(taskId)).toMatchObject({ checkId: '', pollAtMs: stage.nowMs + 60_000 });
  });

  it('one is asked about in a tick; another comes half a minute later', async () => {
    const [first, second] = [await begun(), await begun()];
    let release = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ask = engine().poll;
    const made: OpenEngine['poll'] = async (jobId, nowMs) => {
      // Done when the other's check has failed.
      if (jobId === `v-${second.taskId}`) await isAsked.then(() => new Promise((resolve) => setTimeout(resolve, 20)));
      return ask(jobId, nowMs);
    };
    const begin = async () => {
      release();
      throw new ModerationUnavailable('away');
    };
    const polled = await poll({ ...looks({ kind: 'running' }, { begin }), engines: [engine({ poll: made })] });
    expect(polled).toMatchObject({ running: 1, failures: [{ taskId: first.taskId }] });
    expect(await jobOf(second.taskId)).toMatchObject({ state: 'running', pollAtMs: stage.nowMs + 30_000 });
    expect(await isThere(second.copy)).toBe(false);
  });
});

describe('a film that is not done', () => {
  it.each([
    ['runs', async () => ({ state: 'running' }) as const],
    ['cannot be asked about now', () => Promise.reject(new EngineFailure('InternalError', true))],
  ] as const)('and %s is looked at again, and shown to nobody', async (_what, answer) => {
    const { taskId } = await begun();
    const over = { ...looks({ kind: 'running' }), engines: [engine({ poll: answer })] };
    expect(await poll(over)).toStrictEqual({ ...NONE, running: 1 });
    expect([asked, failed, (await jobOf(taskId))?.['pollAtMs']]).toEqual([[], [], stage.nowMs + 5000]);
  });

  it('and is followed by nobody any more leaves no copy', async () => {
    const { taskId, copy } = await checked();
    await stage.db.write("UPDATE task_units SET lease_id = 'lse_other' WHERE task_id = ?", [taskId]);
    expect(await poll(looks({ kind: 'passed' }))).toStrictEqual({ ...NONE, dropped: 1 });
    expect([await isThere(copy), await jobOf(taskId)]).toMatchObject([false, { detail: 'late.done' }]);
  });

  it('and whose engine is none of ours any more leaves no copy', async () => {
    const [lost, kept] = [await checked(), await checked()];
    await stage.db.write("UPDATE task_units SET lease_id = 'lse_other' WHERE task_id = ?", [lost.taskId]);
    await stage.db.write('UPDATE provider_jobs SET poll_at = ?', [sqlTime(stage.nowMs)]);
    const polled = await poll({ ...looks({ kind: 'passed' }), engines: [] });
    expect(polled).toStrictEqual({ ...NONE, dropped: 1, failedJobs: 1 });
    expect([await isThere(lost.copy), await isThere(kept.copy)]).toEqual([false, false]);
  });
});

it.each([
  ['UnauthorizedOperation', true],
  ['UnauthorizedOperation.Unauthorized', true],
  ['AuthFailure.UnauthorizedOperation', true],
  ['InvalidParameterValue.InvalidParameter', true],
  ['InvalidParameter', true],
  ['AuthFailure', false],
  ['AuthFailure.SignatureExpire', false],
  ['RequestLimitExceeded', false],
  ['Client.UnauthorizedOperation', false],
])('what would be said again of every film: %s, %s', (code, lasts) => {
  expect(isLasting(new ModerationUnavailable(code))).toBe(lasts);
});
