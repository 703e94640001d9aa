import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import type {
  Judgement,
  ModerationFault,
  ModerationStandin,
} from '../../../scripts/local/tencent-engines/moderation-service.ts';
import { playTextModeration } from '../../../scripts/local/tencent-engines/play-text-moderation.ts';
import { startModerationStandin } from '../../../scripts/local/tencent-engines/start-moderation-standin.ts';
import { callTencentApi } from '../../../shared/config/tencent-api.ts';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { DatabaseUnavailable } from '../../../shared/db/database-unavailable.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { chooseModerator } from '../../../shared/moderation/choose-moderator.ts';
import { chooseModerators } from '../../../shared/moderation/choose-moderators.ts';
import { sweepRefusals } from '../../../shared/moderation/content-refusals.ts';
import { MODERATION_SETTING, moderationName } from '../../../shared/moderation/moderation-setting.ts';
import { ModerationUnavailable, type PictureToCheck } from '../../../shared/moderation/moderator.ts';
import { saveSettings } from '../../../shared/ops/save-settings.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { moderatorsOf } from '../../../shared/settings/moderators-of.ts';
import { valuesOf } from '../../../shared/settings/setting-values.ts';
import { newestSettings, SETTINGS_FRESH_MS } from '../../../shared/settings/settings.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { moderateTexts } from '../../../shared/tasks/moderate-texts.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit, type UnitServices } from '../../../shared/tasks/run-unit.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { expireTask } from '../../../shared/tasks/unit-procedures.ts';
import { grantCredits, newMerchant, replan, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const BAD: Judgement = { Suggestion: 'Block', Label: 'Porn', SubLabel: 'SexyHigh', Score: 97 };
const PASS: Judgement = { Suggestion: 'Pass', Label: 'Normal', SubLabel: '', Score: 0 };

let stage: TaskStage;
let api: TencentApi;
let standin: ModerationStandin;
let words: ModerationStandin;
let merchant: string;
let jpeg: Buffer;
let faults: (ModerationFault | undefined)[] = [];
let textFaults: (ModerationFault | undefined)[] = [];
let judge: (dataId: string) => Judgement = () => PASS;
let judgeText: (text: string) => Judgement = () => PASS;

beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
  standin = startModerationStandin({ judge: (_picture, dataId) => judge(dataId), fault: () => faults.shift() });
  words = playTextModeration({ judge: (text) => judgeText(text), fault: () => textFaults.shift() });
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const credentials = [stage.bucket.credentials()];
  api = await startTencentApi({
    clock: () => stage.nowMs,
    credentials,
    secrets: {},
    sms,
    moderation: standin,
    texts: words,
  });
});
afterAll(() => Promise.all([stage.leave(), api.close()]));
beforeEach(async () => {
  faults = [];
  judge = judgeText = () => PASS;
  textFaults = [];
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 5, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
});

const moderator = (MODERATION: string | undefined = 'tencent-ims:goods_1') =>
  chooseModerator({ MODERATION, MODERATION_ENDPOINT: api.url }, stage.bucket);
const services = () => ({ db: stage.db, objects: stage.objects, moderator: moderator() });
const order = async (bytes = jpeg): Promise<string> => {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: bytes.length }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { nowMs: stage.nowMs, inputs }));
  await stage.objects.put(`inputs/${taskId}/0`, bytes, 'image/jpeg');
  return taskId;
};
const accept = (taskId: string, over: object = {}) =>
  acceptInput({ ...services(), ...over }, { taskId, index: 0 }, stage.nowMs);
const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const refunds = async (taskId: string) =>
  (await stage.db.query("SELECT seq FROM quota_entries WHERE task_id = ? AND kind = 'refund'", [taskId])).length;
const refusals = (taskId: string) =>
  stage.db.query<Record<string, unknown>>(
    `SELECT object_key AS \`key\`, suggestion, label, sub_label AS subLabel, score, remove_at AS removeAtMs
     FROM content_refusals WHERE task_id = ?`,
    [taskId],
  );
const codeOf = async (taskId: string) =>
  (await stage.db.query<{ code: string }>('SELECT error_code AS code FROM tasks WHERE id = ?', [taskId]))[0]?.code;
const isThere = (key: string) =>
  stage.objects.head(key).then(
    () => true,
    () => false,
  );

