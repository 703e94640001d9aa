import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ObjectNotFound, type Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { hasAiLabel } from '../../../shared/media/ai-label.ts';
import { labelledAi } from '../../../shared/media/carry-ai-label.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import type { TextModerator } from '../../../shared/moderation/moderator.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { type Processor, runUnit, type UnitServices } from '../../../shared/tasks/run-unit.ts';
import type { MadeFile } from '../../../shared/tasks/store-files.ts';
import { claimUnit, expireLease } from '../../../shared/tasks/unit-procedures.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  replan,
  stateOf,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { oneFile, photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let jpeg: Buffer;
let failures: Parameters<UnitServices['onFailure']>[0][] = [];
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());
beforeEach(async () => {
  [stage.nowMs, failures] = [NOW_MS, []];
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 9, { expiresAtMs: NOW_MS + 30 * DAY_MS });
  await stage.db.write('DELETE FROM engine_breakers');
  stage.takeEvents();
});

type Steps = Parameters<typeof replan>[2][];

/** A task whose photo is there, queued under this plan. */
async function queued(steps: Steps = [{ units: 1 }], bytes = jpeg): Promise<string> {
  const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: bytes.length }];
  const { taskId } = await createTask(stage.db, taskRequest(merchant, { inputs, nowMs: stage.nowMs }));
  await replan(stage.db, taskId, ...steps);
  await stage.objects.put(`inputs/${taskId}/0`, bytes, 'image/jpeg');
  expect(await acceptInput(stage, { taskId, index: 0 }, stage.nowMs)).toBe('queued');
  stage.takeEvents();
  return taskId;
}

const run = (
  taskId: string,
  processor: Processor = oneFile,
  { step = 0, unit = 0, ...over }: Partial<UnitServices> & { step?: number; unit?: number } = {},
) => {
  const services = {
    ...{ ...stage, clock: () => stage.nowMs, processors: { 'basic-clean': processor } },
    onFailure: (failure: (typeof failures)[0]) => void failures.push(failure),
  };
  return runUnit({ ...services, ...over }, { taskId, step, unit });
};
const file = (over: Partial<MadeFile> = {}): MadeFile => ({
  ...{ name: 'a.txt', contentType: 'text/plain', width: 0, height: 0, bytes: Buffer.from('a'), flags: [], ...over },
});
const breaking =
  (error: unknown): Processor =>
  () =>
    Promise.reject(error);
const rowsOf = (taskId: string) =>
  stage.db.query<{ key: string; flags: string; bytes: number }>(
    'SELECT object_key AS `key`, flags, size_bytes AS bytes FROM task_outputs WHERE task_id = ? ORDER BY step, name',
    [taskId],
  );
const isThere = (key: string) =>
  stage.objects.head(key).then(
    () => true,
    (error) => (error instanceof ObjectNotFound ? false : Promise.reject(error)),
  );

describe('what a processor is given', () => {
  it('is the pictures, its limit in milliseconds, which unit it is, and who is to do it', async () => {
    const given: unknown[] = [];
    const taskId = await queued([{ units: 2, timeLimitSeconds: 7, params: { size: { value: 3 } } }]);
    const processor: Processor = async (pictures, limitMs, work) => {
      given.push([pictures.map((one) => one.equals(jpeg)), limitMs, work]);
      return [file()];
    };
    expect(await run(taskId, processor, { unit: 1 })).toBe('unit_done');
    const work = { names: ['photo'], params: { size: 3 }, unit: 1, engine: 'embedded' };
    expect(given).toEqual([[[true], 7000, work]]);
  });

  it('is nothing where the step names no processor that is ours; the attempt fails and is told', async () => {
    const taskId = await queued([{ units: 1, processor: 'toString' }]);
    expect(await run(taskId)).toBe('waiting');
    expect(failures).toMatchObject([{ taskId, code: 'PROCESSING_FAILED', attempt: 1 }]);
    expect(String(failures[0]?.error)).toContain('step 0 names no processor of ours: toString');
  });
});

