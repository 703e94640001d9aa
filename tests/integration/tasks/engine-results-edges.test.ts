import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineFailure, type JobState } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import { pinPicture } from '../../../shared/engines/pin-picture.ts';
import { hasAiLabel } from '../../../shared/media/ai-label.ts';
import { labelledAi } from '../../../shared/media/carry-ai-label.ts';
import { ModerationUnavailable, type Moderator } from '../../../shared/moderation/moderator.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { type ProviderServices, runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { claimUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import type { OnMoved } from '../../../shared/timer/work-moved.ts';
import { afresh, ownEngineStage } from '../../fixtures/own-engine-stage.ts';
import { OUTPUT, queueTask, replan, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { photo, type TaskStage } from '../../fixtures/task-stage.ts';

const PLAN = { name: 'one', processor: 'upscale', units: 1, attempts: 2, engines: ['own'], results: ['*'] };

let stage: TaskStage;
let jpeg: Buffer;
let byAi: Buffer;
let merchant: string;
beforeAll(async () => {
  [stage, jpeg] = [await ownEngineStage(), await photo()];
  const labelled = labelledAi({ contentType: 'image/jpeg', bytes: jpeg, flags: [] });
  byAi = Buffer.from(labelled.bytes);
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await afresh(stage);
});

const made = async (jobId: string): Promise<JobState> => ({ state: 'done', result: { key: jobId } });
/** An engine that keeps what it was given as the vendors' do, and hands on a picture without any label. */
const engine = (over: Partial<OpenEngine> = {}): OpenEngine => ({
  ...{ name: 'own', places: 2, poll: made },
  submit: async (work) => {
    for (const picture of work.pictures) await pinPicture(stage.bucket, picture, work);
    const key = `vendor/${work.taskId}/${work.attemptId}-result.jpg`;
    await stage.objects.put(key, jpeg, 'image/jpeg');
    return key;
  },
  ...over,
});
const services = (over: Partial<ProviderServices> = {}): ProviderServices => ({
  ...{ db: stage.db, objects: stage.objects, clock: () => stage.nowMs, engines: [engine()] },
  ...{ onFailure: () => undefined, ...over },
});
const poll = (over: Partial<ProviderServices> = {}, onMoved?: OnMoved) => {
  stage.nowMs += 5000;
  return pollProviderJobs(services(over), onMoved);
};
/** Of these photos, which stand in our bucket as they were accepted. */
const queued = async (photos: readonly Buffer[], ...steps: readonly object[]): Promise<string> => {
  const [input] = taskRequest(merchant).inputs;
  const { taskId } = await createTask(stage.db, taskRequest(merchant));
  await replan(stage.db, taskId, ...(steps.length > 0 ? steps : [{}]).map((step) => ({ ...PLAN, ...step })));
  await queueTask(stage.db, taskId);
  for (const [n, bytes] of photos.entries()) {
    const { etag } = await stage.objects.put(`inputs/${taskId}/${n}`, bytes, 'image/jpeg');
    await stage.db.write(
      `INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key, etag) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE etag = VALUES(etag)`,
      [taskId, n, merchant, input?.contentType ?? '', bytes.length, `inputs/${taskId}/${n}`, etag],
    );
  }
  return taskId;
};
const begin = async (taskId: string, step = 0) =>
  expect(await runProviderUnit(services(), { taskId, step, unit: 0 })).toBe('submitted');
/** What an earlier step has made: a file for each of these. */
const firstStepMakes = async (taskId: string, ...flags: readonly string[]) => {
  const lease = { taskId, step: 0, unit: 0, leaseId: 'lse_first' };
  await claimUnit(stage.db, lease, stage.nowMs);
  const files = flags.map((of, n) => ({ ...OUTPUT, name: `${n}.jpg`, key: `outputs/${taskId}/${n}.jpg`, flags: of }));
  expect(await finishUnit(stage.db, lease, files, stage.nowMs)).toBe('step_planned');
};
/** Whether the last file of the task says that it was made with AI, as its flags and in its bytes. */
const saysAi = async (taskId: string) => {
  const output = (await readOutputs(stage.db, taskId)).at(-1);
  return [output?.flags, hasAiLabel((await stage.objects.get(output?.key ?? '')).bytes)];
};

describe('what an engine makes', () => {
  it.each([
    ['of a photo says nothing', () => [jpeg], ['', false]],
    ['of a photo that an AI made hands its label on', () => [byAi], ['ai', true]],
    ['of photos of which an AI made the last hands it on', () => [jpeg, byAi], ['ai', true]],
  ] as const)('%s', async (_what, photos, says) => {
    // Which parts they play is in their copies’ names.
    const form = { photos: { a: [0], b: [1] }, values: {}, texts: {} };
    const inputs = ['a', 'b'].map((name) => ({ form: name, as: name }));
    const taskId = await queued(photos(), photos().length > 1 ? { inputs } : {});
    await stage.db.write('UPDATE tasks SET form_json = ? WHERE id = ?', [JSON.stringify(form), taskId]);
    await begin(taskId);
    expect(await poll()).toMatchObject({ finished: 1, failures: [] });
    expect(await saysAi(taskId)).toEqual(says);
  });

  it.each([
    ['no file of an AI', ['', 'below_38kb'], ['', false]],
    ['files of which an AI made one', ['', 'below_38kb,ai'], ['ai', true]],
    ['files of which an AI made the first', ['ai', ''], ['ai', true]],
  ])('of an earlier step’s, %s, says so by their rows: they need not be read', async (_what, flags, says) => {
    const taskId = await queued([jpeg], {}, { name: 'two', inputs: [{ step: 'one' }] });
    await firstStepMakes(taskId, ...flags);
    await begin(taskId, 1);
    expect(await poll()).toMatchObject({ finished: 1, failures: [] });
    expect(await saysAi(taskId)).toEqual(says);
  });

  it('whose own label was drawn by its engine keeps its flags', async () => {
    const taskId = await queued([jpeg], { processor: 'replace-background' });
    await begin(taskId);
    expect(await poll()).toMatchObject({ finished: 1, failures: [] });
    expect(await saysAi(taskId)).toEqual(['ai', true]);
  });
});

describe('a picture that is looked at', () => {
  const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');
  const jobOf = async (taskId: string) =>
    (
      await stage.db.query<{ state: string; detail: string; pollAtMs: number | null; resultKey: string }>(
        'SELECT state, detail, poll_at AS pollAtMs, job_id AS resultKey FROM provider_jobs WHERE task_id = ?',
        [taskId],
      )
    )[0];
  const isThere = async (taskId: string) =>
    stage.objects.head((await jobOf(taskId))?.resultKey ?? '').then(
      () => true,
      () => false,
    );
  const both = async () => {
    const taskIds = [await queued([jpeg]), await queued([jpeg])] as const;
    for (const taskId of taskIds) await begin(taskId);
    return taskIds;
  };
  /** The second is done only when the first was looked at. */
  const inTurn = (second: string, isLooked: Promise<unknown>) => [
    engine({ poll: async (jobId) => (jobId.includes(second) ? isLooked.then(() => made(jobId)) : made(jobId)) }),
  ];
  const signal = () => {
    let give = (): void => undefined;
    const given = new Promise<void>((resolve) => {
      give = () => void setTimeout(resolve, 20);
    });
    return { give: () => give(), given };
  };

  it('is refused for its merchant, and the vendor’s copy of it is gone; others of the tick go on', async () => {
    const [first, second] = await both();
    const { give, given } = signal();
    const moderator: Moderator = async ({ dataId }) => {
      if (!dataId.startsWith(first)) return { kind: 'passed', md5: undefined };
      return { kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: '', score: 9, requestId: 'r' };
    };
    const polled = await poll({ moderator, engines: inTurn(second, given) }, give);
    expect(polled).toMatchObject({ failedJobs: 1, finished: 1, failures: [] });
    expect([await stateOf(stage.db, first), await isThere(first), await health()]).toEqual(['failed', false, []]);
    expect(await jobOf(first)).toMatchObject({ state: 'failed', detail: 'ContentModerationFailed' });
    expect(await stateOf(stage.db, second)).toBe('succeeded');
  });

  it('and lay at the vendor’s, good or refused, is all that is deleted of ours', async () => {
    const url = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    const deleted: string[] = [];
    const objects: typeof stage.objects = {
      ...stage.objects,
      delete: async (key) => void deleted.push(key),
    };
    const engines = [engine({ poll: async () => ({ state: 'done', result: { url } }) })];
    const [good, bad] = [await queued([jpeg]), await queued([jpeg])];
    const moderator: Moderator = async ({ dataId }) => {
      if (dataId.startsWith(good)) return { kind: 'passed', md5: undefined };
      return { kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: '', score: 9, requestId: 'r' };
    };
    await begin(good);
    expect(await poll({ engines, moderator, objects })).toMatchObject({ finished: 1, failures: [] });
    expect([await saysAi(good), deleted]).toEqual([['', false], []]);
    await begin(bad);
    expect(await poll({ engines, moderator, objects })).toMatchObject({ failedJobs: 1, failures: [] });
    expect(new Set(deleted.map((key) => key.split('/').slice(0, 2).join('/')))).toEqual(new Set([`outputs/${bad}`]));
  });

  it.each(['UnauthorizedOperation', 'Client.Timeout'])(
    'is looked at again while nobody can, and no others are; no engine is to blame: %s',
    async (code) => {
      const [first, second] = await both();
      const { give, given } = signal();
      const moderator: Moderator = () => Promise.reject(new ModerationUnavailable(code));
      // Its file, which nobody has looked at, is deleted first.
      const remove = (key: string) => stage.objects.delete(key).finally(give);
      const objects = { ...stage.objects, delete: remove };
      const polled = await poll({ moderator, objects, engines: inTurn(second, given) });
      expect(polled).toMatchObject({ running: 1, finished: 0, failures: [{ error: { code }, taskId: first }] });
      expect((await jobOf(first))?.pollAtMs).toBe(stage.nowMs + 60_000);
      expect((await jobOf(second))?.pollAtMs).toBe(stage.nowMs + 30_000);
      expect([await isThere(first), await health()]).toEqual([true, []]);
    },
  );

  it('and is none costs its attempt alone', async () => {
    const [first, second] = await both();
    const { give, given } = signal();
    await stage.objects.put((await jobOf(first))?.resultKey ?? '', Buffer.from('none'), 'image/jpeg');
    const polled = await poll({ engines: inTurn(second, given) }, give);
    expect(polled).toMatchObject({ failedJobs: 1, finished: 1, failures: [] });
    expect(await health()).toEqual([{ engine: 'own', failures: expect.any(Number) }]);
    expect((await jobOf(first))?.detail).toBe('ResultNotReadable');
  });

  it('and fails by a fault of ours is left for a minute, alone', async () => {
    const [first, second] = await both();
    const { give, given } = signal();
    const error = new EngineFailure('Client.Copy', true);
    const get: typeof stage.objects.get = (key, ...more) => {
      if (!key.includes(first)) return stage.objects.get(key, ...more);
      give();
      return Promise.reject(new Error('ours', { cause: error }));
    };
    const polled = await poll({ objects: { ...stage.objects, get }, engines: inTurn(second, given) });
    expect(polled).toMatchObject({
      finished: 1,
      running: 0,
      failures: [{ error: { message: 'ours' }, taskId: first }],
    });
    expect([await stateOf(stage.db, second), await health()]).toEqual(['succeeded', []]);
  });
});