describe('a photo', () => {
  it('that passes goes on, after one call that names it, its policy and where it is', async () => {
    const taskId = await order();
    const before = standin.calls.length;
    expect(await accept(taskId)).toBe('queued');
    expect(standin.calls.slice(before)).toEqual([
      {
        ...{ DataId: `${taskId}-i0`, BizType: 'goods_1', Type: 'IMAGE' },
        FileUrl: expect.stringContaining(`/inputs/${taskId}/0?`),
      },
    ]);
    expect(await refusals(taskId)).toEqual([]);
  });

  it.each(['Block', 'Review'] as const)(
    'that gets %s is deleted, recorded, and its credit given back once',
    async (Suggestion) => {
      judge = () => ({ ...BAD, Suggestion });
      const taskId = await order();
      const both = await Promise.allSettled([accept(taskId), accept(taskId)]);
      expect(both).toContainEqual({ status: 'fulfilled', value: 'refused' });
      // The other may find the photo gone while it is looked at: its event comes again, and the task has ended.
      for (const one of both) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(ModerationUnavailable);
      expect(await accept(taskId)).toBe('ignored');
      expect([await stateOf(stage.db, taskId), await codeOf(taskId)]).toEqual(['failed', 'CONTENT_REFUSED']);
      expect([await available(), await refunds(taskId)]).toEqual([5, 1]);
      const key = `inputs/${taskId}/0`;
      const about = { suggestion: Suggestion, label: 'Porn', subLabel: 'SexyHigh', score: 97 };
      expect(await refusals(taskId)).toEqual([{ key, ...about, removeAtMs: null }]);
      expect(await isThere(key)).toBe(false);
      expect(await stage.audit()).toEqual([]);
    },
  );

  it('is not put in the place of one that was refused', async () => {
    judge = () => BAD;
    const taskId = await order();
    const cut = { db: { ...stage.db, callProcedure: () => Promise.reject(new Error('killed here')) } };
    await expect(accept(taskId, cut)).rejects.toThrow('killed here');
    judge = () => PASS;
    await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
    expect(await accept(taskId)).toBe('refused');
    expect(await isThere(`inputs/${taskId}/0`)).toBe(false);
  });

  it('whose bytes changed while they were looked at is not taken for the one that was inspected', async () => {
    const taskId = await order();
    faults = [{ reply: { ...PASS, FileMD5: '0'.repeat(32) } }];
    await expect(accept(taskId)).rejects.toMatchObject({ code: 'OtherBytes' });
    faults = [{ reply: { ...PASS } }];
    await expect(accept(taskId), 'nobody says which bytes they were').rejects.toMatchObject({ code: 'NoMd5' });
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
    expect(await accept(taskId)).toBe('queued');
  });

  it('that cannot be looked at is refused with the rule: too long, or no picture to the vendor', async () => {
    const before = standin.calls.length;
    const long = await photo('jpeg', { width: 10_000, height: 120 });
    const taskId = await order(long);
    expect(await accept(taskId)).toBe('refused');
    expect([await codeOf(taskId), standin.calls.length - before]).toEqual(['INPUT_NOT_CHECKABLE', 0]);
    const other = await order();
    faults = [{ refuse: 'InvalidParameter.InvalidImageContent' }];
    expect(await accept(other)).toBe('refused');
    expect([await codeOf(other), await available()]).toEqual(['INPUT_NOT_CHECKABLE', 5]);
  });

  it.each([
    ['is throttled, and asked again', ['RequestLimitExceeded', 'RequestLimitExceeded'], 'queued'],
    ['could not be fetched at first', ['ResourceUnavailable.ImageDownloadError'], 'queued'],
    ['is throttled for longer', ['RequestLimitExceeded', 'RequestLimitExceeded', 'RequestLimitExceeded'], undefined],
    ['may not be asked about', ['UnauthorizedOperation'], undefined],
    ['meets a service that is not there', ['ResourcesSoldOut'], undefined],
  ])('that %s', async (_case, codes, outcome) => {
    const taskId = await order();
    faults = codes.map((refuse) => ({ refuse }));
    if (outcome !== undefined) return expect(await accept(taskId)).toBe(outcome);
    // Nobody has looked: it waits, and nothing is made of it. The sweeper asks again, and at the end gives the credit back.
    await expect(accept(taskId)).rejects.toMatchObject({ name: 'ModerationUnavailable', code: codes[0] });
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
    stage.nowMs += 61_000;
    expect(await sweepTasks(services(), stage.nowMs)).toMatchObject({ foundUploads: 1 });
    return expect(await stateOf(stage.db, taskId)).toBe('queued');
  });

  it.each([
    ['is neither pass nor refusal', { Suggestion: 'Maybe', Label: 'Normal' }],
    ['says nothing', {}],
  ])('of which the answer %s is not passed', async (_case, reply) => {
    const taskId = await order();
    faults = [{ reply }];
    await expect(accept(taskId)).rejects.toMatchObject({ name: 'ModerationUnavailable', code: 'Client.BadReply' });
    expect(await stateOf(stage.db, taskId)).toBe('awaiting_upload');
  });

  it('is taken as it is where moderation is off', async () => {
    const before = standin.calls.length;
    judge = () => BAD;
    expect(moderator('')).toBeUndefined();
    expect(['', undefined, 'tencent-ims:goods_1'].map(moderationName)).toEqual(['off', 'off', 'tencent-ims']);
    expect(await accept(await order(), { moderator: undefined })).toBe('queued');
    expect(standin.calls.length).toBe(before);
  });
});