describe('the end of a unit', () => {
  it('starts the units of the next step, each in the lane of that step', async () => {
    const near = await queued([{ units: 1 }, { units: 2 }, { units: 1 }]);
    expect(await run(near)).toBe('step_planned');
    expect(
      stage
        .takeEvents()
        .filter((key) => key.startsWith('work/'))
        .sort(),
    ).toEqual([...[0, 1].map((unit) => `work/image/${near}/1/${unit}.json`)]);
    const far = await queued([{ units: 1 }, { units: 1, engines: ['tencent-ci'] }]);
    await run(far);
    expect(stage.takeEvents()).toContain(`work/provider/${far}/1/0.json`);
  });

  it('of one that fails alone starts the next step as well', async () => {
    const taskId = await queued([{ units: 2, attempts: 1, shareCredits: 0 }, { units: 1 }]);
    expect(await run(taskId)).toBe('unit_done');
    stage.takeEvents();
    expect(await run(taskId, breaking(new MediaRefusal('GARMENT_NOT_FOUND', 'test')), { unit: 1 })).toBe(
      'step_planned',
    );
    expect(stage.takeEvents()).toContain(`work/image/${taskId}/1/0.json`);
  });

  it('records each file under a key of its lease, with its flags and its bytes', async () => {
    const taskId = await queued();
    const made = [file({ flags: ['below_38kb', 'template'] }), file({ name: 'b.txt', bytes: Buffer.from('bbb') })];
    expect(await run(taskId, async () => made)).toBe('succeeded');
    const rows = await rowsOf(taskId);
    expect(rows).toMatchObject([
      { flags: 'below_38kb,template', bytes: 1 },
      { flags: '', bytes: 3 },
    ]);
    expect(rows[1]?.key).toMatch(new RegExp(`^outputs/${taskId}/0/0/lse_[0-9A-Z]{26}/b\\.txt$`));
    expect((await stage.objects.get(rows[1]?.key ?? '')).bytes.toString()).toBe('bbb');
  });
});

describe('files of an attempt that comes to nothing', () => {
  /** Keys under which something was written, with an `objects` that writes them down. */
  function watched(over: Partial<Objects> = {}): { written: string[]; objects: Objects } {
    const written: string[] = [];
    const put: Objects['put'] = (key, bytes, type) => {
      if (key.startsWith('outputs/')) written.push(key);
      return (over.put ?? stage.objects.put)(key, bytes, type);
    };
    return { written, objects: { ...stage.objects, ...over, put } };
  }

  it('are deleted when one of them could not be stored', async () => {
    const taskId = await queued();
    const put: Objects['put'] = (key, ...rest) =>
      key.endsWith('/b.txt') ? Promise.reject(new Error('COS is away')) : stage.objects.put(key, ...rest);
    const { written, objects } = watched({ put });
    expect(await run(taskId, async () => [file(), file({ name: 'b.txt' })], { objects })).toBe('waiting');
    expect(written).toHaveLength(2);
    expect(await Promise.all(written.map(isThere))).toEqual([false, false]);
    expect(await rowsOf(taskId)).toEqual([]);
  });

  it('are deleted when its lease was lost meanwhile, and those of the other stay', async () => {
    const taskId = await queued();
    const { written, objects } = watched();
    const late: Processor = async () => {
      stage.nowMs += 400_000;
      expect(await expireLease(stage.db, { taskId, step: 0, unit: 0 }, stage.nowMs)).toBe('waiting');
      stage.nowMs += 60_000;
      expect(await run(taskId)).toBe('succeeded');
      return [file()];
    };
    expect(await run(taskId, late, { objects })).toBe('lost');
    expect(await Promise.all(written.map(isThere))).toEqual([false]);
    expect(await Promise.all((await rowsOf(taskId)).map(({ key }) => isThere(key)))).toEqual([true]);
  });

  it('stay when the database goes away at the end: its rows may stand', async () => {
    const taskId = await queued();
    const { written, objects } = watched();
    const callProcedure: Database['callProcedure'] = (name, params) =>
      name.startsWith('finish_unit') ? Promise.reject(new Error('gone')) : stage.db.callProcedure(name, params);
    await expect(run(taskId, oneFile, { objects, db: { ...stage.db, callProcedure } })).rejects.toThrow('gone');
    expect(await Promise.all(written.map(isThere))).toEqual([true]);
    expect(failures).toEqual([]);
  });
});

