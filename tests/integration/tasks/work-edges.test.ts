import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Objects } from '../../../shared/cos/objects.ts';
import { labelledAi } from '../../../shared/media/carry-ai-label.ts';
import { PRESETS } from '../../../shared/media/platforms/presets.ts';
import type { Moderator, TextModerator } from '../../../shared/moderation/moderator.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { batchStands, taskStands } from '../../../shared/tasks/key-stands.ts';
import { type Processor, runUnit, type UnitServices } from '../../../shared/tasks/run-unit.ts';
import type { MadeFile } from '../../../shared/tasks/store-files.ts';
import { DAY_MS, grantCredits, NOW_MS, newMerchant, replan, taskRequest } from '../../fixtures/product-database.ts';
import { oneFile, photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  stage.nowMs = NOW_MS;
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 9, { expiresAtMs: NOW_MS + 30 * DAY_MS });
});

type Steps = Parameters<typeof replan>[2][];
const queued = async (...steps: Steps): Promise<string> => {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs }));
  await replan(stage.db, taskId, ...steps);
  await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
  expect(await acceptInput(stage, { taskId, index: 0 }, stage.nowMs)).toBe('queued');
  return taskId;
};
const run = (taskId: string, processor: Processor, over: Partial<UnitServices> = {}, step = 0) => {
  const processors = { 'basic-clean': processor };
  const services = { ...stage, clock: () => stage.nowMs, processors, onFailure: () => undefined, ...over };
  return runUnit(services, { taskId, step, unit: 0 });
};

describe('whether a request has been answered under its key', () => {
  it('is told of tasks, by merchant and key', async () => {
    const request = taskRequest(merchant);
    await createTask(stage.db, request);
    const stranger = await newMerchant(stage.db);
    const asked = [
      [merchant, request.idempotencyKey],
      [merchant, 'another'],
      [stranger, request.idempotencyKey],
    ] as const;
    expect(await Promise.all(asked.map(([who, key]) => taskStands(stage.db, who, key)()))).toEqual([
      ...[true, false, false],
    ]);
  });

  it('is told of batches, which are not tasks', async () => {
    const { idempotencyKey, ...request } = taskRequest(merchant);
    const photos = [{ name: 'a.jpg', contentType: 'image/jpeg' as const, sizeBytes: 1000 }];
    await createBatch(stage.db, stage.bucket, { ...request, idempotencyKey, photos, language: 'zh' });
    const stranger = await newMerchant(stage.db);
    const asked = [
      [merchant, idempotencyKey],
      [merchant, 'another'],
      [stranger, idempotencyKey],
    ] as const;
    expect(await Promise.all(asked.map(([who, key]) => batchStands(stage.db, who, key)()))).toEqual([
      ...[true, false, false],
    ]);
    expect(await taskStands(stage.db, merchant, idempotencyKey)()).toBe(false);
  });
});

describe('a unit', () => {
  it('is given the figures of the edition that its task was ordered by, where its step follows any', async () => {
    const given: unknown[] = [];
    const processor: Processor = async (pictures, limitMs, work) => {
      given.push(work.presets);
      return oneFile(pictures, limitMs, work);
    };
    expect(await run(await queued({ units: 1, presets: 1 }), processor)).toBe('succeeded');
    expect(await run(await queued({ units: 1 }), processor)).toBe('succeeded');
    expect(given).toEqual([PRESETS, undefined]);
  });

  it('that has made nothing has nothing to be deleted', async () => {
    const taskId = await queued({ units: 1 });
    const deleted: string[] = [];
    const objects: Objects = { ...stage.objects, delete: async (key) => void deleted.push(key) };
    expect(await run(taskId, () => Promise.reject(new Error('broken')), { objects })).toBe('waiting');
    expect(deleted).toEqual([]);
  });

  it('of a step that its plan has no more fails, and says so', async () => {
    const taskId = await queued({ units: 1 }, { units: 1 });
    expect(await run(taskId, oneFile)).toBe('step_planned');
    await replan(stage.db, taskId, { units: 1 });
    const failures: unknown[] = [];
    const onFailure: UnitServices['onFailure'] = ({ code, error }) => void failures.push([code, String(error)]);
    expect(await run(taskId, oneFile, { onFailure }, 1)).toBe('waiting');
    expect(failures).toEqual([['PROCESSING_FAILED', 'Error: step 1 names no processor of ours: undefined']]);
  });

  it('is looked at in the name of its merchant: what is refused is recorded with it', async () => {
    const taskId = await queued({ units: 1, results: ['white.jpg'] });
    const asked: string[] = [];
    const moderator: Moderator = async ({ dataId }) => {
      asked.push(dataId);
      return { kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: '', score: 90, requestId: 'r' };
    };
    expect(await run(taskId, oneFile, { moderator })).toBe('failed');
    expect(asked).toEqual([`${taskId}-0-0-0`]);
    expect(
      await stage.db.query('SELECT merchant_id AS who, label FROM content_refusals WHERE task_id = ?', [taskId]),
    ).toEqual([{ who: merchant, label: 'Ad' }]);
  });

  it('of a task with photos has no words to be read: they were, beside its first photo', async () => {
    const asked: string[] = [];
    const textModerator: TextModerator = async ({ text }) => {
      asked.push(text);
      return { kind: 'passed' };
    };
    const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length }];
    const form = { title: '新品', subtitle: '', layout: 'banner' };
    const { taskId } = await createTask(stage.db, taskRequest(merchant, { featureId: 'poster', inputs, form }));
    await replan(stage.db, taskId, { units: 1 });
    await stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');
    expect(await acceptInput({ ...stage, textModerator }, { taskId, index: 0 }, stage.nowMs)).toBe('queued');
    expect(await run(taskId, oneFile, { textModerator })).toBe('succeeded');
    expect(asked).toEqual(['新品']);
  });
});

describe('what was made of several files', () => {
  const picture = (name: string, over: Partial<MadeFile> = {}): MadeFile => ({
    ...{ name, contentType: 'image/jpeg', width: 320, height: 240, bytes: jpeg, flags: [], ...over },
  });
  const flagsOf = async (...files: MadeFile[]) => {
    const taskId = await queued({ units: 1, name: 'first' }, { units: 1, inputs: [{ step: 'first' }] });
    expect(await run(taskId, async () => files)).toBe('step_planned');
    expect(await run(taskId, async () => [picture('c.jpg')], {}, 1)).toBe('succeeded');
    const rows = await stage.db.query<{ flags: string }>(
      'SELECT flags FROM task_outputs WHERE task_id = ? AND step = 1',
      [taskId],
    );
    return rows.map(({ flags }) => flags);
  };

  it('is of an AI when one of them is, by its flags or by the label in its bytes', async () => {
    const plain = picture('b.jpg');
    const labelled = Buffer.from(labelledAi({ contentType: 'image/jpeg', bytes: jpeg, flags: [] }).bytes);
    expect(await flagsOf(picture('a.jpg', { flags: ['ai'] }), plain)).toEqual(['ai']);
    expect(await flagsOf(picture('a.jpg', { bytes: labelled }), plain)).toEqual(['ai']);
    expect(await flagsOf(picture('a.jpg'), plain)).toEqual(['']);
  });
});