describe('operators', () => {
  const switchTo = async (moderation: boolean) => {
    const seen = await newestSettings(stage.db);
    const saving = { values: { ...valuesOf(seen), moderation }, baseVersion: seen.version, reason: '误判太多' };
    await saveSettings(stage.db, saving, 180, {
      ...{ operatorId: 'mch_operator', action: 'save-settings', requestId: 'req_1', requestHash: 'a'.repeat(64) },
      ...{ idempotencyKey: `moderation ${seen.version}`, nowMs: stage.nowMs },
    });
    stage.nowMs += SETTINGS_FRESH_MS;
  };

  it('switch it off and on again for instances that run, pictures and texts alike', async () => {
    judge = () => BAD;
    const config = { MODERATION: 'tencent-ims:goods_1', MODERATION_ENDPOINT: api.url };
    const instance = moderatorsOf(config, stage.bucket, stage.db);
    const looked = async () => {
      const moderators = await instance(stage.nowMs);
      const taskId = await order();
      const before = standin.calls.length;
      const outcome = await accept(taskId, { moderator: undefined, ...moderators });
      const asked = standin.calls.length - before;
      return [outcome, await codeOf(taskId), asked, Object.keys(moderators).toSorted()];
    };
    const refused = ['refused', 'CONTENT_REFUSED', 1, ['moderator', 'textModerator']];
    expect(await looked()).toEqual(refused);
    await switchTo(false);
    expect(await looked()).toEqual(['queued', null, 0, []]);
    await switchTo(true);
    expect(await looked()).toEqual(refused);
  });

  it('are not asked about it where nobody is configured', async () => {
    const db: Database = { ...stage.db, query: () => Promise.reject(new Error('asked')) };
    expect(await moderatorsOf({ MODERATION: '', MODERATION_ENDPOINT: api.url }, stage.bucket, db)(stage.nowMs)).toEqual(
      {},
    );
  });
});

/** Stops the n-th call of database or objects, before or after it took effect. */
function stopping(at: number, when: 'before' | 'after'): { db: Database; objects: Objects } {
  let calls = 0;
  const stop = <Parts extends object>(parts: Parts): Parts =>
    new Proxy(parts, {
      get: (target, name) => {
        const method = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const isLast = calls++ === at;
          if (isLast && when === 'before') throw new Error('killed here');
          const result: unknown = await Reflect.apply(method, target, args);
          if (isLast) throw new Error('killed here');
          return result;
        };
      },
    });
  return { db: stop(stage.db), objects: stop(stage.objects) };
}

it('a refusal that is cut at any step comes to the same end: one refund, one row, no object', async () => {
  judge = () => BAD;
  for (const when of ['before', 'after'] as const) {
    for (let at = 0, stopped = true; stopped; at++) {
      const taskId = await order();
      stopped = await accept(taskId, stopping(at, when)).then(
        () => false,
        (error: Error) => error.message === 'killed here',
      );
      await accept(taskId);
      stage.nowMs += 61_000;
      await sweepRefusals(stage, stage.nowMs);
      const end = [await codeOf(taskId), await refunds(taskId), await isThere(`inputs/${taskId}/0`)];
      expect([when, at, ...end]).toEqual([when, at, 'CONTENT_REFUSED', 1, false]);
      expect(await refusals(taskId)).toMatchObject([{ removeAtMs: null }]);
    }
  }
  expect([await available(), await stage.audit()]).toEqual([5, []]);
});