describe('a failure', () => {
  it('of the photo, which is another one or gone, is final at once', async () => {
    const [changed, gone] = [await queued(), await queued()];
    await stage.objects.put(`inputs/${changed}/0`, await photo(), 'image/jpeg');
    await stage.objects.delete(`inputs/${gone}/0`);
    expect([await run(changed), await run(gone)]).toEqual(['failed', 'failed']);
    expect(failures.map(({ code }) => code)).toEqual(['INPUT_CHANGED', 'INPUT_CHANGED']);
  });

  it('is told with its attempt, and waits longer after each', async () => {
    const taskId = await queued([{ units: 1, attempts: 3 }]);
    const error = new Error('broken');
    expect(await run(taskId, breaking(error))).toBe('waiting');
    expect(await run(taskId)).toBe('early');
    stage.nowMs += 15_000;
    expect(await run(taskId, breaking(error))).toBe('waiting');
    stage.nowMs += 15_000;
    expect(await run(taskId)).toBe('early');
    stage.nowMs += 15_000;
    expect(await run(taskId, breaking(error))).toBe('failed');
    expect(failures).toEqual([1, 2, 3].map((attempt) => ({ taskId, code: 'PROCESSING_FAILED', attempt, error })));
  });

  it('to find a garment is passed on to the engine after it, and final with the last', async () => {
    const engines = { engines: ['embedded', 'onnx'], attempts: 2 };
    const asked: string[] = [];
    const blind: Processor = async (_pictures, _limitMs, { engine }) => {
      asked.push(engine);
      throw new MediaRefusal('GARMENT_NOT_FOUND', 'test');
    };
    const taskId = await queued([{ units: 1, ...engines }]);
    const configured = new Set(['onnx']);
    expect(await run(taskId, blind, { configured })).toBe('waiting');
    stage.nowMs += 15_000;
    expect(await run(taskId, blind, { configured })).toBe('failed');
    expect(asked).toEqual(['embedded', 'onnx']);
    const alone = await queued([{ units: 1, ...engines }]);
    expect(await run(alone, blind)).toBe('failed');
    expect(failures.map(({ code }) => code)).toEqual(Array(3).fill('GARMENT_NOT_FOUND'));
    expect(await stateOf(stage.db, alone)).toBe('failed');
  });

  it('that is a refusal of another kind is final, whoever could be asked after it', async () => {
    const taskId = await queued([{ units: 1, engines: ['embedded', 'onnx'], attempts: 2 }]);
    const refusing = breaking(new MediaRefusal('INPUT_CORRUPT', 'test'));
    expect(await run(taskId, refusing, { configured: new Set(['onnx']) })).toBe('failed');
    expect(failures).toMatchObject([{ code: 'INPUT_CORRUPT', attempt: 1 }]);
  });
});

describe('how the operator’s model does', () => {
  const configured = new Set(['onnx']);
  const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');
  const one = (engine: string, processor?: Processor) =>
    queued([{ units: 1, engines: [engine] }]).then((taskId) => run(taskId, processor, { configured }));

  it('is written down: its failures, and that they are over', async () => {
    expect(await one('onnx', breaking(new Error('no memory')))).toBe('waiting');
    expect(await health()).toEqual([{ engine: 'onnx', failures: 1 }]);
    expect(await one('onnx')).toBe('succeeded');
    expect(await health()).toEqual([{ engine: 'onnx', failures: 0 }]);
  });

  it('is not what a photo without a garment says, nor what our own does', async () => {
    expect(await one('onnx', breaking(new MediaRefusal('GARMENT_NOT_FOUND', 'test')))).toBe('failed');
    expect(await one('embedded', breaking(new Error('broken')))).toBe('waiting');
    expect(await health()).toEqual([]);
  });
});