describe('a result', () => {
  const made: Processor = async () =>
    ['white.jpg', 'hidden.jpg', 'copy.txt'].map((name) => ({
      ...{ name, contentType: name.endsWith('.txt') ? 'text/plain' : 'image/jpeg', width: 320, height: 240 },
      ...{ bytes: jpeg, flags: [] },
    }));
  const unit = (): UnitServices => ({
    ...{ ...services(), clock: () => stage.nowMs, processors: { 'basic-clean': made }, onFailure: () => undefined },
  });
  const queued = async () => {
    const taskId = await order();
    await replan(stage.db, taskId, { units: 1, results: ['white.jpg', 'copy.txt'] });
    expect(await accept(taskId, { moderator: undefined })).toBe('queued');
    return { taskId, run: () => runUnit(unit(), { taskId, step: 0, unit: 0 }) };
  };

  it('is shown after it passed; what is only for later steps, and what is no picture, is not looked at', async () => {
    const { taskId, run } = await queued();
    const before = standin.calls.length;
    expect(await run()).toBe('succeeded');
    expect(standin.calls.slice(before).map(({ DataId }) => DataId)).toEqual([`${taskId}-0-0-0`]);
  });

  it('that is refused is deleted and recorded, and ends its task with one refund, without another attempt', async () => {
    judge = () => BAD;
    const { taskId, run } = await queued();
    expect(await run()).toBe('failed');
    expect([await stateOf(stage.db, taskId), await codeOf(taskId)]).toEqual(['failed', 'CONTENT_REFUSED']);
    const [refusal] = await refusals(taskId);
    expect(refusal).toMatchObject({ key: expect.stringContaining(`outputs/${taskId}/0/0/`), removeAtMs: null });
    expect(await isThere(String(refusal?.['key']))).toBe(false);
    expect([await available(), await refunds(taskId), await run()]).toEqual([5, 1, 'ended']);
    expect(await stage.audit()).toEqual([]);
  });

  it('that nobody could look at is not shown: the unit waits, and is made again', async () => {
    const { taskId, run } = await queued();
    faults = [{ refuse: 'UnauthorizedOperation' }];
    expect(await run()).toBe('waiting');
    expect(await stateOf(stage.db, taskId)).toBe('processing');
    stage.nowMs += 60_000;
    expect(await run()).toBe('succeeded');
    const other = await queued();
    for (const _ of [1, 2, 3]) {
      faults = [{ refuse: 'UnauthorizedOperation' }];
      await other.run();
      stage.nowMs += 120_000;
    }
    expect([await stateOf(stage.db, other.taskId), await codeOf(other.taskId)]).toEqual([
      'failed',
      'PROCESSING_FAILED',
    ]);
    expect(await refunds(other.taskId)).toBe(1);
  });
});

describe('what an attempt has stored and nobody will own', () => {
  const NAMES = ['cut.png', 'grid.jpg', 'hidden.jpg', 'white.jpg'];
  const made: Processor = async () =>
    NAMES.map((name) => ({ name, contentType: 'image/jpeg', width: 320, height: 240, bytes: jpeg, flags: [] }));
  const begun = async (over: Partial<UnitServices> = {}) => {
    const taskId = await order();
    await replan(stage.db, taskId, { units: 1, attempts: 3, results: ['cut.png', 'grid.jpg', 'white.jpg'] });
    await accept(taskId, { moderator: undefined });
    stage.takeEvents();
    const processors = { 'basic-clean': made };
    const unit = { ...services(), clock: () => stage.nowMs, processors, onFailure: () => undefined, ...over };
    return { taskId, run: () => runUnit(unit, { taskId, step: 0, unit: 0 }) };
  };
  /** Of all that was written since the last look: by name, whether it is there still. */
  const left = async () => {
    const keys = stage.takeEvents().filter((key) => key.startsWith('outputs/'));
    expect(keys.map((key) => key.split('/').at(-1)).toSorted()).toEqual(NAMES);
    const there = await Promise.all(keys.map(isThere));
    return keys.filter((_, n) => there[n]).map((key) => key.split('/').at(-1));
  };

  it('is deleted with the one that is refused', async () => {
    judge = (dataId) => (dataId.endsWith('-1') ? BAD : PASS);
    const { run } = await begun();
    expect([await run(), await left()]).toEqual(['failed', []]);
  });

  it('is deleted when nobody could look at one of them, and the next attempt has its own', async () => {
    faults = [{ refuse: 'UnauthorizedOperation' }];
    const { run } = await begun();
    expect([await run(), await left()]).toEqual(['waiting', []]);
    stage.nowMs += 60_000;
    expect([await run(), (await left()).toSorted()]).toEqual(['succeeded', NAMES]);
  });

  it('is deleted when one of them could not be written, and also that one', async () => {
    const put: Objects['put'] = async (key, ...more) => {
      const answer = await stage.objects.put(key, ...more);
      if (key.endsWith('grid.jpg')) throw new Error('the answer is lost');
      return answer;
    };
    const { run } = await begun({ objects: { ...stage.objects, put } });
    expect([await run(), await left()]).toEqual(['waiting', []]);
  });

  it('is deleted when the task has ended meanwhile', async () => {
    let taskId = '';
    const late: Processor = async (...work) => {
      await expireTask(stage.db, taskId, stage.nowMs + 24 * 3_600_000);
      return made(...work);
    };
    const unit = await begun({ processors: { 'basic-clean': late } });
    taskId = unit.taskId;
    expect([await unit.run(), await left(), await stateOf(stage.db, taskId)]).toEqual(['lost', [], 'failed']);
  });

  it('stays when the database went away while it was told: the rows may stand', async () => {
    const db: Database = {
      ...stage.db,
      callProcedure: async <Row>(name: string, params: readonly unknown[]) => {
        const row = await stage.db.callProcedure<Row>(name, params as never);
        if (name.startsWith('finish_unit')) throw new DatabaseUnavailable('unknown', undefined);
        return row;
      },
    };
    const { taskId, run } = await begun({ db });
    await expect(run()).rejects.toThrow(DatabaseUnavailable);
    expect([await stateOf(stage.db, taskId), (await left()).toSorted()]).toEqual(['succeeded', NAMES]);
  });
});

describe('the sweeper, while the vendor hangs', () => {
  it('asks it once a tick, ends what is overdue all the same, and asks about another photo the next time', async () => {
    const asked: string[] = [];
    const hangs = async ({ key }: { key: string }) => {
      asked.push(key);
      throw new ModerationUnavailable('Client.Timeout');
    };
    stage.nowMs += 3 * 3_600_000;
    const sweep = () => sweepTasks({ ...services(), moderator: hangs }, stage.nowMs);
    await sweepTasks(services(), stage.nowMs);
    const waiting = [await order(), await order(), await order()];
    stage.nowMs += 61_000;
    const overdue = await order();
    await stage.db.write('UPDATE tasks SET deadline_at = ?, sweep_at = ? WHERE id = ?', [
      ...[sqlTime(stage.nowMs - 1_800_000), sqlTime(stage.nowMs), overdue],
    ]);
    const tick = await sweep();
    expect([tick.failures.length, tick.expired, asked.length]).toEqual([1, 1, 1]);
    expect(await Promise.all([...waiting, overdue].map((taskId) => stateOf(stage.db, taskId)))).toEqual([
      ...waiting.map(() => 'awaiting_upload'),
      'expired',
    ]);
    stage.nowMs += 61_000;
    await sweep();
    expect(asked).toHaveLength(2);
    // One that nobody can ever look at makes room for those that somebody can.
    const md5 = createHash('md5').update(jpeg).digest('hex');
    const poisoned = async (picture: PictureToCheck) =>
      picture.key === asked[1] ? hangs(picture) : { kind: 'passed' as const, md5 };
    for (let minute = 0; minute < 6; minute++) {
      stage.nowMs += 61_000;
      await sweepTasks({ ...services(), moderator: poisoned }, stage.nowMs);
    }
    expect((await Promise.all(waiting.map((taskId) => stateOf(stage.db, taskId)))).toSorted()).toEqual([
      ...['awaiting_upload', 'queued', 'queued'],
    ]);
  });

  it('ends the photos that nobody has looked at in time after one question', async () => {
    const asked: string[] = [];
    const hangs = async ({ key }: { key: string }) => {
      asked.push(key);
      throw new ModerationUnavailable('Client.Timeout');
    };
    stage.nowMs += 3 * 3_600_000;
    await sweepTasks(services(), stage.nowMs);
    const over = [await order(), await order(), await order()];
    await stage.db.write(`UPDATE tasks SET deadline_at = ?, sweep_at = ? WHERE id IN (${over.map(() => '?')})`, [
      ...[sqlTime(stage.nowMs - 1_800_000), sqlTime(stage.nowMs), ...over],
    ]);
    expect(await sweepTasks({ ...services(), moderator: hangs }, stage.nowMs)).toMatchObject({ expired: 3 });
    expect(asked).toHaveLength(1);
    expect(await Promise.all(over.map((taskId) => stateOf(stage.db, taskId)))).toEqual(over.map(() => 'expired'));
  });
});