describe('what was made of something that an AI made', () => {
  it('says so itself: of a photo that bears the label, and of a file whose flags say so', async () => {
    const ofAi = Buffer.from(labelledAi({ contentType: 'image/jpeg', bytes: jpeg, flags: [] }).bytes);
    const taskId = await queued([{ units: 1 }, { units: 1, inputs: [{ step: 'first' }] }], ofAi);
    await stage.db.write(
      "UPDATE tasks SET pipeline_json = JSON_SET(pipeline_json, '$[0].name', 'first') WHERE id = ?",
      [taskId],
    );
    const picture = file({ name: 'white.jpg', contentType: 'image/jpeg', bytes: jpeg });
    expect(await run(taskId, async () => [file({ flags: ['ai'] }), picture])).toBe('step_planned');
    expect((await rowsOf(taskId)).map(({ flags }) => flags)).toEqual(['ai', 'ai']);
    // Texts bear no label: the flag of the row is what is left of it.
    await stage.db.write("DELETE FROM task_outputs WHERE task_id = ? AND name <> 'a.txt'", [taskId]);
    expect(await run(taskId, async () => [picture], { step: 1 })).toBe('succeeded');
    const last = (await rowsOf(taskId)).at(-1);
    expect(last?.flags).toBe('ai');
    expect(hasAiLabel((await stage.objects.get(last?.key ?? '')).bytes)).toBe(true);
  });

  it('is not what was made of anything else', async () => {
    const taskId = await queued();
    expect(await run(taskId)).toBe('succeeded');
    const [row] = await rowsOf(taskId);
    expect(row?.flags).toBe('');
    expect(hasAiLabel((await stage.objects.get(row?.key ?? '')).bytes)).toBe(false);
  });
});

describe('words of a task without photos', () => {
  const refusing: TextModerator = async ({ text }) =>
    text.includes('坏')
      ? { ...{ kind: 'refused', suggestion: 'Block', label: 'Ad', subLabel: '', score: 90, requestId: 'r' } }
      : { kind: 'passed' };
  const written = async (name: string) => {
    const request = taskRequest(merchant, { featureId: 'copywriting', inputs: [], form: { name } });
    const { taskId } = await createTask(stage.db, request);
    await replan(stage.db, taskId, { units: 1, inputs: [] }, { units: 1, inputs: [] });
    return taskId;
  };

  it('are read before anything is made of them, once, with its first step', async () => {
    const asked: string[] = [];
    const textModerator: TextModerator = (one) => {
      asked.push(one.text);
      return refusing(one);
    };
    const [good, bad] = [await written('好衬衫'), await written('坏衬衫')];
    const none: Processor = async () => [file()];
    expect(await run(good, none, { textModerator })).toBe('step_planned');
    expect(await run(good, none, { textModerator, step: 1 })).toBe('succeeded');
    expect(await run(bad, none, { textModerator })).toBe('failed');
    expect(asked).toEqual(['好衬衫', '坏衬衫']);
    expect(failures).toMatchObject([{ code: 'TEXT_REFUSED' }]);
    expect(String(failures[0]?.error)).toContain('form');
    expect(await run(await written('坏衬衫'), none)).toBe('step_planned');
  });
});

it('a unit that another has claimed is left to it', async () => {
  const taskId = await queued();
  await claimUnit(stage.db, { taskId, step: 0, unit: 0, leaseId: 'lse_other' }, stage.nowMs);
  expect(await run(taskId, breaking(new Error('not asked')))).toBe('busy');
  expect(failures).toEqual([]);
});