describe('the stand-in', () => {
  const ask = (key: string, dataId: string) => moderator()?.({ key, dataId, nowMs: stage.nowMs });

  it('refuses what the interface documents: names, a picture that is none, one too small, one that is not there', async () => {
    await stage.objects.put('inputs/text', Buffer.from('this is no picture'), 'image/jpeg');
    await stage.objects.put('inputs/small', await photo('jpeg', { width: 50, height: 60 }), 'image/jpeg');
    await stage.objects.put('inputs/good', jpeg, 'image/jpeg');
    expect(await ask('inputs/good', 'a'.repeat(64))).toMatchObject({ kind: 'passed' });
    await expect(ask('inputs/good', 'a'.repeat(65))).rejects.toMatchObject({
      code: 'InvalidParameterValue.InvalidDataId',
    });
    await expect(ask('inputs/good', 'a/b')).rejects.toMatchObject({ code: 'InvalidParameterValue.InvalidDataId' });
    expect(await ask('inputs/text', 'a')).toEqual({
      kind: 'uncheckable',
      code: 'InvalidParameter.InvalidImageContent',
    });
    expect(await ask('inputs/small', 'a')).toEqual({ kind: 'uncheckable', code: 'InvalidParameter.ImageSizeTooSmall' });
    await expect(ask('inputs/none', 'a')).rejects.toMatchObject({ code: 'ResourceUnavailable.ImageDownloadError' });
  });

  it('refuses a signature of other keys', async () => {
    const stranger = { secretId: 'AKIDstranger', secretKey: 'not the key' };
    const bucket = { ...stage.bucket, credentials: () => stranger };
    const other = chooseModerator({ MODERATION: 'tencent-ims', MODERATION_ENDPOINT: api.url }, bucket);
    await expect(other?.({ key: 'inputs/good', dataId: 'a', nowMs: stage.nowMs })).rejects.toMatchObject({
      code: expect.stringMatching(/^AuthFailure\./),
    });
  });
});

describe('what was written', () => {
  const FORM = { title: '夏季新品', subtitle: '加厚 不闷', layout: 'banner' };
  const both = (MODERATION = 'tencent-ims:goods_1:words_1') =>
    chooseModerators({ MODERATION, MODERATION_ENDPOINT: api.url }, stage.bucket);
  const poster = async (form: Record<string, string> = FORM): Promise<string> => {
    const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
    const request = taskRequest(merchant, { featureId: 'poster', nowMs: stage.nowMs, inputs, form });
    const { taskId } = await createTask(stage.db, request);
    await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
    return taskId;
  };
  const take = (taskId: string, over: object = {}) => accept(taskId, { ...both(), ...over });
  const rows = (taskId: string) =>
    stage.db.query('SELECT suggestion, label, sub_label AS subLabel, score FROM text_refusals WHERE task_id = ?', [
      taskId,
    ]);
  const asked = async (work: () => Promise<unknown>) => {
    const before = words.calls.length;
    await work();
    return words.calls.slice(before);
  };

  it('in a poster is read in one call, without what was only chosen; a task without words asks for nothing', async () => {
    const taskId = await poster();
    const Content = Buffer.from('夏季新品\n加厚 不闷').toString('base64');
    expect(await asked(async () => expect(await take(taskId)).toBe('queued'))).toEqual([
      { Content, DataId: `${taskId}-t0`, BizType: 'words_1', Type: 'TEXT' },
    ]);
    const plain = await order();
    expect(await asked(async () => expect(await take(plain)).toBe('queued'))).toEqual([]);
  });

  it.each(['tencent-ims', 'tencent-ims:goods_1', 'tencent-ims:::films_1'])(
    'is read by the account’s default policy where %s names none for it',
    async (setting) => {
      const taskId = await poster();
      expect(await asked(async () => expect(await take(taskId, both(setting))).toBe('queued'))).toEqual([
        { Content: expect.any(String), DataId: `${taskId}-t0`, Type: 'TEXT' },
      ]);
    },
  );

  const gate = () => {
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    return { promise, resolve };
  };

  it('is read while the photo is looked at', async () => {
    const [atPhoto, atText] = [gate(), gate()];
    const md5 = createHash('md5').update(jpeg).digest('hex');
    const over = {
      moderator: async () => {
        atPhoto.resolve();
        await atText.promise;
        return { kind: 'passed', md5 };
      },
      textModerator: async () => {
        atText.resolve();
        await atPhoto.promise;
        return { kind: 'passed' };
      },
    };
    expect(await take(await poster(), over)).toBe('queued');
  });

  it.each(['Block', 'Review'] as const)('and gets %s ends its task, once, and is recorded', async (Suggestion) => {
    judgeText = (text) => (text.includes('新品') ? { ...BAD, Suggestion } : PASS);
    const taskId = await poster();
    expect(await Promise.all([take(taskId), take(taskId)])).toContain('refused');
    expect([await stateOf(stage.db, taskId), await codeOf(taskId)]).toEqual(['failed', 'TEXT_REFUSED']);
    expect([await available(), await refunds(taskId), await stage.audit()]).toEqual([5, 1, []]);
    expect(await rows(taskId)).toEqual([{ suggestion: Suggestion, label: 'Porn', subLabel: 'SexyHigh', score: 97 }]);
    const again = { merchantId: merchant, taskId, requestHash: 'a'.repeat(64), nowMs: stage.nowMs };
    await expect(retryTask(stage.db, stage.bucket, { ...again, idempotencyKey: `${taskId}1` })).rejects.toMatchObject({
      code: 'TASK_NOT_RETRYABLE',
    });
    const changed = { ...again, form: { title: '秋装', subtitle: '' }, idempotencyKey: `${taskId}2` };
    const { taskId: other } = await retryTask(stage.db, stage.bucket, changed);
    await stage.objects.put(`inputs/${other}/0`, jpeg, 'image/jpeg');
    expect(await take(other)).toBe('queued');
  });

  it.each([
    [
      'may not be asked about',
      [{ refuse: 'UnauthorizedOperation.Unauthorized' }],
      'UnauthorizedOperation.Unauthorized',
    ],
    ['is throttled', [1, 2, 3].map(() => ({ refuse: 'RequestLimitExceeded' })), 'RequestLimitExceeded'],
    ['gets no answer', ['cut', 'cut', 'cut'], 'Client.Network'],
    ['gets another answer', [{ reply: { Suggestion: 'Maybe' } }], 'Client.BadReply'],
    ['gets none', [{ reply: {} }], 'Client.BadReply'],
  ] as [string, ModerationFault[], string][])('that %s waits, and is read again', async (_case, struck, code) => {
    const taskId = await poster();
    textFaults = [...struck];
    await expect(take(taskId)).rejects.toMatchObject({ name: 'ModerationUnavailable', code });
    expect([await stateOf(stage.db, taskId), await available(), await rows(taskId)]).toEqual([
      'awaiting_upload',
      4,
      [],
    ]);
    stage.nowMs += 61_000;
    expect(await sweepTasks({ ...services(), ...both() }, stage.nowMs)).toMatchObject({ foundUploads: 1 });
    expect(await stateOf(stage.db, taskId)).toBe('queued');
  });

  it('is refused also while nobody can look at the photo, and stays so when whoever refused it died', async () => {
    judgeText = () => BAD;
    faults = [{ refuse: 'UnauthorizedOperation' }];
    const taskId = await poster();
    const cut = { db: { ...stage.db, callProcedure: () => Promise.reject(new Error('killed here')) } };
    await expect(take(taskId, cut)).rejects.toThrow('killed here');
    judgeText = () => PASS;
    expect(await asked(async () => expect(await take(taskId)).toBe('refused'))).toEqual([]);
    expect([await codeOf(taskId), await refunds(taskId), (await rows(taskId)).length]).toEqual(['TEXT_REFUSED', 1, 1]);
  });

  it('for a text without a photo is read before anything is made of it', async () => {
    let made = 0;
    const write: Processor = async () => {
      made += 1;
      const size = { width: 0, height: 0, flags: [] };
      return [{ name: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('a'), ...size }];
    };
    const text = async () => {
      const form = { name: '纯棉 T 恤', category: 'top' };
      const request = taskRequest(merchant, { featureId: 'copywriting', nowMs: stage.nowMs, inputs: [], form });
      const { taskId } = await createTask(stage.db, request);
      const unit = { ...services(), ...both(), clock: () => stage.nowMs, onFailure: () => undefined };
      const run = () => runUnit({ ...unit, processors: { 'text-bundle': write } }, { taskId, step: 0, unit: 0 });
      return { taskId, run };
    };
    const waits = await text();
    textFaults = [{ refuse: 'UnauthorizedOperation.Unauthorized' }];
    expect([await waits.run(), made]).toEqual(['waiting', 0]);
    stage.nowMs += 60_000;
    expect([await waits.run(), made]).toEqual(['succeeded', 1]);
    judgeText = (words) => (words === '纯棉 T 恤' ? BAD : PASS);
    const { taskId, run } = await text();
    expect([await run(), await run(), made]).toEqual(['failed', 'ended', 1]);
    expect([await codeOf(taskId), await refunds(taskId), await available()]).toEqual(['TEXT_REFUSED', 1, 4]);
    expect([await rows(taskId), await stage.audit()]).toEqual([[expect.objectContaining({ label: 'Porn' })], []]);
  });

  it('that is long is read in parts that TMS takes, and one refused part is enough', async () => {
    const long = (n: number) => String(n).repeat(4000);
    const values = { a: long(1), b: long(2), c: long(3), d: ' ', e: 'word' };
    const formJson = JSON.stringify({ values, photos: {}, texts: ['a', 'b', 'c', 'd'] });
    const task = { taskId: 'tsk_long', merchantId: merchant, formJson };
    const read = () => moderateTexts({ db: stage.db, ...both() }, task, stage.nowMs);
    const calls = await asked(async () => expect(await read()).toBeUndefined());
    expect(calls.map(({ Content }) => Buffer.from(String(Content), 'base64').toString())).toEqual([
      ...[`${long(1)}\n${long(2)}`, long(3)],
    ]);
    judgeText = (words) => (words === long(3) ? BAD : PASS);
    textFaults = [{ refuse: 'UnauthorizedOperation.Unauthorized' }];
    expect(await read()).toBe('TEXT_REFUSED');
  });

  it('is read by the policy that the setting names, or by nobody', () => {
    const takes = (text: string) => z.safeParse(MODERATION_SETTING.MODERATION, text).success;
    const good = ['tencent-ims', 'tencent-ims:abc', 'tencent-ims:abc:def', 'tencent-ims::def', ''];
    expect([...good, 'tencent-ims:abc:def:ghi', 'tencent-ims:::ghi'].map(takes)).toEqual(
      Array.from({ length: 7 }, () => true),
    );
    const bad = ['tencent-ims:', 'tencent-ims::', 'tencent-ims:abc:', 'tencent-ims:a:def', 'tms'];
    expect([...bad, 'tencent-ims:::', 'tencent-ims:abc:def:ghi:jkl'].map(takes)).toEqual(
      Array.from({ length: 7 }, () => false),
    );
    expect(both('')).toEqual({});
  });

  it('meets a stand-in that refuses what the interface documents', async () => {
    const ask = (payload: object, service = 'tms') =>
      callTencentApi({
        ...{ service, version: '2020-12-29', action: 'TextModeration', region: 'ap-guangzhou', endpoint: api.url },
        ...{ payload, credentials: stage.bucket.credentials(), timeoutMs: 5000, nowMs: stage.nowMs },
      });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect(await ask({ Content: base64('衣'.repeat(10_000)) })).toMatchObject({ Suggestion: 'Pass', Label: 'Normal' });
    for (const [payload, code] of [
      [{ Content: base64('衣'.repeat(10_001)) }, 'InvalidParameterValue.ErrTextContentLen'],
      [{ Content: '衣服' }, 'InvalidParameterValue.ErrTextContentType'],
      [{ Content: Buffer.from([0xff]).toString('base64') }, 'InvalidParameterValue.ErrFileContent'],
      [{ Content: base64('a'), DataId: 'a'.repeat(65) }, 'InvalidParameter.ParameterError'],
      [{ Content: base64('a'), BizType: 'ab' }, 'InvalidParameter.ParameterError'],
      [{}, 'MissingParameter'],
    ] as const) {
      await expect(ask(payload)).rejects.toMatchObject({ code });
    }
    await expect(ask({ Content: base64('a') }, 'ims')).rejects.toMatchObject({ code: 'InvalidAction' });
    const stranger = { secretId: 'AKIDstranger', secretKey: 'not the key' };
    const other = chooseModerators(
      { MODERATION: 'tencent-ims', MODERATION_ENDPOINT: api.url },
      { ...stage.bucket, credentials: () => stranger },
    );
    await expect(other.textModerator?.({ text: 'a', dataId: 'a', nowMs: stage.nowMs })).rejects.toMatchObject({
      code: expect.stringMatching(/^AuthFailure\./),
    });
  });
});
